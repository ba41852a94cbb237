package pqsigner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.cli.Terminal.Run;

/// Exit codes and what is printed, for what needs no service.
final class CommandLineTest {
  @TempDir private Path directory;

  @Test
  void noCommandIsMisuseAndShowsTheCommands() {
    Run run = Terminal.run();

    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err()).contains("Usage: pq-signer", "demo", "attestation");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "unknown",
        "sign",
        "sign --user-id a",
        "sign --user-id a --message x --mu y",
        "sign --user-id a --message x --wait long",
        "verify --signature s",
        "verify --signature s --message m --public-key k --user-id u",
        "jobs",
        "attestation",
        "attestation verify",
        "attestation verify --document d --pcr 0=xy",
        "bench --rate 5 --concurrency 3",
        "bench --via pigeon",
        "demo --signatures 0",
        "keygen --via pigeon",
        "local",
        "keys",
        "request"
      })
  void misuseExitsWithTwoAndSaysWhatIsWrong(String line) {
    Run run = Terminal.run(line.split(" "));

    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err()).isNotBlank().doesNotContain("Exception");
    assertThat(run.out()).isEmpty();
  }

  @Test
  void aMistypedCommandIsAnsweredByTheNearest() {
    assertThat(Terminal.run("sing").err()).contains("Did you mean").contains("sign");
    assertThat(Terminal.run("keys").err()).endsWith("try: pq-signer keys --help\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"sign", "keygen", "verify", "request", "keys", "jobs list", "bench", "demo"})
  void helpIsNoFailure(String command) {
    Run run = Terminal.run((command + " --help").split(" "));

    assertThat(run.exit()).isZero();
    assertThat(run.out()).startsWith("Usage: pq-signer " + command);
  }

  @Test
  void scriptsGetTheFailureAsJson() throws Exception {
    String file = Files.writeString(directory.resolve("no-key"), "%").toString();

    Run run =
        Terminal.run(
            "verify", "--json", "--public-key", file, "--signature", file, "--message", "m");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.json().path("code").asString()).isEqualTo("unreadable_input");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void whatTheServiceSaysCannotSteerTheTerminal() {
    assertThat(Output.printable("a\u001b[31mb\u0007c\u009bd")).isEqualTo("a?[31mb?c?d");
  }
}
