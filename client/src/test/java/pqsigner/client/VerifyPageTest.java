package pqsigner.client;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.NamedParameterSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pqsigner.attestation.BirthStatement;

/// What `docs/verify.md` tells people to run does what it says, for a good signature and a bad one.
final class VerifyPageTest {
  private static final Path PAGE = Path.of("../docs/verify.md");
  private static final int SPKI_HEADER_BYTES = 22;
  private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

  @TempDir private Path folder;
  private KeyPair key;

  @BeforeEach
  void sign() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("ML-DSA");
    generator.initialize(NamedParameterSpec.ML_DSA_65);
    key = generator.generateKeyPair();
    byte[] message = "pay 5".getBytes(US_ASCII);
    Signature signer = Signature.getInstance("ML-DSA");
    signer.initSign(key.getPrivate());
    signer.update(message);
    String base64 = Base64.getMimeEncoder().encodeToString(key.getPublic().getEncoded());
    Files.writeString(
        folder.resolve("key.pem"),
        "-----BEGIN PUBLIC KEY-----\n" + base64 + "\n-----END PUBLIC KEY-----\n");
    Files.write(folder.resolve("message.bin"), message);
    Files.write(folder.resolve("signature.bin"), signer.sign());
  }

  /// @param exit of the program
  private record Run(int exit, String out) {}

  private Run run(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .start();
    String out = new String(process.getInputStream().readAllBytes(), US_ASCII);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Run(process.exitValue(), out);
  }

  /// The first block of this language under this heading, without its indentation.
  private static String block(String heading, String language) throws IOException {
    String page = Files.readString(PAGE);
    Matcher block =
        Pattern.compile(
                "^## %s.*?^( *)```%s\n(.*?)^ *```".formatted(Pattern.quote(heading), language),
                Pattern.DOTALL | Pattern.MULTILINE)
            .matcher(page);
    assertThat(block.find()).as(heading).isTrue();
    return block.group(2).replaceAll("(?m)^" + block.group(1), "");
  }

  private void assertTellsGoodFromBad(String... command) throws Exception {
    assertThat(run(command)).matches(run -> run.exit() == 0 && run.out().contains("valid\n"));

    byte[] forged = Files.readAllBytes(folder.resolve("signature.bin"));
    forged[100] ^= 1;
    Files.write(folder.resolve("signature.bin"), forged);
    assertThat(run(command)).satisfies(run -> assertThat(run.out()).doesNotContain("\nvalid\n"));
    assertThat(run(command)).matches(run -> run.exit() != 0 || run.out().contains("NOT VALID"));
  }

  @Test
  void openSsl() throws Exception {
    Run version = run("sh", "-c", "openssl version || true");
    assumeTrue(
        version.out().matches("(?s)OpenSSL (3\\.[5-9]|[4-9]).*"), "here is " + version.out());

    assertTellsGoodFromBad("sh", "-c", block("OpenSSL 3.5 or later", "sh"));
  }

  @Test
  void python() throws Exception {
    String load = "from cryptography.hazmat.primitives.asymmetric import mldsa";
    assumeTrue(run("sh", "-c", "python3 -c '" + load + "'").exit() == 0, "no such Python here");
    Path script =
        Files.writeString(
            folder.resolve("verify.py"), block("Python, `cryptography` 48 or later", "python"));

    assertTellsGoodFromBad("python3", script.toString());
  }

  @Test
  void jdk() throws Exception {
    Path source = Files.writeString(folder.resolve("Verify.java"), block("JDK 25", "java"));

    assertTellsGoodFromBad(JAVA.toString(), "-XX:TieredStopAtLevel=1", source.toString());
  }

  @Test
  void theBirthStatementIsWhatPythonComputes() throws Exception {
    assumeTrue(run("sh", "-c", "python3 -c 1").exit() == 0, "no Python here");
    byte[] spki = key.getPublic().getEncoded();
    byte[] raw = Arrays.copyOfRange(spki, SPKI_HEADER_BYTES, spki.length);
    Files.write(folder.resolve("key.raw"), raw);
    Path script =
        Files.writeString(folder.resolve("birth.py"), block("Where a key was born", "python"));
    BirthStatement statement =
        new BirthStatement(
                "custodian-a",
                "wallet-1",
                "ML-DSA-65",
                1,
                raw,
                "arn:aws:kms:eu-central-1:111122223333:key/1")
            .sealedAs("request-1", new byte[32]);

    assertThat(run("python3", script.toString()))
        .isEqualTo(new Run(0, HexFormat.of().formatHex(statement.commitment()) + "\n"));
  }

  @Test
  void everyWayIsTried() throws Exception {
    List<String> headings = new ArrayList<>();
    Pattern.compile("^## (.*)$", Pattern.MULTILINE)
        .matcher(Files.readString(PAGE))
        .results()
        .forEach(heading -> headings.add(heading.group(1)));

    assertThat(headings)
        .containsExactly(
            "OpenSSL 3.5 or later",
            "Python, `cryptography` 48 or later",
            "JDK 25",
            "Where a key was born");
  }
}
