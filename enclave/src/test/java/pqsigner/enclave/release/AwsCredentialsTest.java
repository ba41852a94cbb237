package pqsigner.enclave.release;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pqsigner.enclave.RefusedException;
import pqsigner.protocol.Refusal;

/// How long credentials live, and what is left of them.
class AwsCredentialsTest {
  @Test
  void credentialsExpire() throws Exception {
    Instant[] now = {Instant.parse("2026-11-23T10:00:00Z")};
    try (CurrentCredentials current = new CurrentCredentials(() -> now[0])) {
      byte[] some = "some".getBytes(UTF_8);
      current.replace(
          AwsCredentials.of(
              some.clone(), some.clone(), new byte[0], now[0].plusSeconds(60), now[0]));
      assertThat(current.present()).isTrue();
      now[0] = now[0].plusSeconds(60);
      assertThat(current.present()).isFalse();
      assertThatThrownBy(current::take)
          .isInstanceOfSatisfying(
              RefusedException.class, e -> assertThat(e.refusal()).isEqualTo(Refusal.NOT_READY));
    }
  }

  @Test
  void theyAreTakenAwayFromTheArraysTheyCameIn() throws Exception {
    byte[] id = "id".getBytes(UTF_8);
    byte[] secret = "secret".getBytes(UTF_8);
    byte[] token = "token".getBytes(UTF_8);
    AwsCredentials.of(id, secret, token, null, Instant.now()).close();
    assertThat(id).containsOnly(0);
    assertThat(secret).containsOnly(0);
    assertThat(token).containsOnly(0);
  }

  @ParameterizedTest
  @CsvSource({
    "'', secret, token",
    "id, '', token",
    "a/b, secret, token",
    "id, secret, 'to ken'",
    "id, secret, 'token\nX-Amz-Target: x'",
    "id, secret, t\u00f6ken"
  })
  void whatCannotSignIsRefusedAndZeroedAllTheSame(String id, String secret, String token) {
    byte[][] parts = {id.getBytes(UTF_8), secret.getBytes(UTF_8), token.getBytes(UTF_8)};
    assertThatThrownBy(() -> AwsCredentials.of(parts[0], parts[1], parts[2], null, Instant.now()))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> assertThat(e.refusal()).isEqualTo(Refusal.MALFORMED_REQUEST));
    for (byte[] part : parts) {
      assertThat(part).isEqualTo(new byte[part.length]);
    }
  }

  @Test
  void theyAreWipedWhenTheLastHolderIsDone() throws Exception {
    AwsCredentials first = some();
    try (CurrentCredentials current = new CurrentCredentials(InstantSource.system())) {
      current.replace(first);
      AwsCredentials inACall = current.take();
      current.replace(some());
      assertThat(read(inACall)).as("a call is still signing").isEqualTo("secret");
      inACall.close();
      assertThatThrownBy(() -> read(first)).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(first::held).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void eachHolderClosesItsOwn() throws Exception {
    AwsCredentials one = some();
    AwsCredentials two = one.held();
    two.close();
    assertThat(read(one)).isEqualTo("secret");
    one.close();
    one.close();
    assertThatThrownBy(() -> read(one)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void noSecretIsInTheirText() throws Exception {
    try (AwsCredentials some = some()) {
      assertThat(some).asString().isEqualTo("AwsCredentials[expiresAt=null]");
    }
  }

  private static AwsCredentials some() throws RefusedException {
    return AwsCredentials.of(
        "id".getBytes(UTF_8), "secret".getBytes(UTF_8), new byte[0], null, Instant.now());
  }

  private static String read(AwsCredentials from) {
    return from.secretAccessKey().expose(bytes -> new String(bytes, UTF_8));
  }
}
