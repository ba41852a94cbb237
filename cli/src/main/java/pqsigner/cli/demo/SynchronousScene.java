package pqsigner.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import pqsigner.client.Json;
import pqsigner.client.SignerRequest;
import tools.jackson.databind.node.ObjectNode;

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
    long start = System.nanoTime();
    ObjectNode first = cast.custodian().submit(request, Cast.PATIENCE).orFail();
    byte[] signature = Json.base64(first, "signature");
    told.tell(
        "POST /v1/pq-signer → ledger → Kafka → worker → enclave → KMS → back: %s"
            .formatted(Transcript.seconds(start)));
    told.detail("request " + request.requestId() + ", " + signature.length + " bytes");
    told.check(
        "the JDK's own ML-DSA accepts the signature", cast.verifies(userId, MESSAGE, signature));
    told.check("and not for another message", !cast.verifies(userId, OTHER, signature));

    start = System.nanoTime();
    ObjectNode again = cast.custodian().submit(request, Cast.PATIENCE).orFail();
    told.check(
        "the same request again gives the same bytes, from the ledger (%s)"
            .formatted(Transcript.seconds(start)),
        Arrays.equals(signature, Json.base64(again, "signature")) && again.equals(first));
    told.checkEquals(
        "the same request_id for another message is refused: request_id_conflict",
        "request_id_conflict",
        Cast.code(
            cast.custodian()
                .submit(
                    SignerRequest.sign(userId, OTHER).withRequestId(request.requestId()),
                    Cast.PATIENCE)));
  }
}
