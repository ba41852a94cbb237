package pqsigner.cli.custodian;

import java.nio.file.Path;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import pqsigner.cli.FileOutput;
import pqsigner.client.Json;
import pqsigner.client.RegisteredKey;
import pqsigner.client.SignerRequest;
import pqsigner.client.SignerResult;

/// Has a message signed.
@Command(
    name = "sign",
    mixinStandardHelpOptions = true,
    description = "Sign a message with a key in the enclave.")
public final class SignCommand extends SubmitCommand {
  /// Of a signature in base64: enough to tell two apart.
  private static final int SHOWN_LENGTH = 43;

  @Mixin private MessageInput input;

  @Option(names = "--user-id", required = true, description = "The key's name.")
  private String userId;

  @Option(
      names = "--key-version",
      paramLabel = "N",
      description = "Sign with this version of the key; the newest enabled one if missing.")
  private @Nullable Integer keyVersion;

  @Option(
      names = "--external-mu",
      description =
          "Hash the message here, with the registered public key, and send only its mu; for"
              + " messages over 64 KiB.")
  private boolean externalMu;

  @Option(names = "--alg", description = "Refuse to sign unless the key is of this kind.")
  private @Nullable String algorithm;

  @Option(
      names = "--deadline",
      paramLabel = "TIME",
      description = "Do not sign after this time (RFC 3339).")
  private @Nullable String deadline;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Write the raw signature to this file.")
  private @Nullable Path out;

  @Override
  SignerRequest request() {
    SignerRequest request =
        externalMu ? hashed() : input.request(userId).withKeyVersion(keyVersion);
    return request.withAlgorithm(algorithm).withDeadline(deadline);
  }

  /// A mu is of one public key, so only that version may sign it.
  private SignerRequest hashed() {
    RegisteredKey key = Keys.signing(connection, userId, keyVersion);
    return SignerRequest.signMu(userId, input.muOfMessage(key.publicKey()))
        .withKeyVersion(key.version());
  }

  @Override
  void show(SignerResult result, String took) {
    SignerResult.Signed signed = result.requireSigned();
    FileOutput.write(out, signed.signature());
    String base64 = Base64.getEncoder().encodeToString(signed.signature());
    String label = signed.algorithm().label();
    output.show(
        Json.object()
            .put("request_id", signed.requestId())
            .put("user_id", signed.userId())
            .put("alg", label)
            .put("key_version", signed.keyVersion())
            .put("signature", base64)
            .put("signed_at", signed.signedAt().toString()),
        "signed",
        "%s  version %d  %d bytes  %s"
            .formatted(label, signed.keyVersion(), signed.signature().length, took),
        "  user_id      " + signed.userId(),
        "  request_id   " + signed.requestId(),
        "  signed at    " + signed.signedAt(),
        out == null
            ? "  signature    "
                + base64.substring(0, Math.min(SHOWN_LENGTH, base64.length()))
                + "… (--out or --json for all)"
            : "  signature    in " + out);
  }
}
