package pqsigner.client.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.client.PemIdentity;
import pqsigner.client.Problem;
import pqsigner.client.RegisteredKey;
import pqsigner.client.Signer;
import pqsigner.client.SignerException;
import pqsigner.client.SignerException.CallFailed;
import pqsigner.client.SignerException.CallFailed.Reason;
import pqsigner.client.SignerRequest;
import pqsigner.client.SignerResult;
import pqsigner.client.SignerResult.Conflict;
import pqsigner.client.SignerResult.Failed;
import pqsigner.client.SignerResult.Pending;
import pqsigner.client.SignerResult.Refused;
import pqsigner.client.SignerResult.Signed;
import pqsigner.client.SignerResult.TryLater;
import pqsigner.client.SignerResult.Unknown;
import pqsigner.events.Retry;
import pqsigner.local.pki.LocalPki;
import pqsigner.local.pki.PemPair;
import pqsigner.local.testing.StubGateway;

/// Against a TLS server that demands certificates and answers as it is told.
final class HttpSignerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String SIGNED =
      """
      {"request_id":"r","user_id":"u","alg":"ML-DSA-44","key_version":1,"signature":"AA==",
       "signed_at":"2026-01-02T03:04:05Z"}""";
  private static final SignerRequest REQUEST =
      SignerRequest.sign("u", "m".getBytes(UTF_8)).withRequestId("r");

  @TempDir private static Path directory;
  private static LocalPki pki;

  private StubGateway gateway;
  private HttpSigner signer;

  @BeforeAll
  static void issueCertificates() throws IOException {
    pki = LocalPki.create(directory, List.of("custodian-a"), "eu-central-1", Instant.now());
  }

  @BeforeEach
  void listen() throws IOException {
    gateway = StubGateway.start(pki);
    signer = open("custodian-a");
  }

  @AfterEach
  void stop() {
    signer.close();
    gateway.close();
  }

  @Test
  void aFinishedRequestIsItsSignature() {
    gateway.then(200, SIGNED);

    Signed signed = signer.submit(REQUEST, Duration.ofSeconds(7)).requireSigned();

    assertThat(signed.signature()).containsExactly(0);
    assertThat(signed.signedAt()).isEqualTo(Instant.parse("2026-01-02T03:04:05Z"));
    assertThat(gateway.requests()).hasToString("[POST /v1/pq-signer]");
    assertThat(gateway.requests().getFirst().header("Prefer")).isEqualTo("wait=7");
  }

  @Test
  void anAcceptedRequestIsAskedForUntilItIsFinished() {
    gateway
        .then(202, "{\"request_id\":\"r 1\",\"state\":\"ACCEPTED\"}")
        .then(200, "{\"request_id\":\"r 1\",\"state\":\"ACCEPTED\"}")
        .then(200, "{\"state\":\"SIGNED\",\"result\":" + SIGNED + "}");

    assertThat(signer.submit(REQUEST.withRequestId("r 1"), PATIENCE)).isInstanceOf(Signed.class);
    assertThat(gateway.requests()).hasSize(3);
    assertThat(gateway.requests().getLast()).hasToString("GET /v1/pq-signer/requests/r%201");
  }

  @Test
  void aLookupThatFailsIsRepeated() {
    gateway
        .then(202, "{\"request_id\":\"r\",\"state\":\"ACCEPTED\"}")
        .then(StubGateway.HANG_UP)
        .then(502, "<html>")
        .then(200, "{\"state\":\"SIGNED\",\"result\":" + SIGNED + "}");

    assertThat(signer.submit(REQUEST, PATIENCE)).isInstanceOf(Signed.class);
  }

  @Test
  void withoutPatienceTheAnswerIsThatItWasAccepted() {
    gateway.then(202, "{\"request_id\":\"r\",\"state\":\"ACCEPTED\"}");

    assertThat(signer.submit(REQUEST, Duration.ZERO)).isEqualTo(new Pending("r", "ACCEPTED"));
    assertThat(gateway.requests().getFirst().header("Prefer")).isEqualTo("respond-async");
  }

  @Test
  void whenPatienceEndsFirstTheRequestIsPending() {
    gateway.otherwise(
        _ -> new StubGateway.Answer(202, "{\"request_id\":\"r\",\"state\":\"QUEUED\"}", Map.of()));

    assertThat(signer.submit(REQUEST, Duration.ofMillis(1))).isEqualTo(new Pending("r", "QUEUED"));
  }

  @Test
  void manyRequestsWaitAtOnce() {
    gateway.otherwise(_ -> new StubGateway.Answer(200, SIGNED, Map.of()));

    List<CompletableFuture<SignerResult>> results =
        List.of(
            signer.submitAsync(REQUEST, PATIENCE),
            signer.submitAsync(REQUEST, PATIENCE),
            signer.submitAsync(REQUEST, PATIENCE));

    assertThat(results).map(Signer::await).allMatch(Signed.class::isInstance);
  }

  @Test
  void aProblemIsItsCodeAndWhatHelps() {
    gateway.then(404, problem("unknown_user", "same_request_id", "no such key"));

    assertThat(signer.submit(REQUEST, PATIENCE))
        .isEqualTo(
            new Refused("r", new Problem("unknown_user", Retry.SAME_REQUEST_ID, "no such key")));
  }

  @Test
  void aCodeThatThisClientDoesNotKnowIsKept() {
    gateway.then(403, problem("approval_required", "never", ""));

    Problem problem = ((Refused) signer.submit(REQUEST, PATIENCE)).problem();

    assertThat(problem).isEqualTo(new Problem("approval_required", Retry.NEVER, ""));
    assertThat(problem.known()).isEmpty();
  }

  @Test
  void aUsedIdIsAConflict() {
    gateway.then(409, problem("request_id_conflict", "new_request_id", ""));
    gateway.then(409, problem("key_already_exists", "never", ""));

    assertThat(signer.submit(REQUEST, PATIENCE)).isInstanceOf(Conflict.class);
    assertThat(signer.submit(REQUEST, PATIENCE)).isInstanceOf(Refused.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 503})
  void aCallerThatIsTurnedAwayIsToldHowLongToWait(int status) {
    gateway.then(
        new StubGateway.Answer(
            status, problem("rate_limited", "same_request_id", ""), Map.of("Retry-After", "7")));

    assertThat(signer.submit(REQUEST, PATIENCE))
        .isInstanceOfSatisfying(
            TryLater.class, later -> assertThat(later.after()).isEqualTo(Duration.ofSeconds(7)));
  }

  @Test
  void aFailedRequestSaysWhatHelpsWhicheverWayItIsHeardOf() {
    String failed =
        "\"state\":\"FAILED\",\"code\":\"kms_unavailable\",\"retry\":\"same_request_id\"";
    gateway.then(503, "{\"request_id\":\"r\"," + failed + "}").then(200, "{" + failed + "}");

    Failed expected = new Failed("r", new Problem("kms_unavailable", Retry.SAME_REQUEST_ID, ""));
    assertThat(signer.submit(REQUEST, PATIENCE)).isEqualTo(expected);
    assertThat(signer.state("r")).isEqualTo(expected);
    assertThatExceptionOfType(SignerException.Unfinished.class)
        .isThrownBy(expected::requireSigned)
        .satisfies(e -> assertThat(e.code()).isEqualTo("kms_unavailable"))
        .satisfies(e -> assertThat(e.result()).isEqualTo(expected));
  }

  @Test
  void aRefusedRequestIsStillRefusedWhenAskedFor() {
    gateway.then(
        200, "{\"state\":\"EXPIRED\",\"code\":\"deadline_exceeded\",\"retry\":\"new_request_id\"}");

    assertThat(signer.state("r"))
        .isEqualTo(new Refused("r", new Problem("deadline_exceeded", Retry.NEW_REQUEST_ID, "")));
  }

  @Test
  void anAnswerThatNeverCameLeavesTheEndUnknown() {
    gateway.then(StubGateway.HANG_UP);

    assertThat(signer.submit(REQUEST, PATIENCE))
        .isInstanceOfSatisfying(
            Unknown.class, unknown -> assertThat(unknown.requestId()).isEqualTo("r"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<html>",
        "{}",
        "{\"signature\":\"AA==\"}",
        "{\"signature\":\"%%\",\"alg\":\"ML-DSA-44\"}",
        "{\"signature\":\"AA==\",\"alg\":\"ML-DSA-44\",\"signed_at\":\"yesterday\"}",
        "{\"public_key\":\"AA==\",\"alg\":\"ML-DSA-44\"}"
      })
  void anAnswerOutsideTheContractLeavesTheEndUnknown(String body) {
    gateway.then(200, body);

    assertThat(signer.submit(REQUEST, PATIENCE).code()).isEqualTo("malformed_answer");
  }

  @Test
  void aProxysErrorPageIsNoRefusal() {
    gateway.then(502, "{\"message\":\"bad gateway\"}");

    assertThat(signer.submit(REQUEST, PATIENCE)).isInstanceOf(Unknown.class);

    gateway.then(502, "{\"message\":\"bad gateway\"}");

    assertThatExceptionOfType(CallFailed.class)
        .isThrownBy(() -> signer.keys("u"))
        .satisfies(failure -> assertThat(failure.code()).isEqualTo("malformed_answer"));
  }

  @Test
  void theKeysOfAUserAreTyped() {
    String raw = Base64.getEncoder().encodeToString(new byte[1312]);
    gateway.then(
        200,
        """
        {"user_id":"a/b","keys":[{"alg":"ML-DSA-44","key_version":3,"public_key":"%s",
         "birth_attestation":"AQ==","created_at":"2026-01-02T03:04:05Z"}]}"""
            .formatted(raw));
    gateway.then(404, problem("unknown_user", "same_request_id", "no key"));

    RegisteredKey key = signer.keys("a/b").getFirst();

    assertThat(key.version()).isEqualTo(3);
    assertThat(key.userId()).isEqualTo("a/b");
    assertThat(key.sealedKeySha256()).isNull();
    assertThat(gateway.requests().getFirst()).hasToString("GET /v1/pq-signer/keys/a%2Fb");
    assertThatExceptionOfType(SignerException.Refused.class)
        .isThrownBy(() -> signer.keys("u"))
        .satisfies(e -> assertThat(e.problem().code()).isEqualTo("unknown_user"));
  }

  @Test
  void aStrangersCertificateDoesNotGetThrough() {
    gateway.then(200, SIGNED);
    try (HttpSigner intruder = open("intruder")) {
      SignerResult result = null;
      CallFailed failure = null;
      try {
        result = intruder.submit(REQUEST, PATIENCE);
      } catch (CallFailed e) {
        failure = e;
      }
      // Which of the two depends on whether the alert or the reset is seen first.
      assertThat(failure != null || result instanceof Unknown).isTrue();
    }
    assertThat(gateway.requests()).isEmpty();
  }

  @Test
  void aStrangersServerIsNotSpokenTo() {
    PemPair own = pki.pair("custodian-a");
    PemIdentity other = new PemIdentity(pki.kmsCa(), own.certificate(), own.key());
    try (HttpSigner wary = HttpSigner.open(gateway.url(), other)) {
      assertFails(wary, Reason.TLS_REFUSED);
    }
    assertThat(gateway.requests()).isEmpty();
  }

  @Test
  void nobodyListening() {
    gateway.close();
    assertFails(signer, Reason.CONNECTION_FAILED);
  }

  @Test
  void anUnreadableKeyIsSaidBeforeAnythingIsSent() {
    PemPair own = pki.pair("custodian-a");
    PemIdentity mixedUp =
        new PemIdentity(
            pki.ca(), /* certificate= */ own.key(), /* privateKey= */ own.certificate());
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> HttpSigner.open(gateway.url(), mixedUp))
        .withMessageContaining("certificate");
  }

  private static void assertFails(HttpSigner signer, Reason reason) {
    assertThatExceptionOfType(CallFailed.class)
        .isThrownBy(() -> signer.submit(REQUEST, PATIENCE))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
  }

  private static String problem(String code, String retry, String detail) {
    return "{\"code\":\"%s\",\"retry\":\"%s\",\"detail\":\"%s\"}".formatted(code, retry, detail);
  }

  private HttpSigner open(String name) {
    PemPair pair = pki.pair(name);
    URI url = gateway.url().resolve("/ignored");
    return HttpSigner.open(url, new PemIdentity(pki.ca(), pair.certificate(), pair.key()));
  }
}
