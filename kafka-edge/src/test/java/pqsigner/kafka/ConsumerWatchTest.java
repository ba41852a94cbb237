package pqsigner.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.availability.ApplicationAvailabilityBean;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.kafka.event.ConsumerStoppedEvent;
import org.springframework.kafka.event.ConsumerStoppedEvent.Reason;

class ConsumerWatchTest {

  @ParameterizedTest
  @EnumSource(Reason.class)
  void aConsumerThatDiedEndsReadinessAndLiveness(Reason reason) {
    boolean asked = reason == Reason.NORMAL;
    new ApplicationContextRunner()
        .withBean(ApplicationAvailabilityBean.class)
        .withBean(ConsumerWatch.class)
        .run(
            context -> {
              AvailabilityChangeEvent.publish(context, ReadinessState.ACCEPTING_TRAFFIC);
              AvailabilityChangeEvent.publish(context, LivenessState.CORRECT);
              context.publishEvent(new ConsumerStoppedEvent(this, this, reason));

              ApplicationAvailabilityBean availability =
                  context.getBean(ApplicationAvailabilityBean.class);
              assertThat(availability.getReadinessState() == ReadinessState.REFUSING_TRAFFIC)
                  .isEqualTo(!asked);
              assertThat(availability.getLivenessState() == LivenessState.BROKEN).isEqualTo(!asked);
            });
  }
}
