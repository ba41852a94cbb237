package pqsigner.worker.health;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.Locale;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import pqsigner.events.poll.ConsumerTrouble;
import pqsigner.kafka.Build;
import pqsigner.kafka.ConsumerWatch;
import pqsigner.worker.enclave.EnclaveCircuit;

@Configuration(proxyBeanMethods = false)
class HealthConfiguration {

  @Bean(initMethod = "install")
  ConsumptionGate consumptionGate(
      EnclaveCircuit circuit,
      ConcurrentMessageListenerContainer<byte[], byte[]> jobContainer,
      ConcurrentMessageListenerContainer<byte[], byte[]> bulkJobContainer,
      MeterRegistry meters) {
    Gauge.builder("pq.signer.worker.circuit", circuit, HealthConfiguration::circuitState)
        .description("0 closed, 1 half open, 2 open")
        .register(meters);
    for (EnclaveCircuit.Cause cause : EnclaveCircuit.Cause.values()) {
      Gauge.builder("pq.signer.worker.circuit.cause", circuit, now -> isOpenFor(cause, now))
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
  MeterBinder buildInfo() {
    return Build.info("pq.signer.worker.build.info");
  }

  @Bean
  ConsumerWatch consumerWatch(ApplicationContext context) {
    return new ConsumerWatch(context);
  }
}
