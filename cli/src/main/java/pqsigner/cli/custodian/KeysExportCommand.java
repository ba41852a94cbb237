package pqsigner.cli.custodian;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import pqsigner.cli.FileOutput;
import pqsigner.cli.GatewayCommand;
import pqsigner.client.Json;
import pqsigner.client.MlDsaPublicKey;
import pqsigner.client.RegisteredKey;

/// Writes a public key, or its birth attestation, as other programs take it.
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    description = {
      "Write a public key to a file: pem (SubjectPublicKeyInfo, RFC 9881), jwk (AKP, RFC 9964) or raw"
          + " (FIPS 204); or attestation, the raw birth attestation.",
      "Exports the version that signs unless --key-version names another."
    })
public final class KeysExportCommand extends GatewayCommand {

  /// What can be written.
  enum Format {
    PEM,
    JWK,
    RAW,
    ATTESTATION
  }

  @Parameters(paramLabel = "USER_ID", description = "The key's name.")
  private String userId;

  @Option(
      names = "--format",
      defaultValue = "pem",
      description = "pem (default), jwk, raw or attestation.")
  private Format format = Format.PEM;

  @Option(names = "--key-version", paramLabel = "N", description = "Export this version.")
  private @Nullable Integer keyVersion;

  @Option(names = "--out", paramLabel = "FILE", required = true, description = "Where to write it.")
  private Path out;

  @Override
  public Integer call() {
    RegisteredKey key = Keys.signing(connection, userId, keyVersion);
    byte[] bytes =
        switch (format) {
          case PEM -> FileOutput.pem("PUBLIC KEY", key.publicKey().spki());
          case JWK -> jwk(key.publicKey());
          case RAW -> key.publicKey().raw();
          case ATTESTATION -> key.birthAttestation();
        };
    FileOutput.write(out, bytes);
    String label = format.name().toLowerCase(Locale.ROOT);
    output.show(
        Json.object()
            .put("user_id", userId)
            .put("key_version", key.version())
            .put("format", label)
            .put("fingerprint", key.publicKey().fingerprint()),
        "exported",
        "%s  version %d  %s in %s".formatted(userId, key.version(), label, out),
        "  fingerprint  " + key.publicKey().fingerprint());
    return 0;
  }

  private static byte[] jwk(MlDsaPublicKey key) {
    return Json.line(
            Json.object()
                .put("kty", "AKP")
                .put("kid", key.fingerprint())
                .put("alg", key.algorithm().label())
                .put("use", "sig")
                .put("pub", Base64.getUrlEncoder().withoutPadding().encodeToString(key.raw())))
        .concat("\n")
        .getBytes(UTF_8);
  }
}
