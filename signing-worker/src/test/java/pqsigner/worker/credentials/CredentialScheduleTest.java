package pqsigner.worker.credentials;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import pqsigner.protocol.Request;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;

class CredentialScheduleTest {
  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  private static final CredentialSchedule SCHEDULE =
      new CredentialSchedule(
          Duration.ofMinutes(3),
          Duration.ofMinutes(15),
          Duration.ofSeconds(10),
          Duration.ofSeconds(1),
          Duration.ofSeconds(5));

  private static Request.Credentials endingIn(Duration life) {
    return new Request.Credentials(
        new byte[1], new byte[1], new byte[1], NOW.plus(life).toEpochMilli());
  }

  @Test
  void newOnesArePushedBeforeTheOldOnesEnd() {
    assertThat(SCHEDULE.nextPush(NOW, endingIn(Duration.ofMinutes(10))))
        .isEqualTo(NOW.plus(Duration.ofMinutes(7)));
  }

  @Test
  void longLivedOnesArePushedAgainAnyway() {
    assertThat(SCHEDULE.nextPush(NOW, endingIn(Duration.ofHours(12))))
        .isEqualTo(NOW.plus(Duration.ofMinutes(15)));
    Request.Credentials endless = new Request.Credentials(new byte[1], new byte[1], new byte[1], 0);
    assertThat(SCHEDULE.nextPush(NOW, endless)).isEqualTo(NOW.plus(Duration.ofMinutes(15)));
  }

  @Test
  void shortLivedOnesAreNotPushedWithoutPause() {
    assertThat(SCHEDULE.nextPush(NOW, endingIn(Duration.ofSeconds(30))))
        .isEqualTo(NOW.plusSeconds(10));
  }

  @Test
  void afterARefusalOthersAreFetchedAtOnceAndThenWithGrowingWaits() {
    assertThat(Stream.of(1, 2, 3, 4, 5, 6, 100).map(n -> SCHEDULE.nextPushAfter(n, NOW)))
        .extracting(next -> Duration.between(NOW, next).toSeconds())
        .containsExactly(0L, 1L, 2L, 4L, 5L, 5L, 5L);
  }

  /// The SDK's chain keeps what it was given until it is about to end.
  @Test
  void afterARefusalTheChainIsAskedAnew() {
    AtomicInteger chains = new AtomicInteger();
    try (AwsCredentialSource source =
        new AwsCredentialSource(
            () -> {
              String id = "AKIA" + chains.incrementAndGet();
              return StaticCredentialsProvider.create(AwsBasicCredentials.create(id, "hidden"));
            })) {
      assertThat(source.get().accessKeyId()).asString(UTF_8).isEqualTo("AKIA1");
      assertThat(source.get().accessKeyId()).asString(UTF_8).isEqualTo("AKIA1");
      source.refused();
      assertThat(source.get().accessKeyId()).asString(UTF_8).isEqualTo("AKIA2");
    }
  }

  @Test
  void theyExpireAtTheirEndAndNotBefore() {
    assertThat(CredentialSchedule.expired(NOW, endingIn(Duration.ZERO))).isTrue();
    assertThat(CredentialSchedule.expired(NOW, endingIn(Duration.ofMillis(1)))).isFalse();
  }

  @Test
  void sessionCredentialsAreRelayedWithTokenAndEnd() {
    AwsSessionCredentials session =
        AwsSessionCredentials.builder()
            .accessKeyId("AKIA")
            .secretAccessKey("hidden")
            .sessionToken("token")
            .expirationTime(NOW)
            .build();
    Request.Credentials relayed =
        new AwsCredentialSource(() -> StaticCredentialsProvider.create(session)).get();
    assertThat(new String(relayed.accessKeyId(), UTF_8)).isEqualTo("AKIA");
    assertThat(new String(relayed.secretAccessKey(), UTF_8)).isEqualTo("hidden");
    assertThat(new String(relayed.sessionToken(), UTF_8)).isEqualTo("token");
    assertThat(relayed.expiresAtEpochMs()).isEqualTo(NOW.toEpochMilli());
    assertThat(relayed.toString()).doesNotContain("hidden", "AKIA", "token");
  }

  @Test
  void credentialsWithoutASessionHaveNoTokenAndNoEnd() {
    Request.Credentials relayed =
        new AwsCredentialSource(
                () ->
                    StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIA", "hidden")))
            .get();
    assertThat(relayed.sessionToken()).isEmpty();
    assertThat(relayed.expiresAtEpochMs()).isZero();
  }

  @Test
  void aChainWithoutCredentialsSaysSo() {
    AwsCredentialSource source =
        new AwsCredentialSource(
            () ->
                () -> {
                  throw SdkClientException.create("nothing in the chain");
                });
    assertThatThrownBy(source::get).isInstanceOf(NoCredentialsException.class);
  }
}
