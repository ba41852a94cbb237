package pqsigner.load;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import pqsigner.client.MlDsaPublicKey;
import pqsigner.client.SignatureCheck;
import pqsigner.client.Signer;
import pqsigner.client.SignerRequest;

/// Sign requests of random messages, over several keys in turn.
public final class Workload implements Supplier<SignerRequest> {
  private static final int USER_LIMIT = 1000;
  private static final int MESSAGE_BYTES_LIMIT = 65_536;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Map<String, MlDsaPublicKey> keys;
  private final List<String> users;
  private final int messageBytes;
  private final AtomicLong turn = new AtomicLong();

  /// @param keys by their user_id
  public Workload(Map<String, MlDsaPublicKey> keys, int messageBytes) {
    requireBetween("message bytes", messageBytes, 0, MESSAGE_BYTES_LIMIT);
    requireBetween("users", keys.size(), 1, USER_LIMIT);
    this.keys = Map.copyOf(keys);
    this.users = List.copyOf(keys.keySet());
    this.messageBytes = messageBytes;
  }

  /// Over new keys.
  public static Workload prepare(Signer signer, int users, String algorithm, int messageBytes) {
    requireBetween("users", users, 1, USER_LIMIT);
    requireBetween("message bytes", messageBytes, 0, MESSAGE_BYTES_LIMIT);
    String run = UUID.randomUUID().toString().substring(0, 8);
    Map<String, MlDsaPublicKey> keys = new LinkedHashMap<>();
    for (int n = 0; n < users; n++) {
      String user = "bench-" + run + "-" + n;
      SignerRequest request = SignerRequest.keyGeneration(user, algorithm);
      keys.put(user, signer.submit(request, PATIENCE).requireKey().publicKey());
    }
    return new Workload(keys, messageBytes);
  }

  private static void requireBetween(String what, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException("%s must be %d to %d".formatted(what, min, max));
    }
  }

  /// The next request.
  @Override
  public SignerRequest get() {
    byte[] message = new byte[messageBytes];
    ThreadLocalRandom.current().nextBytes(message);
    return SignerRequest.sign(users.get((int) (turn.getAndIncrement() % users.size())), message);
  }

  public boolean verifies(Measurement.Sample sample) {
    MlDsaPublicKey key = keys.get(String.valueOf(sample.request().userId()));
    return key != null && SignatureCheck.of(key, sample.request(), sample.signature()).valid();
  }
}
