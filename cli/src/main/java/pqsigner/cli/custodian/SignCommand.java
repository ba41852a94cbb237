package pqsigner.cli.custodian;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import pqsigner.cli.FileOutput;
import pqsigner.cli.Output;
import pqsigner.client.Json;
import pqsigner.client.MlDsaPublicKey;
import pqsigner.client.SignerRequest;
import pqsigner.client.SignerResult;
import tools.jackson.databind.node.ObjectNode;

/// Has a message signed.
@Command(
    name = "sign",
    mixinStandardHelpOptions = true,
    description = "Have a message signed by a key in the enclave.")
public final class SignCommand implements Callable<Integer> {
  @SuppressWarnings("NullAway.Init") // set by picocli
  @Mixin
  private Delivery delivery;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Mixin
  private Output output;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Mixin
  private MessageInput input;

  @SuppressWarnings("NullAway.Init") // required
  @Option(names = "--user-id", required = true, description = "Name of the key.")
  private String userId;

  @Option(
      names = "--external-mu",
      description =
          "Hash the message here, with the registered public key, and send only its mu: for"
              + " messages larger than 64 KiB.")
  private boolean externalMu;

  @Option(names = "--alg", description = "What the key is expected to be.")
  private @Nullable String algorithm;

  @Option(names = "--request-id", description = "Idempotency key; minted when it is missing.")
  private @Nullable String requestId;

  @Option(
      names = "--deadline",
      paramLabel = "TIME",
      description = "RFC 3339 time after which it must not be signed.")
  private @Nullable String deadline;

  @Option(names = "--out", paramLabel = "FILE", description = "Write the raw signature here.")
  private @Nullable Path out;

  @Override
  public Integer call() {
    long start = System.nanoTime();
    SignerResult outcome = delivery.submit(request());
    if (delivery.async() && outcome instanceof SignerResult.Pending pending) {
      PendingAnswer.show(output, pending);
      return 0;
    }
    ObjectNode body = outcome.orFail();
    byte[] signature = Json.base64(body, "signature");
    FileOutput.write(out, signature);
    output.show(
        body,
        "signed",
        Json.text(body, "alg")
            + "  "
            + signature.length
            + " bytes  "
            + Brief.since(start)
            + " over "
            + delivery.wayName(),
        "  user_id      " + Json.text(body, "user_id"),
        "  request_id   " + Json.text(body, "request_id"),
        "  signed at    " + Json.text(body, "signed_at"),
        out == null
            ? "  signature    "
                + Json.text(body, "signature").substring(0, 43)
                + "… (--out, --json)"
            : "  signature    in " + out);
    return 0;
  }

  private SignerRequest request() {
    SignerRequest request =
        externalMu
            ? SignerRequest.signMu(userId, input.muOfMessage(registeredKey()))
            : new SignerRequest(
                "sign",
                SignerRequest.newRequestId(),
                userId,
                null,
                input.message(),
                input.mu(),
                input.context(),
                null);
    return request.withAlgorithm(algorithm).withDeadline(deadline).withRequestId(requestId);
  }

  private MlDsaPublicKey registeredKey() {
    return RegisteredKey.fetch(delivery.connection(), userId);
  }
}
