package pqsigner.worker.enclave;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import pqsigner.worker.credentials.AwsCredentialSource;
import pqsigner.worker.credentials.AwsSettings;
import pqsigner.worker.credentials.CredentialSchedule;

@Configuration(proxyBeanMethods = false)
class EnclaveConfiguration {

  @Bean
  InstantSource clock() {
    return InstantSource.system();
  }

  @Bean
  EnclaveCircuit enclaveCircuit(InstantSource clock, EnclaveSettings settings) {
    return new EnclaveCircuit(clock, settings.trialMin(), settings.trialMax());
  }

  @Bean
  EnclaveClient enclaveClient(EnclaveSettings settings, MeterRegistry meters) {
    EnclaveClient client = new EnclaveClient(settings.probeTimeout());
    Gauge.builder("pq.signer.worker.enclave.in.flight", client, EnclaveClient::inFlight)
        .description("Requests to the enclave that have no answer yet")
        .register(meters);
    Gauge.builder("pq.signer.worker.enclave.in.flight.limit", settings::inFlightMax)
        .description("Bound of the questions to the enclave without an answer")
        .register(meters);
    return client;
  }

  @Bean
  EnclaveMetrics enclaveMetrics(MeterRegistry meters) {
    return new EnclaveMetrics(meters);
  }

  @Bean
  EnclaveSession enclaveSession(
      EnclaveSettings settings,
      EnclaveClient client,
      EnclaveCircuit circuit,
      CredentialRelay credentials,
      EnclaveMetrics metrics) {
    return new EnclaveSession(settings, client, circuit, credentials, metrics);
  }

  @Bean
  CredentialRelay credentialRelay(
      AwsCredentialSource source,
      AwsSettings settings,
      EnclaveSettings enclave,
      InstantSource clock) {
    return new CredentialRelay(
        source,
        new CredentialSchedule(
            settings.refreshMargin(),
            settings.refreshMax(),
            settings.refreshGap(),
            enclave.trialMin(),
            enclave.trialMax()),
        clock);
  }

  /// Started before the listeners and stopped after them, so that a draining batch still has its
  /// enclave.
  @Bean
  SmartLifecycle enclaveSessionLifecycle(EnclaveSession session) {
    return new SmartLifecycle() {
      private volatile boolean running;

      @Override
      public void start() {
        session.start();
        running = true;
      }

      @Override
      public void stop() {
        running = false;
        try {
          session.stop();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }

      @Override
      public boolean isRunning() {
        return running;
      }

      @Override
      public int getPhase() {
        return 0;
      }
    };
  }
}
