package pqsigner.gateway.testing;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import pqsigner.events.Algorithm;
import pqsigner.gateway.keys.RegisteredKey;
import pqsigner.gateway.ledger.Completion;
import pqsigner.gateway.ledger.Origin;
import pqsigner.gateway.ledger.Request;
import pqsigner.gateway.ledger.RequestContent;
import pqsigner.gateway.ledger.RequestKey;
import pqsigner.gateway.ledger.RequestType;

/// Puts keys where a generation would have put them, without an enclave.
public final class Keys {

  /// Of every user that is registered here.
  static final TestKey KEY = TestKey.of(1);

  private Keys() {}

  public static RegisteredKey register(RunningGateway gateway, String userId) {
    String requestId = "key-of-" + userId;
    byte[] digest = Arrays.copyOf(userId.getBytes(StandardCharsets.UTF_8), 32);
    Instant now = Instant.now();
    RequestKey request = new RequestKey(RunningGateway.CUSTODIAN, requestId);
    gateway
        .ledger()
        .accept(
            new Request(
                request,
                digest,
                RequestType.KEY_GENERATION,
                userId,
                Algorithm.ML_DSA_44,
                1,
                0,
                RequestContent.toGenerate(null),
                null,
                Origin.HTTP,
                null,
                now));
    RegisteredKey key =
        new RegisteredKey(
            RunningGateway.CUSTODIAN,
            userId,
            Algorithm.ML_DSA_44,
            1,
            KEY.publicKey(),
            new byte[] {5, 6},
            new byte[60],
            new byte[] {1},
            now);
    Completion completion = gateway.ledger().completeGeneration(request, digest, key);
    if (!(completion instanceof Completion.Recorded)) {
      throw new IllegalStateException("the key was not registered");
    }
    return key;
  }
}
