package pqsigner.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import pqsigner.cli.Terminal.Run;
import pqsigner.client.Json;
import tools.jackson.databind.JsonNode;

/// `keygen` and `keys`: keys as people and scripts see them.
final class KeyCommandsTest {
  private static final CustodianKey KEY = CustodianKey.generate();

  @RegisterExtension private final CalledGateway gateway = new CalledGateway();
  @TempDir private Path folder;

  @Test
  void aPersonSeesANewKey() {
    gateway.then(200, KEY.generated("r", "alice"));

    Run run = gateway.run("keygen", "--user-id", "alice");

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out())
        .startsWith("key ready  ML-DSA-65  version 1  ")
        .contains("user_id      alice", "1974 bytes as SPKI", "attestation  8 bytes")
        .contains("fingerprint  " + KEY.fingerprint())
        .contains("sealed key   SHA-256 " + CustodianKey.base64(new byte[32]));
  }

  @Test
  void aScriptGetsTheContractsAnswer() {
    String answer = KEY.generated("r", "alice");
    gateway.then(200, answer);

    Run run = gateway.run("keygen", "--user-id", "alice", "--json");

    assertThat(Json.line(run.json())).isEqualTo(Json.line(Json.parse(answer.getBytes(UTF_8))));
  }

  @Test
  void theKeyMayBeNamedByTheService() {
    gateway.then(200, KEY.generated("r", "minted"));

    Run run = gateway.run("keygen", "--alg", "ML-DSA-65", "--request-id", "r");

    assertThat(run.out()).contains("user_id      minted");
    assertThat(Json.line(gateway.askedBody()))
        .isEqualTo(
            "{\"request_type\":\"key_generation\","
                + "\"payload\":{\"request_id\":\"r\",\"alg\":\"ML-DSA-65\"}}");
  }

  @Test
  void theFilesAreWhatOtherCommandsTake() throws Exception {
    gateway.then(200, KEY.generated("r", "alice"));
    Path key = folder.resolve("key.pem");
    Path birth = folder.resolve("birth.cose");
    Path signature = Files.write(folder.resolve("signature"), KEY.sign("m"));

    gateway.run(
        "keygen", "--public-key-out", key.toString(), "--attestation-out", birth.toString());

    assertThat(Files.readString(birth)).isEqualTo("document");
    assertThat(key).content().startsWith("-----BEGIN PUBLIC KEY-----\n");
    assertThat(
            Terminal.run(
                    "verify",
                    "--public-key",
                    key.toString(),
                    "--signature",
                    signature.toString(),
                    "--message",
                    "m")
                .exit())
        .isZero();
  }

  @Test
  void aKeyOfTheFirstBirthStatementSaysSo() {
    gateway.then(
        200,
        KEY.generated("r", "alice")
            .replaceFirst("\"sealed_key_sha256\":\"[^\"]*\"", "\"sealed_key_sha256\":null"));

    assertThat(gateway.run("keygen").out()).contains("not stated (birth statement v1)");
  }

  @Test
  void aTakenNameIsToldWithTheServicesCode() {
    gateway.then(409, "{\"code\":\"key_already_exists\",\"retry\":\"never\"}");

    Run run = gateway.run("keygen", "--user-id", "alice");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err().lines())
        .containsExactly("key_already_exists", "  A key is already registered for this user_id");
  }

  @Test
  void anAnswerOfTheWrongKindIsNoKey() {
    gateway.then(200, KEY.signed("r", "alice", new byte[1]));

    assertThat(gateway.run("keygen").err())
        .startsWith("malformed_answer")
        .contains("the answer is not what was asked for");
  }

  @Test
  void keysListsEveryVersion() {
    gateway.then(200, KEY.listed("a b"));

    Run run = gateway.run("keys", "show", "a b");

    assertThat(run.exit()).isZero();
    assertThat(run.out().lines().toList()).hasSize(2).first().isEqualTo("keys  a b");
    assertThat(run.out())
        .contains("version 1  ML-DSA-65  ENABLED  " + KEY.fingerprint() + "  ")
        .contains("made 2026-01-02T03:04:05Z");
    assertThat(gateway.asked()).hasToString("GET /v1/pq-signer/keys/a%20b");
  }

  @Test
  void keysShowsAScriptWhatTheServiceSaid() {
    gateway.then(200, "{\"keys\":[],\"news\":true}");

    assertThat(gateway.run("keys", "show", "alice", "--json").json().path("news").asBoolean())
        .isTrue();
  }

  @Test
  void aRotationAsksForTheNextVersionAndShowsIt() {
    gateway.then(
        200, KEY.generated("r", "alice").replace("\"key_version\":1", "\"key_version\":2"));

    Run run = gateway.run("rotate", "--user-id", "alice", "--request-id", "r");

    assertThat(run.out()).startsWith("key ready  ML-DSA-65  version 2  ");
    assertThat(Json.line(gateway.askedBody()))
        .isEqualTo(
            "{\"request_type\":\"key_rotation\","
                + "\"payload\":{\"request_id\":\"r\",\"user_id\":\"alice\"}}");
  }

  @Test
  void aVersionIsDisabledAndEnabled() {
    gateway.then(200, KEY.version("DISABLED")).then(200, KEY.version("ENABLED"));

    Run run = gateway.run("keys", "disable", "a b", "1");

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out()).startsWith("DISABLED  a b  version 1").contains(KEY.fingerprint());
    assertThat(gateway.asked()).hasToString("PATCH /v1/pq-signer/keys/a%20b/versions/1");
    assertThat(Json.line(gateway.askedBody())).isEqualTo("{\"state\":\"DISABLED\"}");
    assertThat(gateway.run("keys", "enable", "a b", "1", "--json").json().path("state").asString())
        .isEqualTo("ENABLED");
  }

  @Test
  void whatIsExportedIsTheKeyInEveryFormat() throws Exception {
    assertThat(exported("pem")).asString(UTF_8).startsWith("-----BEGIN PUBLIC KEY-----\n");
    assertThat(exported("raw")).isEqualTo(KEY.publicKey().raw());
    assertThat(exported("attestation")).asString(UTF_8).isEqualTo("document");
    JsonNode jwk = Json.parse(exported("jwk"));
    assertThat(Json.text(jwk, "kty")).isEqualTo("AKP");
    assertThat(Json.text(jwk, "kid")).isEqualTo(KEY.fingerprint());
    assertThat(Base64.getUrlDecoder().decode(Json.text(jwk, "pub")))
        .isEqualTo(KEY.publicKey().raw());
  }

  private byte[] exported(String format) throws Exception {
    Path out = folder.resolve(format);
    gateway.then(200, KEY.listed("alice"));
    Run run = gateway.run("keys", "export", "alice", "--format", format, "--out", out.toString());
    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out()).startsWith("exported  alice  version 1").contains(KEY.fingerprint());
    return Files.readAllBytes(out);
  }

  @Test
  void keysAreListedAndTheNextPageIsNamed() {
    gateway.then(
        200,
        """
        {"keys":[{"user_id":"a b","alg":"ML-DSA-65","key_version":2,"state":"DISABLED",
                  "fingerprint":"00ff","created_at":"2026-01-02T03:04:05Z"}],"next_cursor":"c"}""");

    Run run = gateway.run("keys", "list", "--alg", "ML-DSA-65", "--limit", "1", "--cursor", "b");

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out().lines())
        .containsExactly(
            "keys  1", "  a b  version 2  ML-DSA-65  DISABLED  00ff", "more: --cursor c");
    assertThat(gateway.asked())
        .hasToString("GET /v1/pq-signer/keys?alg=ML-DSA-65&limit=1&cursor=b");
  }

  @Test
  void aVersionThatIsNotThereCannotBeExported() {
    gateway.then(200, KEY.listed("alice"));

    Run run = gateway.run("keys", "export", "alice", "--key-version", "2", "--out", "never");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).startsWith("unknown_key_version");
  }

  @Test
  void aVersionThatIsNotThereCannotBeDisabled() {
    gateway.then(404, "{\"code\":\"unknown_key_version\",\"detail\":\"no such version\"}");

    Run run = gateway.run("keys", "disable", "alice", "7");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err().lines()).containsExactly("unknown_key_version", "  no such version");
  }

  @Test
  void aNameWithoutKeysIsUnknown() {
    gateway.then(404, "{\"code\":\"unknown_user\",\"detail\":\"no key for nobody\"}");

    Run run = gateway.run("keys", "show", "nobody");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err().lines()).containsExactly("unknown_user", "  no key for nobody");
  }
}
