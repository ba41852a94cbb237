package pqsigner.worker.config;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Locale;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import pqsigner.events.poll.ConsumerTrouble;
import pqsigner.worker.enclave.EnclaveCircuit;
import pqsigner.worker.health.ConsumerWatch;
import pqsigner.worker.health.ConsumptionGate;
import pqsigner.worker.health.ConveyorHealth;

@Configuration(proxyBeanMethods = false)
class HealthWiring {

  @Bean(initMethod = "install")
  ConsumptionGate consumptionGate(
      EnclaveCircuit circuit,
      ConcurrentMessageListenerContainer<byte[], byte[]> jobContainer,
      ConcurrentMessageListenerContainer<byte[], byte[]> bulkJobContainer,
      MeterRegistry meters) {
    Gauge.builder("pq_signer.worker.circuit", circuit, HealthWiring::circuitState)
        .description("0 closed, 1 half open, 2 open")
        .register(meters);
    for (EnclaveCircuit.Cause cause : EnclaveCircuit.Cause.values()) {
      Gauge.builder("pq_signer.worker.circuit.cause", circuit, now -> isOpenFor(cause, now))
          .description("1 while the circuit is open for this cause")
          .tag("cause", cause.name().toLowerCase(Locale.ROOT))
          .register(meters);
    }
    return new ConsumptionGate(circuit, List.of(jobContainer, bulkJobContainer));
  }

  private static double circuitState(EnclaveCircuit circuit) {
    return switch (circuit.state()) {
      case EnclaveCircuit.State.Closed() -> 0;
      case EnclaveCircuit.State.HalfOpen _ -> 1;
      case EnclaveCircuit.State.Open _ -> 2;
    };
  }

  private static double isOpenFor(EnclaveCircuit.Cause cause, EnclaveCircuit circuit) {
    return circuit.state() instanceof EnclaveCircuit.State.Open(var actual, var _, var _)
            && actual == cause
        ? 1
        : 0;
  }

  /// The bean's name is the component's name in the readiness group.
  @Bean
  ConveyorHealth conveyorHealthIndicator(
      EnclaveCircuit circuit,
      ConcurrentMessageListenerContainer<byte[], byte[]> jobContainer,
      ConcurrentMessageListenerContainer<byte[], byte[]> bulkJobContainer,
      ConsumerTrouble trouble) {
    return new ConveyorHealth(circuit, List.of(jobContainer, bulkJobContainer), trouble::size);
  }

  @Bean
  ConsumerWatch consumerWatch(ApplicationContext context) {
    return new ConsumerWatch(context);
  }

  /// Bounds of two sections that only make sense together.
  @Bean
  ConsistentSettings consistentSettings(BatchSettings batch, EnclaveSettings enclave) {
    return new ConsistentSettings(batch, enclave);
  }

  record ConsistentSettings(BatchSettings batch, EnclaveSettings enclave) {
    ConsistentSettings {
      int needed =
          batch.concurrency() * batch.maxRecords()
              + batch.bulkConcurrency() * batch.bulkMaxRecords();
      if (enclave.inFlightMax() < needed) {
        throw new IllegalArgumentException(
            "pq-signer.enclave.in-flight-max must be at least batch.concurrency * batch.max-records"
                + " + batch.bulk-concurrency * batch.bulk-max-records = "
                + needed);
      }
    }
  }
}
