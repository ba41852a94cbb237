package pqsigner.cli.bench;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import pqsigner.cli.CommandFailure;
import pqsigner.client.Json;
import pqsigner.client.MlDsaPublicKey;
import pqsigner.client.SignatureCheck;
import pqsigner.client.SignerRequest;
import pqsigner.client.http.HttpSigner;

/// Sign requests over freshly made keys, in turn.
final class Workload {
  private static final Duration KEYGEN_PATIENCE = Duration.ofSeconds(60);
  private static final int USERS_MAX = 1000;

  private final Map<String, MlDsaPublicKey> keys;
  private final List<String> users;
  private final String algorithm;
  private final int messageBytes;
  private final AtomicLong turn = new AtomicLong();

  private Workload(Map<String, MlDsaPublicKey> keys, String algorithm, int messageBytes) {
    this.keys = keys;
    this.users = List.copyOf(keys.keySet());
    this.algorithm = algorithm;
    this.messageBytes = messageBytes;
  }

  static Workload prepare(HttpSigner signer, int users, String algorithm, int messageBytes) {
    if (users < 1 || users > USERS_MAX || messageBytes < 0 || messageBytes > 65536) {
      throw new CommandFailure(
          "unreadable_input", "1 to " + USERS_MAX + " users, 0 to 65536 message bytes");
    }
    String run = UUID.randomUUID().toString().substring(0, 8);
    Map<String, MlDsaPublicKey> keys = new LinkedHashMap<>();
    for (int n = 0; n < users; n++) {
      String user = "bench-" + run + "-" + n;
      var body =
          signer.submit(SignerRequest.keyGeneration(user, algorithm), KEYGEN_PATIENCE).orFail();
      keys.put(user, MlDsaPublicKey.decode(Json.base64(body, "public_key")));
    }
    return new Workload(keys, algorithm, messageBytes);
  }

  SignerRequest next() {
    byte[] message = new byte[messageBytes];
    ThreadLocalRandom.current().nextBytes(message);
    String user = users.get((int) (turn.getAndIncrement() % users.size()));
    return SignerRequest.sign(user, message);
  }

  boolean verifies(Measurement.Sample sample) {
    byte[] message = sample.request().message();
    MlDsaPublicKey key = keys.get(String.valueOf(sample.request().userId()));
    return message != null
        && key != null
        && SignatureCheck.ofMessage(key, message, sample.signature()).valid();
  }

  int users() {
    return users.size();
  }

  String algorithm() {
    return algorithm;
  }

  int messageBytes() {
    return messageBytes;
  }
}
