package pqsigner.cli.custodian;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import pqsigner.cli.ByteInput;
import pqsigner.cli.CommandFailure;
import pqsigner.cli.GatewayConnection;
import pqsigner.cli.Output;
import pqsigner.client.Json;
import pqsigner.client.MlDsaPublicKey;
import pqsigner.client.SignatureCheck;
import tools.jackson.databind.node.ObjectNode;

/// Verifies a signature here, by the JDK's own ML-DSA where it can.
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = {
      "Verify a signature on this machine.",
      "Plain signatures are checked by the JDK's own ML-DSA, which shares no code with the enclave."
          + " The JDK knows neither contexts nor an external mu; those are checked by Bouncy"
          + " Castle, and the answer says so."
    })
public final class VerifyCommand implements Callable<Integer> {
  private static final int FILE_BYTES_MAX = 16 * 1024;

  /// Exactly one of these.
  static final class KeySource {
    @Option(
        names = "--public-key",
        paramLabel = "FILE",
        description = "Public key: PEM, DER, raw or base64 of these; - for standard input.")
    private @Nullable String file;

    @Option(names = "--user-id", description = "Ask the gateway for this key.")
    private @Nullable String userId;
  }

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Mixin
  private GatewayConnection connection;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Mixin
  private Output output;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Mixin
  private MessageInput input;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @ArgGroup(multiplicity = "1")
  private KeySource keySource;

  @SuppressWarnings("NullAway.Init") // required
  @Option(
      names = "--signature",
      paramLabel = "FILE",
      required = true,
      description = "Signature, raw or base64; - for standard input.")
  private String signature;

  @Override
  public Integer call() {
    MlDsaPublicKey key = key();
    SignatureCheck check = check(key, ByteInput.readEncoded(signature, FILE_BYTES_MAX));
    if (!check.valid()) {
      throw new CommandFailure(
          "signature_invalid",
          "not a signature of this by that "
              + key.algorithm().label()
              + " key, says the "
              + check.engine());
    }
    ObjectNode body = Json.object();
    body.put("valid", true);
    body.put("alg", key.algorithm().label());
    body.put("verified_by", check.engine());
    output.show(body, "valid", key.algorithm().label() + ", verified by the " + check.engine());
    return 0;
  }

  private SignatureCheck check(MlDsaPublicKey key, byte[] bytes) {
    byte[] mu = input.mu();
    if (mu != null) {
      return SignatureCheck.ofMu(key, mu, bytes);
    }
    byte[] message = input.message();
    byte[] context = input.context();
    return SignatureCheck.ofMessage(
        key,
        context == null ? new byte[0] : context,
        message == null ? new byte[0] : message,
        bytes);
  }

  private MlDsaPublicKey key() {
    return keySource.file != null
        ? MlDsaPublicKey.decode(ByteInput.readEncoded(keySource.file, FILE_BYTES_MAX))
        : RegisteredKey.fetch(connection, String.valueOf(keySource.userId));
  }
}
