package pqsigner.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import pqsigner.cli.Terminal.Run;
import pqsigner.client.Json;
import pqsigner.local.testing.StubGateway;
import pqsigner.mldsa.ExternalMu;

/// `sign`: what it asks for, what it prints, and what it ends with.
final class SignCommandTest {
  private static final CustodianKey KEY = CustodianKey.generate();

  @RegisterExtension private final CalledGateway gateway = new CalledGateway();
  @TempDir private Path folder;

  @Test
  void aPersonSeesTheSignatureAbridged() {
    byte[] signature = KEY.sign("hello");
    gateway.then(200, KEY.signed("r", "alice", signature));

    Run run = gateway.run("sign", "--user-id", "alice", "--message", "hello");

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out())
        .startsWith("signed  ML-DSA-65  version 1  3309 bytes  ")
        .contains(" ms over HTTPS", "request_id   r", "signed at    2026-01-02T03:04:05Z")
        .contains(CustodianKey.base64(signature).substring(0, 43) + "… (--out or --json for all)");
  }

  @Test
  void aScriptGetsTheContractsAnswer() {
    String answer = KEY.signed("r", "alice", KEY.sign("hello"));
    gateway.then(200, answer);

    Run run = gateway.run("sign", "--user-id", "alice", "--message", "hello", "--json");

    assertThat(run.json()).isEqualTo(Json.parse(answer.getBytes(UTF_8)));
  }

  @Test
  void theRawSignatureIsWrittenToAFile() throws Exception {
    byte[] signature = KEY.sign("hello");
    gateway.then(200, KEY.signed("r", "alice", signature));
    Path file = folder.resolve("signature");

    Run run =
        gateway.run("sign", "--user-id", "alice", "--message", "hello", "--out", file.toString());

    assertThat(Files.readAllBytes(file)).isEqualTo(signature);
    assertThat(run.out()).contains("signature    in " + file);
  }

  @Test
  void aFileThatCannotBeWrittenIsAFailureWithACode() {
    gateway.then(200, KEY.signed("r", "alice", KEY.sign("hello")));

    Run run =
        gateway.run("sign", "--user-id", "alice", "--message", "hello", "--out", folder.toString());

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).startsWith("unwritable_output");
  }

  @Test
  void everyOptionIsAFieldOfTheRequest() {
    gateway.then(200, KEY.signed("r", "alice", KEY.sign("héllo")));

    gateway.run(
        "sign",
        "--user-id",
        "alice",
        "--message",
        "héllo",
        "--context",
        "c",
        "--alg",
        "ML-DSA-65",
        "--deadline",
        "2030-01-01T00:00:00Z",
        "--request-id",
        "r",
        "--wait",
        "7");

    assertThat(gateway.asked()).hasToString("POST /v1/pq-signer");
    assertThat(gateway.asked().header("Prefer")).isEqualTo("wait=7");
    assertThat(gateway.askedBody())
        .isEqualTo(
            Json.parse(
                """
                {"request_type":"sign","payload":{"request_id":"r","user_id":"alice",
                 "alg":"ML-DSA-65","message":"%s","context":"Yw==",
                 "deadline":"2030-01-01T00:00:00Z"}}"""
                    .formatted(CustodianKey.base64("héllo".getBytes(UTF_8)))
                    .getBytes(UTF_8)));
  }

  @Test
  void withoutARequestIdEachRunHasANewOne() {
    gateway.stub().otherwise(_ -> answer(200, KEY.signed("r", "alice", new byte[1])));

    gateway.run("sign", "--user-id", "alice", "--message", "a");
    gateway.run("sign", "--user-id", "alice", "--message", "a");

    assertThat(gateway.stub().requests())
        .extracting(
            request ->
                Json.parse(request.body().getBytes(UTF_8)).at("/payload/request_id").asString())
        .doesNotHaveDuplicates()
        .allMatch(id -> id.length() == 36);
  }

  @Test
  void aMuIsSentInsteadOfTheMessage() throws Exception {
    byte[] mu = new byte[64];
    mu[0] = 7;
    Path file = Files.writeString(folder.resolve("mu"), CustodianKey.base64(mu) + "\n");
    gateway.then(200, KEY.signed("r", "alice", new byte[1]));

    gateway.run("sign", "--user-id", "alice", "--mu", file.toString());

    assertThat(gateway.askedBody().at("/payload/mu").asString()).isEqualTo(CustodianKey.base64(mu));
    assertThat(gateway.askedBody().path("payload").has("message")).isFalse();
  }

  @Test
  void aLargeMessageIsHashedHereUnderTheNewestKey() throws Exception {
    byte[] message = new byte[100_000];
    Path file = Files.write(folder.resolve("large"), message);
    String newest = KEY.generated("r", "alice");
    String oldest = CustodianKey.generate().generated("q", "alice");
    gateway.then(200, "{\"keys\":[%s,%s]}".formatted(oldest, newest));
    gateway.then(200, KEY.signed("r", "alice", new byte[1]));

    gateway.run(
        "sign",
        "--user-id",
        "alice",
        "--message-file",
        file.toString(),
        "--external-mu",
        "--context",
        "c");

    assertThat(gateway.stub().requests())
        .hasToString("[GET /v1/pq-signer/keys/alice, POST /v1/pq-signer]");
    byte[] mu = ExternalMu.of(KEY.publicKey().raw(), "c".getBytes(UTF_8), message);
    assertThat(gateway.stub().requests().getLast().body())
        .contains(CustodianKey.base64(mu), "\"key_version\":1");
  }

  @Test
  void externalMuNeedsTheMessage() throws Exception {
    Path file = Files.write(folder.resolve("mu"), new byte[64]);
    gateway.then(200, KEY.listed("alice"));

    Run run = gateway.run("sign", "--user-id", "alice", "--mu", file.toString(), "--external-mu");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).startsWith("unreadable_input").contains("needs the message");
  }

  @Test
  void asyncReturnsOnceTheRequestIsAccepted() {
    gateway.then(202, "{\"request_id\":\"r\",\"state\":\"ACCEPTED\"}");

    Run run =
        gateway.run("sign", "--user-id", "alice", "--message", "m", "--request-id", "r", "--async");

    assertThat(run.exit()).isZero();
    assertThat(run.out().lines())
        .containsExactly(
            "accepted  ACCEPTED", "  request_id   r", "  check it     pq-signer request r");
    assertThat(gateway.asked().header("Prefer")).isEqualTo("respond-async");
  }

  @Test
  void asyncShowsASignatureThatIsThereAlready() {
    gateway.then(200, KEY.signed("r", "alice", KEY.sign("m")));

    Run run = gateway.run("sign", "--user-id", "alice", "--message", "m", "--async");

    assertThat(run.out()).startsWith("signed");
  }

  @Test
  void aCallerThatIsTurnedAwayIsToldWhenToTryAgain() {
    gateway
        .stub()
        .then(
            new StubGateway.Answer(
                429,
                "{\"code\":\"rate_limited\",\"retry\":\"same_request_id\"}",
                Map.of("Retry-After", "7")));

    Run run = gateway.run("sign", "--user-id", "alice", "--message", "m");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err().lines())
        .containsExactly(
            "rate_limited", "  Too many requests from this custodian; try again in 7 s");
  }

  @Test
  void anAnswerThatIsLostSaysHowToSendTheSameRequestAgain() {
    gateway.stub().then(StubGateway.HANG_UP);

    Run run = gateway.run("sign", "--user-id", "alice", "--message", "m", "--request-id", "r");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err())
        .startsWith("connection_failed")
        .contains("The request may have arrived. Send it again: --request-id r");
  }

  @Test
  void aProxysPageIsNoAnswer() {
    gateway.then(502, "<html>");

    Run run = gateway.run("sign", "--user-id", "alice", "--message", "m", "--json");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.json().path("code").asString()).isEqualTo("malformed_answer");
    assertThat(run.err()).isEmpty();
  }

  private static StubGateway.Answer answer(int status, String body) {
    return new StubGateway.Answer(status, body, Map.of());
  }
}
