package pqsigner.guarantees;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import pqsigner.client.RegisteredKey;
import pqsigner.client.SignatureCheck;
import pqsigner.client.Signer;
import pqsigner.client.SignerRequest;
import pqsigner.client.SignerResult;
import pqsigner.client.SignerResult.Signed;
import pqsigner.client.http.HttpSigner;
import pqsigner.client.kafka.KafkaSigner;
import pqsigner.events.ErrorCode;
import pqsigner.guarantees.stack.Key;
import pqsigner.guarantees.stack.SharedStack;
import pqsigner.guarantees.stack.Stack;

/// A key's life over both ways in: rotated, signed with in each version, disabled, enabled.
@ExtendWith(SharedStack.class)
final class KeyVersionsIT {
  private static final byte[] MESSAGE = "transfer 1 to bob".getBytes(UTF_8);

  /// What the contract promises.
  private static final Duration EFFECTIVE_WITHIN = Duration.ofSeconds(5);

  private final Stack stack;

  KeyVersionsIT(Stack stack) {
    this.stack = stack;
  }

  @Test
  void everyVersionSignsAndWhatItSignedStaysValid() {
    Key first = stack.newKey("ML-DSA-44");
    String user = first.userId();
    try (HttpSigner http = stack.signer("custodian-a");
        KafkaSigner kafka = stack.kafka("custodian-a")) {
      Signed before = sign(http, user, null).requireSigned();
      RegisteredKey second =
          http.submit(SignerRequest.keyRotation(user, null), Stack.PATIENCE).requireKey();
      assertThat(second.version()).isEqualTo(2);
      assertThat(second.publicKey().algorithm()).isEqualTo(first.publicKey().algorithm());
      SignerRequest rotation = SignerRequest.keyRotation(user, "ML-DSA-65");
      RegisteredKey third = kafka.submit(rotation, Stack.PATIENCE).requireKey();
      assertThat(third.version()).isEqualTo(3);
      assertThat(http.submit(rotation, Stack.PATIENCE).requireKey())
          .as("the same rotation again")
          .usingRecursiveComparison()
          .isEqualTo(third);

      List<RegisteredKey> keys = http.keys(user);
      assertThat(keys.stream().map(RegisteredKey::version)).containsExactly(1, 2, 3);
      for (RegisteredKey key : keys) {
        for (Signer signer : List.of(http, kafka)) {
          Signed signed = sign(signer, user, key.version()).requireSigned();
          assertThat(signed.keyVersion()).isEqualTo(key.version());
          assertThat(verifies(key, signed)).isTrue();
        }
      }
      assertThat(verifies(keys.getFirst(), before)).isTrue();
      assertThat(sign(http, user, 4).is(ErrorCode.UNKNOWN_KEY_VERSION)).isTrue();
      assertThat(sign(kafka, user, 4).is(ErrorCode.UNKNOWN_KEY_VERSION)).isTrue();
    }
  }

  @Test
  void aDisabledKeySignsNowhereWithinFiveSeconds() {
    String user = stack.newKey("ML-DSA-44").userId();
    List<HttpSigner> gateways = stack.signers("custodian-a");
    try (KafkaSigner kafka = stack.kafka("custodian-a")) {
      gateways.forEach(gateway -> sign(gateway, user, null).requireSigned());

      RegisteredKey disabled = gateways.getFirst().enable(user, 1, false);
      long answered = System.nanoTime();
      assertThat(disabled.enabled()).isFalse();
      for (HttpSigner gateway : gateways) {
        while (!sign(gateway, user, null).is(ErrorCode.KEY_DISABLED)) {
          assertThat(System.nanoTime() - answered).isLessThan(EFFECTIVE_WITHIN.toNanos());
        }
        assertThat(sign(gateway, user, 1).is(ErrorCode.KEY_DISABLED)).isTrue();
      }
      assertThat(sign(kafka, user, null).is(ErrorCode.KEY_DISABLED)).isTrue();

      gateways.getFirst().enable(user, 1, true);
      assertThat(sign(gateways.getFirst(), user, null).requireSigned().keyVersion()).isEqualTo(1);
    } finally {
      gateways.forEach(HttpSigner::close);
    }
  }

  private static SignerResult sign(Signer signer, String user, @Nullable Integer version) {
    return signer.submit(SignerRequest.sign(user, MESSAGE).withKeyVersion(version), Stack.PATIENCE);
  }

  private static boolean verifies(RegisteredKey key, Signed signed) {
    SignerRequest request = SignerRequest.sign(key.userId(), MESSAGE);
    return SignatureCheck.of(key.publicKey(), request, signed.signature()).valid();
  }
}
