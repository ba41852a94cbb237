package pqsigner.cli.custodian;

import java.nio.file.Path;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import pqsigner.cli.FileOutput;
import pqsigner.client.Json;
import pqsigner.client.RegisteredKey;
import pqsigner.client.SignerRequest;
import pqsigner.client.SignerResult;
import tools.jackson.databind.node.ObjectNode;

/// Makes a key in the enclave.
@Command(
    name = "keygen",
    mixinStandardHelpOptions = true,
    description = "Make an ML-DSA key in the enclave and print its public key.")
public final class KeygenCommand extends SubmitCommand {
  @Option(
      names = "--alg",
      defaultValue = "ML-DSA-65",
      description = "ML-DSA-44, ML-DSA-65 (default) or ML-DSA-87.")
  private String algorithm = "ML-DSA-65";

  @Option(names = "--user-id", description = "The key's name; a new one if missing.")
  private @Nullable String userId;

  @Option(
      names = "--public-key-out",
      paramLabel = "FILE",
      description = "Write the public key to this file, as PEM (SubjectPublicKeyInfo).")
  private @Nullable Path publicKeyOut;

  @Option(
      names = "--attestation-out",
      paramLabel = "FILE",
      description = "Write the raw birth attestation to this file.")
  private @Nullable Path attestationOut;

  @Override
  SignerRequest request() {
    return SignerRequest.keyGeneration(userId, algorithm);
  }

  @Override
  void show(SignerResult result, String took) {
    RegisteredKey key = result.requireKey();
    byte[] spki = key.publicKey().spki();
    FileOutput.writePem(publicKeyOut, "PUBLIC KEY", spki);
    FileOutput.write(attestationOut, key.birthAttestation());
    String label = key.publicKey().algorithm().label();
    output.show(
        json(key),
        "key ready",
        "%s  version %d  %s".formatted(label, key.version(), took),
        "  user_id      " + key.userId(),
        "  request_id   " + key.requestId(),
        "  public key   " + spki.length + " bytes as SPKI",
        "  fingerprint  " + key.publicKey().fingerprint(),
        "  attestation  " + key.birthAttestation().length + " bytes",
        "  sealed key   " + sealedKey(key));
  }

  /// As `attestation verify` takes it.
  private static String sealedKey(RegisteredKey key) {
    byte[] sha256 = key.sealedKeySha256();
    return sha256 == null
        ? "not stated (birth statement v1)"
        : "SHA-256 " + Base64.getEncoder().encodeToString(sha256);
  }

  /// The contract's answer.
  private static ObjectNode json(RegisteredKey key) {
    ObjectNode body =
        Json.object()
            .put("request_id", key.requestId())
            .put("user_id", key.userId())
            .put("alg", key.publicKey().algorithm().label())
            .put("key_version", key.version())
            .put("public_key", key.publicKey().raw())
            .put("public_key_spki", key.publicKey().spki())
            .put("birth_attestation", key.birthAttestation());
    byte[] sealed = key.sealedKeySha256();
    if (sealed != null) {
      body.put("sealed_key_sha256", sealed);
    }
    return body.put("created_at", key.createdAt().toString());
  }
}
