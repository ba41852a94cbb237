package pqsigner.cli;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import pqsigner.client.PemIdentity;
import pqsigner.client.http.HttpSigner;
import pqsigner.client.http.JsonHttp;

/// Where the gateway is and who calls it: by options, or else by the environment variables that
/// `local up` writes to `local.env`.
public class GatewayConnection {
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
      description = "CA that signed the servers' certificates, PEM ($$PQ_SIGNER_CA).")
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
    return asCaller(identity -> HttpSigner.open(baseUrl(), identity));
  }

  /// For what is no custodian's request.
  public JsonHttp json() {
    return asCaller(identity -> JsonHttp.open(baseUrl(), identity));
  }

  final <T> T asCaller(Function<PemIdentity, T> open) {
    try {
      return open.apply(identity());
    } catch (IllegalArgumentException e) {
      throw new CommandFailure("unreadable_input", String.valueOf(e.getMessage()), e);
    }
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
    throw usage("--url must be an https URL, not " + text);
  }

  private PemIdentity identity() {
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

  /// Where an option that is not given is looked up.
  protected Map<String, String> environment() {
    return System.getenv();
  }

  protected final String need(@Nullable String option, String name, String variable) {
    String value = option != null ? option : environment().get(variable);
    if (value == null || value.isBlank()) {
      throw usage("missing " + name + "; give it or set " + variable);
    }
    return value;
  }

  final ParameterException usage(String message) {
    return new ParameterException(command.commandLine(), message);
  }
}
