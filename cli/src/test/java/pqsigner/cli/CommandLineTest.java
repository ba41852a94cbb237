package pqsigner.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.client.Json;

/// Exit codes and what is printed, for what needs no service.
final class CommandLineTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path directory;

  @Test
  void noCommandIsMisuseAndShowsTheCommands() {
    assertThat(run()).isEqualTo(2);
    assertThat(err.toString()).contains("Usage: pq-signer", "demo", "attestation");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "unknown",
        "sign",
        "sign --user-id a",
        "sign --user-id a --message x --mu y",
        "verify --signature s",
        "jobs",
        "jobs show only-one",
        "jobs show --topic pq-signer.commands.custodian-a",
        "jobs replay --execute",
        "jobs replay --all --code internal",
        "attestation",
        "attestation verify",
        "attestation verify --document d --pcr 0=xy",
        "bench --rate 5 --concurrency 3",
        "keygen --via pigeon",
        "local",
        "keys"
      })
  void misuseExitsWithTwoAndSaysWhatIsWrong(String line) {
    assertThat(run(line.split(" "))).isEqualTo(2);
    assertThat(err.toString()).isNotBlank().doesNotContain("Exception");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void aServiceThatDoesNotListenIsAFailureWithACode() throws Exception {
    Path nobody = Files.writeString(directory.resolve("empty.pem"), "");
    String file = nobody.toString();
    int exit =
        run(
            "keys",
            "u",
            "--url",
            "https://localhost:1",
            "--ca",
            file,
            "--cert",
            file,
            "--key",
            file);
    assertThat(exit).isEqualTo(1);
    assertThat(err.toString()).startsWith("unreadable_input");
  }

  @Test
  void aValidSignatureExitsWithZeroAndAnAlteredOneWithOne() throws Exception {
    KeyPair pair = KeyPairGenerator.getInstance("ML-DSA-65").generateKeyPair();
    Signature signer = Signature.getInstance("ML-DSA");
    signer.initSign(pair.getPrivate());
    signer.update("hello".getBytes(UTF_8));
    byte[] signature = signer.sign();
    Path key = directory.resolve("key.pem");
    FileOutput.writePem(key, "PUBLIC KEY", pair.getPublic().getEncoded());
    Path raw = Files.write(directory.resolve("signature"), signature);
    Path base64 =
        Files.writeString(
            directory.resolve("signature.b64"), Base64.getEncoder().encodeToString(signature));

    assertThat(verify(key, raw, "hello")).isZero();
    assertThat(out.toString()).contains("valid", "JDK (SUN)");
    assertThat(verify(key, base64, "hello")).isZero();
    assertThat(verify(key, raw, "hello!")).isEqualTo(1);
    assertThat(err.toString()).startsWith("signature_invalid");
  }

  @Test
  void scriptsGetTheFailureAsJson() throws Exception {
    Path file = Files.writeString(directory.resolve("no-key"), "%");
    assertThat(
            run(
                "verify",
                "--json",
                "--public-key",
                file.toString(),
                "--signature",
                file.toString(),
                "--message",
                "m"))
        .isEqualTo(1);
    assertThat(Json.parse(out.toString().getBytes(UTF_8)).path("code").asString())
        .isEqualTo("unreadable_input");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void whatTheServiceSaysCannotSteerTheTerminal() {
    assertThat(Output.printable("a\u001b[31mb\u0007c\u009bd")).isEqualTo("a?[31mb?c?d");
  }

  private int verify(Path key, Path signature, String message) {
    return run(
        "verify",
        "--public-key",
        key.toString(),
        "--signature",
        signature.toString(),
        "--message",
        message);
  }

  private int run(String... arguments) {
    return PqSignerMain.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
        .execute(arguments);
  }
}
