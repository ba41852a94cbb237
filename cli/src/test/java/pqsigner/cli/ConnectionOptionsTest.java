package pqsigner.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.cli.Terminal.Run;

/// Where the service is and who calls it: what is missing or wrong is told before anything is sent.
final class ConnectionOptionsTest {
  @RegisterExtension private final CalledGateway gateway = new CalledGateway();
  @TempDir private Path folder;

  @Test
  void whatIsMissingIsNamedWithItsVariable() {
    assumeThat(System.getenv("PQ_SIGNER_URL")).isNull();

    Run run = Terminal.run("keys", "show", "u");

    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err()).startsWith("missing --ca; give it or set PQ_SIGNER_CA");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://localhost:1", "localhost", "https:", "ftp://localhost", "a b"})
  void aUrlThatIsNotHttpsIsMisuse(String url) throws Exception {
    Run run = Terminal.run(with("--url", url));

    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err()).startsWith("--url");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--ca", "--cert", "--key"})
  void aFileThatIsNotThereIsMisuse(String option) throws Exception {
    Run run = Terminal.run(with(option, folder.resolve("absent").toString()));

    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err()).startsWith(option + ": cannot read ");
  }

  @Test
  void aFileThatIsNoCertificateIsAFailureWithACode() throws Exception {
    Run run = Terminal.run(with("--url", "https://localhost:1"));

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).startsWith("unreadable_input").contains("no certificate");
  }

  @Test
  void aGatewayThatDoesNotListenIsAFailureWithACode() {
    gateway.stub().close();

    Run run = gateway.run("keys", "show", "u");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).startsWith("connection_failed").contains("at https://localhost:");
  }

  @Test
  void aGatewayUnderAnotherAuthorityIsNotSpokenTo() {
    Run run = gateway.runTrustingAnotherAuthority("keys", "show", "u");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).startsWith("tls_refused");
    assertThat(gateway.stub().requests()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "'', missing --kafka; give it or set PQ_SIGNER_KAFKA",
    "--kafka localhost:1, missing --registry; give it or set PQ_SIGNER_REGISTRY",
    "--kafka localhost:1 --registry http://r, missing --custodian; give it or set PQ_SIGNER_CUSTODIAN",
    "--kafka localhost:1 --registry http://r --custodian Not/One, --custodian: not a valid name: Not/One"
  })
  void kafkaNeedsToKnowMore(String options, String reason) {
    List<String> line =
        new ArrayList<>(List.of("sign", "--user-id", "u", "--message", "m", "--via", "kafka"));
    if (!options.isEmpty()) {
      line.addAll(List.of(options.split(" ")));
    }

    Run run = gateway.run(line.toArray(String[]::new));

    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err()).startsWith(reason);
    assertThat(gateway.stub().requests()).isEmpty();
  }

  /// `keys` with empty files for everything, and one option otherwise.
  private String[] with(String option, String value) throws Exception {
    String empty = Files.writeString(folder.resolve("empty.pem"), "").toString();
    List<String> line = new ArrayList<>(List.of("keys", "show", "u"));
    for (String name : List.of("--ca", "--cert", "--key", "--url")) {
      String usual = name.equals("--url") ? "https://localhost:1" : empty;
      line.addAll(List.of(name, name.equals(option) ? value : usual));
    }
    return line.toArray(String[]::new);
  }
}
