package pqsigner.cli;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import pqsigner.client.PemIdentity;
import pqsigner.client.http.HttpSigner;

/// Where the gateway is and who calls it: an option, or else the variable of the environment that
/// `local up` writes into `local.env`.
public class GatewayConnection {
  @SuppressWarnings("NullAway.Init") // set by picocli
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "Gateway, such as https://localhost:8443 ($$PQ_SIGNER_URL).")
  private @Nullable String url;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "Authority of the servers' certificates, PEM ($$PQ_SIGNER_CA).")
  private @Nullable String authority;

  @Option(
      names = "--cert",
      paramLabel = "FILE",
      description = "Client certificate, PEM ($$PQ_SIGNER_CERT).")
  private @Nullable String certificate;

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = "Its private key, PKCS#8 PEM ($$PQ_SIGNER_KEY).")
  private @Nullable String privateKey;

  public HttpSigner http() {
    return HttpSigner.open(baseUrl(), identity());
  }

  private URI baseUrl() {
    String text = need(url, "--url", "PQ_SIGNER_URL");
    try {
      URI uri = URI.create(text);
      if ("https".equals(uri.getScheme()) && uri.getHost() != null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      throw usage("--url: " + e.getMessage());
    }
    throw usage("--url: not an https URL: " + text);
  }

  final PemIdentity identity() {
    return new PemIdentity(
        file(authority, "--ca", "PQ_SIGNER_CA"),
        file(certificate, "--cert", "PQ_SIGNER_CERT"),
        file(privateKey, "--key", "PQ_SIGNER_KEY"));
  }

  private Path file(@Nullable String option, String name, String variable) {
    Path path = Path.of(need(option, name, variable));
    if (!Files.isReadable(path)) {
      throw usage(name + ": cannot read " + path);
    }
    return path;
  }

  final String need(@Nullable String option, String name, String variable) {
    String value = option != null ? option : System.getenv(variable);
    if (value == null || value.isBlank()) {
      throw usage("missing " + name + " (or " + variable + " in the environment)");
    }
    return value;
  }

  final ParameterException usage(String message) {
    return new ParameterException(command.commandLine(), message);
  }
}
