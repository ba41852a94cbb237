package pqsigner.cli.custodian;

import java.nio.file.Path;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import pqsigner.cli.FileOutput;
import pqsigner.client.Json;
import pqsigner.client.RegisteredKey;
import pqsigner.client.SignerResult;
import tools.jackson.databind.node.ObjectNode;

/// A command whose result is a key.
abstract class NewKeyCommand extends SubmitCommand {
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
  final void show(SignerResult result, String took) {
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
