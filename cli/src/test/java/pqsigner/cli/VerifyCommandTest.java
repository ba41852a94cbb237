package pqsigner.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import pqsigner.cli.Terminal.Run;
import pqsigner.mldsa.ExternalMu;

/// `verify`: exits with 0 for exactly the signatures of this message by this key.
final class VerifyCommandTest {
  private static final CustodianKey KEY = CustodianKey.generate();

  @RegisterExtension private final CalledGateway gateway = new CalledGateway();
  @TempDir private Path folder;
  private Path key;

  @BeforeEach
  void writeKey() {
    key = folder.resolve("key.pem");
    FileOutput.writePem(key, "PUBLIC KEY", KEY.spki());
  }

  @Test
  void aKeyIsReadInEveryFormThatPeopleHave() throws Exception {
    Path signature = file("signature", KEY.sign("hello"));
    String base64 = Base64.getMimeEncoder().encodeToString(KEY.spki());

    for (Path form :
        List.of(
            key,
            file("key.der", KEY.spki()),
            file("key.raw", KEY.publicKey().raw()),
            file("key.b64", base64.getBytes(UTF_8)))) {
      Run run = verify(form, signature, "--message", "hello");
      assertThat(run.exit()).as(form + run.err()).isZero();
      assertThat(run.out())
          .isEqualToIgnoringNewLines("valid  ML-DSA-65, verified by the JDK (SUN)");
    }
  }

  @Test
  void anotherMessageSignatureOrKeyExitsWithOne() throws Exception {
    Path signature = file("signature", KEY.sign("hello"));
    byte[] altered = KEY.sign("hello");
    altered[100] ^= 1;
    Path other = file("other", CustodianKey.generate().spki());

    assertInvalid(verify(key, signature, "--message", "hello!"));
    assertInvalid(verify(key, file("altered", altered), "--message", "hello"));
    assertInvalid(verify(key, file("short", new byte[7]), "--message", "hello"));
    assertInvalid(verify(other, signature, "--message", "hello"));
    assertInvalid(verify(key, signature, "--message", "hello", "--context", "c"));
  }

  @Test
  void aContextIsCheckedByBouncyCastleAndTheOutputSaysSo() throws Exception {
    Path signature = file("signature", KEY.sign("hello", "c"));

    Run run = verify(key, signature, "--message", "hello", "--context", "c", "--json");

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.json().path("valid").asBoolean()).isTrue();
    assertThat(run.json().path("verified_by").asString()).isEqualTo("Bouncy Castle");
    assertInvalid(verify(key, signature, "--message", "hello"));
  }

  @Test
  void aMuIsAsGoodAsItsMessage() throws Exception {
    byte[] mu = ExternalMu.of(KEY.publicKey().raw(), new byte[0], "hello".getBytes(UTF_8));
    Path signature = file("signature", KEY.sign("hello"));

    assertThat(verify(key, signature, "--mu", file("mu", mu).toString()).exit()).isZero();
    assertInvalid(verify(key, signature, "--mu", file("mu", new byte[64]).toString()));
    assertInvalid(verify(key, signature, "--mu", file("mu", new byte[63]).toString()));
  }

  @Test
  void theNewestRegisteredKeyIsAskedForByItsName() throws Exception {
    String oldest = CustodianKey.generate().generated("q", "alice");
    gateway.then(200, "{\"keys\":[%s,%s]}".formatted(oldest, KEY.generated("r", "alice")));
    Path signature = file("signature", KEY.sign("hello"));

    Run run =
        gateway.run(
            "verify",
            "--user-id",
            "alice",
            "--signature",
            signature.toString(),
            "--message",
            "hello");

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(gateway.asked()).hasToString("GET /v1/pq-signer/keys/alice");
  }

  @Test
  void aNameWithoutAKeyIsAFailureWithACode() throws Exception {
    gateway.then(200, "{\"keys\":[]}");
    Path signature = file("signature", KEY.sign("hello"));

    Run run =
        gateway.run(
            "verify", "--user-id", "bob", "--signature", signature.toString(), "--message", "m");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err().lines()).containsExactly("unknown_user", "  there is no key for bob");
  }

  @Test
  void whatIsNoKeyOrIsNotThereIsUnreadable() throws Exception {
    Path signature = file("signature", KEY.sign("hello"));

    for (Path bad : List.of(file("no-key", new byte[5]), folder.resolve("absent"))) {
      Run run = verify(bad, signature, "--message", "m");
      assertThat(run.exit()).isEqualTo(1);
      assertThat(run.err()).startsWith("unreadable_input").contains(bad.toString());
    }
  }

  @Test
  void aSignatureFileIsBounded() throws Exception {
    Run run = verify(key, file("huge", new byte[100_000]), "--message", "m");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).startsWith("unreadable_input").contains("is longer than");
  }

  private Run verify(Path publicKey, Path signature, String... more) {
    List<String> line =
        List.of(
            "verify", "--public-key", publicKey.toString(), "--signature", signature.toString());
    return Terminal.run(
        Stream.concat(line.stream(), List.of(more).stream()).toArray(String[]::new));
  }

  private Path file(String name, byte[] bytes) throws Exception {
    return Files.write(folder.resolve(name), bytes);
  }

  private static void assertInvalid(Run run) {
    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err())
        .startsWith("signature_invalid")
        .contains("ML-DSA-65 key did not sign this message");
  }
}
