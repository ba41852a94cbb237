package pqsigner.cli.custodians;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import pqsigner.cli.local.LocalInstallation;
import pqsigner.client.Json;
import pqsigner.client.SignerException;
import pqsigner.client.http.JsonHttp;
import tools.jackson.databind.JsonNode;

/// Takes a custodian on. Run again, it completes what was half done.
@Command(
    name = "add",
    mixinStandardHelpOptions = true,
    description = {
      "Register a custodian, then make its topics, rights, quotas and schemas.",
      "Prints how to request its certificate; in a local stack (--dir), issues it.",
      "May be repeated: what was half done is completed, and what was agreed stays."
    })
public final class CustodianAddCommand extends CustodianAct {
  @Mixin private TermsOptions terms;

  @Parameters(paramLabel = "NAME", description = "The custodian, as in its certificate's CN.")
  private String name;

  /// The registry first, and the rights last: a command that is sent at once is understood.
  @Override
  public Integer call() {
    named(name);
    boolean added = register();
    JsonNode custodian = get(path(name));
    List<String> lines = new ArrayList<>();
    if (Json.text(custodian, "state").equals("ENABLED")) {
      lines.add("  " + topicsAndRights());
    } else {
      lines.add("  disabled: its rights at the brokers come with custodian enable");
    }
    lines.addAll(certificate());
    return show(added ? "added" : "already registered", custodian, lines.toArray(String[]::new));
  }

  private boolean register() {
    try (JsonHttp http = connection.json()) {
      http.change("PUT", path(name), terms.body(), "If-None-Match", "*").orThrow();
      return true;
    } catch (SignerException.Refused refused) {
      if (!refused.problem().code().equals("revision_conflict")) {
        throw refused;
      }
      if (!terms.isEmpty()) {
        output.warn("already registered: to change what was agreed, use custodian limit " + name);
      }
      return false;
    }
  }

  private String topicsAndRights() {
    return brokers(
        brokers -> {
          brokers.schemas(name, connection.registry(), connection.registryConfig());
          int rights = brokers.admit(name, connection.durability());
          return "topics %s and %s, %d rights"
              .formatted(
                  connection.topics().commands(name), connection.topics().results(name), rights);
        },
        "no topics and rights: give --admin-tls, or run the topics program with --custodian "
            + name);
  }

  private List<String> certificate() {
    return connection
        .local()
        .map(local -> issued(local))
        .orElseGet(
            () ->
                List.of(
                    "Its certificate, from your custodians' authority (O is yours to say):",
                    "  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc \\",
                    "    -keyout %1$s.key -out %1$s.csr -subj \"/O=Example/OU=custodian/CN=%1$s\""
                        .formatted(name),
                    "  openssl x509 -in %s.crt -outform DER | sha256sum   # for --pin"
                        .formatted(name)));
  }

  private List<String> issued(LocalInstallation local) {
    LocalInstallation.Identity identity = local.issue(name);
    return List.of(
        "  certificate %s, key %s".formatted(identity.certificate(), identity.key()),
        "Try it:",
        "  bin/pq-signer keygen --user-id alice --url %s --ca %s \\"
            .formatted(local.url(), local.authority()),
        "    --cert %s --key %s".formatted(identity.certificate(), identity.key()));
  }
}
