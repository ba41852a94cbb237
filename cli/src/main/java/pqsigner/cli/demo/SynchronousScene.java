package pqsigner.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import pqsigner.client.SignerRequest;

/// One signature over mTLS; the same request again; the same id for another message.
final class SynchronousScene implements Transcript.Scene {
  private static final byte[] MESSAGE = "transfer 1.5 BTC to bc1q…, nonce 41".getBytes(UTF_8);
  private static final byte[] OTHER = "transfer 9.9 BTC to bc1q…, nonce 41".getBytes(UTF_8);

  private final Cast cast;
  private final String userId;

  SynchronousScene(Cast cast, String userId) {
    this.cast = cast;
    this.userId = userId;
  }

  @Override
  public void play(Transcript told) {
    SignerRequest request = SignerRequest.sign(userId, MESSAGE);
    SignerRequest other = SignerRequest.sign(userId, OTHER).withRequestId(request.requestId());
    long start = System.nanoTime();
    byte[] signature = cast.sign(request);
    told.tell(
        "POST /v1/pq-signer → ledger → Kafka → worker → enclave → KMS → back: %s"
            .formatted(Transcript.seconds(start)));
    told.detail("request " + request.requestId() + ", " + signature.length + " bytes");
    told.check("the JDK's own ML-DSA accepts the signature", cast.verifies(request, signature));
    told.check("but not for another message", !cast.verifies(other, signature));

    start = System.nanoTime();
    byte[] again = cast.sign(request);
    told.check(
        "the same request again gives the same bytes, from the ledger (%s)"
            .formatted(Transcript.seconds(start)),
        Arrays.equals(signature, again));
    told.checkEquals(
        "the same request_id for another message is refused: request_id_conflict",
        "request_id_conflict",
        cast.custodian().submit(other, Cast.PATIENCE).code());
  }
}
