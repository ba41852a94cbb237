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
import pqsigner.client.SignerRequest;
import pqsigner.client.SignerResult;
import tools.jackson.databind.node.ObjectNode;

/// Makes a key in the enclave.
@Command(
    name = "keygen",
    mixinStandardHelpOptions = true,
    description = "Make an ML-DSA key in the enclave; prints its public key.")
public final class KeygenCommand implements Callable<Integer> {
  @SuppressWarnings("NullAway.Init") // set by picocli
  @Mixin
  private Delivery delivery;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Mixin
  private Output output;

  @Option(
      names = "--alg",
      defaultValue = "ML-DSA-65",
      description = "ML-DSA-44, ML-DSA-65 (default) or ML-DSA-87.")
  private String algorithm = "ML-DSA-65";

  @Option(names = "--user-id", description = "Name of the key; minted when it is missing.")
  private @Nullable String userId;

  @Option(names = "--request-id", description = "Idempotency key; minted when it is missing.")
  private @Nullable String requestId;

  @Option(
      names = "--public-key-out",
      paramLabel = "FILE",
      description = "Write the public key here, PEM (SubjectPublicKeyInfo).")
  private @Nullable Path publicKeyOut;

  @Option(
      names = "--attestation-out",
      paramLabel = "FILE",
      description = "Write the birth attestation here, raw.")
  private @Nullable Path attestationOut;

  @Override
  public Integer call() {
    long start = System.nanoTime();
    SignerResult outcome =
        delivery.submit(SignerRequest.keyGeneration(userId, algorithm).withRequestId(requestId));
    if (delivery.async() && outcome instanceof SignerResult.Pending pending) {
      PendingAnswer.show(output, pending);
      return 0;
    }
    ObjectNode body = outcome.orFail();
    byte[] spki = Json.base64(body, "public_key_spki");
    byte[] attestation = Json.base64(body, "birth_attestation");
    FileOutput.writePem(publicKeyOut, "PUBLIC KEY", spki);
    FileOutput.write(attestationOut, attestation);
    output.show(
        body,
        "key ready",
        Json.text(body, "alg")
            + "  version "
            + Json.text(body, "key_version")
            + "  "
            + Brief.since(start)
            + " over "
            + delivery.wayName(),
        "  user_id      " + Json.text(body, "user_id"),
        "  request_id   " + Json.text(body, "request_id"),
        "  public key   " + spki.length + " bytes as SPKI, SHA-256 " + Brief.fingerprint(spki),
        "  attestation  " + attestation.length + " bytes",
        "  sealed key   " + sealedKey(body));
    return 0;
  }

  /// As `attestation verify` takes it.
  private static String sealedKey(ObjectNode body) {
    String sha256 = Json.text(body, "sealed_key_sha256");
    return sha256.isEmpty() ? "not stated: birth statement v1" : "SHA-256 " + sha256;
  }
}
