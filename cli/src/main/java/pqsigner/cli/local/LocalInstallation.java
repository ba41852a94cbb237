package pqsigner.cli.local;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import pqsigner.cli.CommandFailure;
import pqsigner.local.CertificateRequests;
import pqsigner.local.LocalEnv;
import pqsigner.local.pki.PemPair;
import pqsigner.topics.MutualTls;

/// A running local stack, by its folder.
public final class LocalInstallation {

  private final Path folder;
  private final Map<String, String> variables;

  /// Files of a certificate.
  public record Identity(Path certificate, Path key) {}

  private LocalInstallation(Path folder, Map<String, String> variables) {
    this.folder = folder;
    this.variables = variables;
  }

  /// @throws CommandFailure when no stack is ready there
  public static LocalInstallation in(Path folder) {
    try {
      return new LocalInstallation(folder, LocalEnv.read(folder));
    } catch (IOException e) {
      throw new CommandFailure("unreadable_input", "no local stack is ready in " + folder, e);
    }
  }

  public String url() {
    return variables.getOrDefault("PQ_SIGNER_URL", "");
  }

  public String authority() {
    return variables.getOrDefault("PQ_SIGNER_CA", "");
  }

  /// The variables of its `local.env`, for its operator.
  public Map<String, String> operator() {
    PemPair operator = PemPair.in(folder, "operator");
    Map<String, String> own = new HashMap<>(variables);
    own.put("PQ_SIGNER_CERT", operator.certificate().toString());
    own.put("PQ_SIGNER_KEY", operator.key().toString());
    return own;
  }

  /// Client settings of its brokers' administrator.
  public Map<String, Object> administrator() {
    PemPair admin = PemPair.in(folder, "admin");
    return MutualTls.of(
        variables.getOrDefault("PQ_SIGNER_KAFKA", ""),
        Path.of(authority()),
        admin.certificate(),
        admin.key());
  }

  /// Has the stack issue a custodian's certificate, or finds it there.
  ///
  /// @throws CommandFailure when the stack does not
  public Identity issue(String custodian) {
    try {
      PemPair pair = CertificateRequests.ask(folder, custodian);
      return new Identity(pair.certificate(), pair.key());
    } catch (IOException e) {
      throw new CommandFailure("no_answer", String.valueOf(e.getMessage()), e);
    }
  }
}
