package pqsigner.kafka;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.kafka.event.ConsumerStoppedEvent;
import org.springframework.kafka.event.ConsumerStoppedEvent.Reason;

/// A consumer thread that ended for any reason but a stop leaves a process that looks well and does
/// nothing; readiness and liveness say so, and the process is replaced.
public final class ConsumerWatch implements ApplicationListener<ConsumerStoppedEvent> {
  private static final Logger log = LoggerFactory.getLogger(ConsumerWatch.class);

  private final ApplicationContext context;

  public ConsumerWatch(ApplicationContext context) {
    this.context = context;
  }

  @Override
  public void onApplicationEvent(ConsumerStoppedEvent event) {
    if (event.getReason() != Reason.NORMAL) {
      log.error("consumer.stopped reason={}", event.getReason());
      AvailabilityChangeEvent.publish(context, ReadinessState.REFUSING_TRAFFIC);
      AvailabilityChangeEvent.publish(context, LivenessState.BROKEN);
    }
  }
}
