package pqsigner.gateway.kafka;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ApplicationContext;
import org.springframework.context.event.EventListener;
import org.springframework.kafka.event.ConsumerStoppedEvent;

/// A consumer that stopped other than by being asked to never comes back, while everything else
/// looks well. Readiness ends at once, and liveness, so that whoever runs the process starts it
/// anew.
public final class StoppedConsumers {

  private static final Logger log = LoggerFactory.getLogger(StoppedConsumers.class);

  private final ApplicationContext context;

  public StoppedConsumers(ApplicationContext context) {
    this.context = context;
  }

  @EventListener
  public void onStopped(ConsumerStoppedEvent event) {
    switch (event.getReason()) {
      case NORMAL -> {}
      case ABNORMAL, FENCED, AUTH, NO_OFFSET, ERROR -> {
        log.error("consumer.stopped reason={}", event.getReason());
        AvailabilityChangeEvent.publish(context, ReadinessState.REFUSING_TRAFFIC);
        AvailabilityChangeEvent.publish(context, LivenessState.BROKEN);
      }
    }
  }
}
