package pqsigner.gateway.ledger;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import pqsigner.events.Algorithm;
import pqsigner.gateway.keys.RegisteredKey;

/// Requests, outcomes and keys for tests.
public final class Entries {

  public static final String CUSTODIAN = "custodian-a";
  public static final Instant NOW = TestClock.START;
  public static final LedgerPolicy POLICY =
      new LedgerPolicy(
          Duration.ofSeconds(10), Duration.ofMinutes(5), Duration.ofDays(30), Duration.ofDays(90));

  private Entries() {}

  public static byte[] digest(String of) {
    return Arrays.copyOf(of.getBytes(StandardCharsets.UTF_8), 32);
  }

  public static RequestKey key(String requestId) {
    return new RequestKey(CUSTODIAN, requestId);
  }

  public static Request sign(String requestId) {
    return sign(requestId, "hello", null, Origin.HTTP, NOW);
  }

  public static Request sign(
      String requestId,
      String message,
      @Nullable Instant deadline,
      Origin origin,
      Instant acceptedAt) {
    return new Request(
        key(requestId),
        digest(message),
        RequestType.SIGN,
        "user-1",
        Algorithm.ML_DSA_44,
        1,
        0,
        RequestContent.toSign(message.getBytes(StandardCharsets.UTF_8), null, new byte[] {1, 2}),
        deadline,
        origin,
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        acceptedAt);
  }

  public static Request generate(String requestId, String userId) {
    return new Request(
        key(requestId),
        digest("generate " + userId),
        RequestType.KEY_GENERATION,
        userId,
        Algorithm.ML_DSA_65,
        1,
        0,
        RequestContent.toGenerate(birthNonce(requestId)),
        null,
        Origin.KAFKA,
        null,
        NOW);
  }

  public static byte[] birthNonce(String requestId) {
    return digest("nonce of " + requestId);
  }

  public static RegisteredKey key(String userId, int fill) {
    byte[] publicKey = new byte[1952];
    Arrays.fill(publicKey, (byte) fill);
    return new RegisteredKey(
        CUSTODIAN,
        userId,
        Algorithm.ML_DSA_65,
        1,
        publicKey,
        new byte[] {9, (byte) fill},
        new byte[60],
        new byte[] {7, (byte) fill},
        "birth of " + userId,
        NOW.plusSeconds(1));
  }

  /// Of an ML-DSA-65 key, whatever the first was.
  public static Request rotate(String requestId, String userId, int version) {
    return new Request(
        key(requestId),
        digest("rotate " + userId),
        RequestType.KEY_ROTATION,
        userId,
        Algorithm.ML_DSA_65,
        version,
        0,
        RequestContent.toGenerate(birthNonce(requestId)),
        null,
        Origin.KAFKA,
        null,
        NOW);
  }

  /// The key of a rotation.
  public static RegisteredKey version(String userId, int version) {
    RegisteredKey key = key(userId, version);
    return new RegisteredKey(
        key.custodian(),
        userId,
        key.algorithm(),
        version,
        key.publicKey(),
        key.encryptedDataKey(),
        key.wrappedSeed(),
        key.birthAttestation(),
        "birth of " + userId + " " + version,
        key.createdAt());
  }

  public static Outcome.Signed signed(int fill) {
    return signed(fill, NOW.plusSeconds(1));
  }

  public static Outcome.Signed signed(int fill, Instant at) {
    byte[] signature = new byte[2420];
    Arrays.fill(signature, (byte) fill);
    return new Outcome.Signed(signature, at);
  }

  public static byte[] signature(LedgerEntry entry) {
    return ((Outcome.Signed) Objects.requireNonNull(entry.outcome())).signature();
  }
}
