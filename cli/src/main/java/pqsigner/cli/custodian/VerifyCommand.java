package pqsigner.cli.custodian;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import pqsigner.cli.ByteInput;
import pqsigner.cli.CommandFailure;
import pqsigner.cli.GatewayCommand;
import pqsigner.client.Json;
import pqsigner.client.MlDsaPublicKey;
import pqsigner.client.RegisteredKey;
import pqsigner.client.SignatureCheck;
import pqsigner.client.SignerRequest;

/// Verifies a signature here, by the JDK's own ML-DSA where it can.
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = {
      "Verify a signature on this machine.",
      "The JDK's own ML-DSA, which shares no code with the enclave, checks plain signatures. It"
          + " supports neither contexts nor an external mu; Bouncy Castle checks those, and the"
          + " output says so."
    })
public final class VerifyCommand extends GatewayCommand {
  private static final int SIGNATURE_BYTES_LIMIT = 16 * 1024;

  /// Exactly one of these.
  static final class KeySource {
    @Option(
        names = "--public-key",
        paramLabel = "FILE",
        description = "Public key: PEM, DER, raw or base64 of these; - for standard input.")
    private @Nullable String file;

    @Option(names = "--user-id", description = "Ask the gateway for this key, in all its versions.")
    private @Nullable String userId;
  }

  @Mixin private MessageInput input;

  @ArgGroup(multiplicity = "1")
  private KeySource keySource;

  @Option(
      names = "--signature",
      paramLabel = "FILE",
      required = true,
      description = "Signature, raw or base64; - for standard input.")
  private String signature;

  @Override
  public Integer call() {
    SignerRequest request = input.request("");
    byte[] claimed = ByteInput.readEncoded(signature, SIGNATURE_BYTES_LIMIT);
    List<MlDsaPublicKey> keys = keys();
    for (MlDsaPublicKey key : keys) {
      SignatureCheck check = SignatureCheck.of(key, request, claimed);
      if (check.valid()) {
        show(key, check);
        return 0;
      }
    }
    MlDsaPublicKey first = keys.getFirst();
    throw new CommandFailure(
        "signature_invalid",
        "%s: this %s key did not sign this message"
                .formatted(
                    SignatureCheck.of(first, request, claimed).engine(), first.algorithm().label())
            + (keys.size() > 1 ? ", nor did its older versions" : ""));
  }

  private void show(MlDsaPublicKey key, SignatureCheck check) {
    String label = key.algorithm().label();
    output.show(
        Json.object()
            .put("valid", true)
            .put("alg", label)
            .put("verified_by", check.engine())
            .put("fingerprint", key.fingerprint()),
        "valid",
        label + ", verified by the " + check.engine());
  }

  /// Of a user: every version, since an older one may have signed.
  private List<MlDsaPublicKey> keys() {
    return keySource.file != null
        ? List.of(ByteInput.publicKey(keySource.file))
        : Keys.of(connection, String.valueOf(keySource.userId), null).stream()
            .map(RegisteredKey::publicKey)
            .toList();
  }
}
