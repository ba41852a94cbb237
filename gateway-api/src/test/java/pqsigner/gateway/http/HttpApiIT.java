package pqsigner.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.attestation.SealedKey;
import pqsigner.events.Retry;
import pqsigner.gateway.http.HttpCaller.Answer;
import tools.jackson.databind.JsonNode;

/// The contract of the HTTP API over real mTLS, call by call.
@Timeout(60)
class HttpApiIT {

  private static WebLayer web;
  private static HttpCaller custodian;
  private static HttpCaller other;
  private static HttpCaller operator;

  @BeforeAll
  static void start() throws Exception {
    web =
        WebLayer.start(
            Map.of(
                "pq-signer.http.wait-default", "5s",
                "pq-signer.admission.custodians.custodian-b.external-mu", "false"));
    custodian = HttpCaller.of(web.tls("custodian-a"), web.port());
    other = HttpCaller.of(web.tls("custodian-b"), web.port());
    operator = HttpCaller.of(web.tls("operator"), web.port());
  }

  @AfterAll
  static void stop() {
    web.close();
  }

  @Test
  void aKeyIsGeneratedSignsAndIsShown() {
    Answer key = custodian.keygen("wallet");
    assertThat(key.status()).isEqualTo(200);
    assertThat(fields(key.body()))
        .containsExactly(
            "request_id",
            "user_id",
            "alg",
            "key_version",
            "public_key",
            "public_key_spki",
            "birth_attestation",
            "sealed_key_sha256",
            "created_at");
    assertThat(key.bytes("sealed_key_sha256"))
        .isEqualTo(SealedKey.sha256(new byte[] {1}, new byte[] {2}));
    assertThat(key.bytes("public_key")).hasSize(1312);
    assertThat(key.bytes("public_key_spki")).hasSize(1312 + 22);
    assertThat(UUID.fromString(key.text("request_id")).version()).isEqualTo(7);

    Answer signature = custodian.post(sign("wallet", ""));
    assertThat(signature.status()).isEqualTo(200);
    assertThat(fields(signature.body()))
        .containsExactly("request_id", "user_id", "alg", "key_version", "signature", "signed_at");
    assertThat(signature.bytes("signature")).asString().isEqualTo("signed by wallet");
    assertThat(Instant.parse(signature.text("signed_at"))).isBefore(Instant.now());

    Answer keys = custodian.get("/v1/pq-signer/keys/wallet");
    assertThat(keys.status()).isEqualTo(200);
    assertThat(fields(keys.body())).containsExactly("user_id", "keys");
    assertThat(fields(keys.body().path("keys").get(0)))
        .containsExactly(
            "alg",
            "key_version",
            "public_key",
            "public_key_spki",
            "birth_attestation",
            "request_id",
            "sealed_key_sha256",
            "created_at");
    assertThat(keys.body().at("/keys/0/request_id").asString()).isEqualTo(key.text("request_id"));
    assertThat(keys.body().at("/keys/0/sealed_key_sha256").asString())
        .isEqualTo(key.text("sealed_key_sha256"));
  }

  @Test
  void theSameRequestGivesTheSameBytesEvenThoughTheKeyExistsNow() {
    String body =
        """
        {"request_type":"key_generation",
         "payload":{"alg":"ML-DSA-65","user_id":"twice","request_id":"twice-1"}}
        """;
    Answer first = custodian.post(body);
    Answer second = custodian.post(body);

    assertThat(first.status()).isEqualTo(200);
    assertThat(second.status()).isEqualTo(200);
    assertThat(second.response().body()).isEqualTo(first.response().body());
    problem(custodian.keygen("twice"), 409, "key_already_exists");
    problem(
        custodian.post(sign("twice", ",\"request_id\":\"twice-1\"")), 409, "request_id_conflict");
  }

  @Test
  void muIsRefusedWhereItIsSwitchedOff() {
    String mu = Base64.getEncoder().encodeToString(new byte[64]);
    String body =
        "{\"request_type\":\"sign\",\"payload\":{\"user_id\":\"mu\",\"mu\":\"" + mu + "\"}}";
    assertThat(custodian.keygen("mu").status()).isEqualTo(200);
    assertThat(other.keygen("mu").status()).isEqualTo(200);

    assertThat(custodian.post(body).status()).isEqualTo(200);
    problem(other.post(body), 403, "forbidden");
    assertThat(other.post(sign("mu", "")).status()).isEqualTo(200);
  }

  @Test
  void aUserIdIsMinted() {
    for (String payload :
        List.of("{\"alg\":\"ML-DSA-44\"}", "{\"alg\":\"ML-DSA-44\",\"user_id\":\"\"}")) {
      Answer key =
          custodian.post("{\"request_type\":\"key_generation\",\"payload\":" + payload + "}");
      assertThat(key.status()).isEqualTo(200);
      assertThat(UUID.fromString(key.text("user_id")).version()).isEqualTo(4);
    }
  }

  @Test
  void anotherCustodianSeesNeitherKeysNorRequests() {
    assertThat(custodian.keygen("private").status()).isEqualTo(200);
    Answer signed = custodian.post(sign("private", ",\"request_id\":\"private-1\""));
    assertThat(signed.status()).isEqualTo(200);

    problem(other.post(sign("private", "")), 404, "unknown_user");
    problem(other.get("/v1/pq-signer/keys/private"), 404, "unknown_user");
    problem(other.get("/v1/pq-signer/requests/private-1"), 404, "unknown_request");
    assertThat(other.keygen("private").status()).as("its own key of that name").isEqualTo(200);
    assertThat(other.post(sign("private", ",\"request_id\":\"private-1\"")).status())
        .as("its own request of that name")
        .isEqualTo(200);
  }

  @Test
  void aDeadlineThatHasPassedIsRefusedUnlessTheRequestIsFinished() throws Exception {
    custodian.keygen("deadline");
    problem(
        custodian.post(sign("deadline", ",\"deadline\":\"2020-01-01T00:00:00Z\"")),
        422,
        "deadline_exceeded");
    Instant soon = Instant.now().plusMillis(1500);
    String body = sign("deadline", ",\"request_id\":\"in-time\",\"deadline\":\"" + soon + "\"");
    Answer first = custodian.post(body);
    assertThat(first.status()).isEqualTo(200);
    while (!Instant.now().isAfter(soon)) {
      Thread.onSpinWait();
    }
    assertThat(custodian.post(body).response().body()).isEqualTo(first.response().body());
  }

  @Test
  void theAlgorithmOfASignatureIsTheKeys() {
    custodian.keygen("algorithm");
    assertThat(custodian.post(sign("algorithm", ",\"alg\":\"ML-DSA-44\"")).status()).isEqualTo(200);
    problem(
        custodian.post(sign("algorithm", ",\"alg\":\"ML-DSA-87\"")), 400, "unsupported_algorithm");
  }

  @Test
  void whoDoesNotWaitIsAnswered202() {
    custodian.keygen("silent");
    Answer answer =
        custodian.post(
            sign("silent", ",\"request_id\":\"a/b;c?d%2F#..\""), "Prefer", "respond-async");
    assertThat(answer.status()).isEqualTo(202);
    assertThat(fields(answer.body())).containsExactly("request_id", "state");
    assertThat(answer.text("state")).isEqualTo("ACCEPTED");
    assertThat(answer.header("Preference-Applied")).isEqualTo("respond-async");

    Answer request = custodian.get(String.valueOf(answer.header("Location")));
    assertThat(request.status()).isEqualTo(200);
    assertThat(request.text("request_id")).isEqualTo("a/b;c?d%2F#..");
    assertThat(request.text("state")).isEqualTo("ACCEPTED");
    assertThat(fields(request.body()))
        .containsExactly("request_id", "request_type", "state", "accepted_at");
  }

  @Test
  void aWaitEndsWhenItWasAskedToEnd() {
    custodian.keygen("silent-wait");
    long start = System.nanoTime();
    Answer answer = custodian.post(sign("silent-wait", ""), "Prefer", "wait=1");
    Duration took = Duration.ofNanos(System.nanoTime() - start);

    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.header("Preference-Applied")).isEqualTo("wait=1");
    assertThat(took).isBetween(Duration.ofMillis(950), Duration.ofSeconds(4));
  }

  @Test
  void aReplyThatAnotherGatewayRecordedIsFoundAtTheEndOfTheWait() {
    custodian.keygen("elsewhere");
    Answer answer = custodian.post(sign("elsewhere", ""), "Prefer", "wait=1");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.bytes("signature")).asString().isEqualTo("signed by elsewhere");
  }

  @Test
  void aRequestThatCouldNotBeQueuedIsAccepted() {
    custodian.keygen("queuedown");
    assertThat(custodian.post(sign("queuedown", ""), "Prefer", "wait=0").status()).isEqualTo(202);
  }

  @Test
  void aFinishedRequestWithoutAResultAnswersItsCode() {
    custodian.keygen("denied");
    Answer denied = custodian.post(sign("denied", ",\"request_id\":\"denied-1\""));
    problem(denied, 502, "kms_denied");
    assertThat(denied.text("request_id")).isEqualTo("denied-1");
    Answer request = custodian.get("/v1/pq-signer/requests/denied-1");
    assertThat(request.text("state")).isEqualTo("REFUSED");
    assertThat(request.text("code")).isEqualTo("kms_denied");
    assertThat(request.text("retry")).as("this id is burnt").isEqualTo("new_request_id");
    assertThat(denied.text("retry")).isEqualTo("new_request_id");
    assertThat(denied.text("state")).isEqualTo("REFUSED");

    custodian.keygen("late");
    problem(
        custodian.post(sign("late", ",\"deadline\":\"2999-01-01T00:00:00Z\"")),
        422,
        "deadline_exceeded");
  }

  @Test
  void aFailedRequestAnswersItsCodeAndWhereItIs() {
    custodian.keygen("stuck");
    Answer failed = custodian.post(sign("stuck", ",\"request_id\":\"stuck-1\""));
    problem(failed, 503, "enclave_unavailable");
    assertThat(failed.header("Retry-After")).as("time alone does not help").isNull();
    assertThat(failed.text("state")).isEqualTo("FAILED");
    assertThat(failed.text("retry")).isEqualTo("same_request_id");
    assertThat(failed.header("Location")).isEqualTo("/v1/pq-signer/requests/stuck-1");
    Answer request = custodian.get("/v1/pq-signer/requests/stuck-1");
    assertThat(request.text("state")).isEqualTo("FAILED");
    assertThat(request.text("code")).isEqualTo("enclave_unavailable");
    assertThat(request.text("retry")).isEqualTo("same_request_id");
  }

  @Test
  void theOwnersRepetitionOfAFailedRequestIsWaitedForAndSigned() {
    custodian.keygen("mended");
    String body = sign("mended", ",\"request_id\":\"mended-1\"");
    problem(custodian.post(body), 503, "kms_unavailable");

    Answer signed = custodian.post(body, "Prefer", "wait=4");

    assertThat(signed.status()).isEqualTo(200);
    assertThat(signed.header("Preference-Applied")).isEqualTo("wait=4");
    assertThat(custodian.post(body).response().body()).isEqualTo(signed.response().body());
  }

  @Test
  void aFailedRequestIsPutBackToWorkSoOftenAndNoMore() {
    custodian.keygen("stuck-ever");
    String body = sign("stuck-ever", ",\"request_id\":\"stuck-2\"");
    for (int replays = 0; replays < WebLayer.REPLAYS_MAX; replays++) {
      assertThat(custodian.post(body).text("retry")).isEqualTo("same_request_id");
    }

    Answer last = custodian.post(body);

    problem(last, 503, "enclave_unavailable");
    assertThat(last.text("state")).isEqualTo("FAILED");
    assertThat(last.text("retry")).isEqualTo("new_request_id");
    assertThat(custodian.post(body).body()).as("and stays so").isEqualTo(last.body());
    String conflict = sign("stuck", ",\"request_id\":\"stuck-2\"");
    problem(custodian.post(conflict), 409, "request_id_conflict");
  }

  /// A failed request is no way around the places in flight.
  @Test
  void aFailedRequestThatIsRepeatedNeedsAPlaceAsANewOneDoes() throws Exception {
    try (WebLayer bounded =
        WebLayer.start(
            Map.of(
                "pq-signer.http.wait-default",
                "200ms",
                "pq-signer.fairness.custodians.custodian-a.interactive-max",
                1))) {
      HttpCaller caller = HttpCaller.of(bounded.tls("custodian-a"), bounded.port());
      caller.keygen("mended");
      caller.keygen("silent");
      String failed = sign("mended", ",\"request_id\":\"failed\"");
      problem(caller.post(failed), 503, "kms_unavailable");
      assertThat(caller.post(sign("silent", "")).status()).as("fills the house").isEqualTo(202);

      problem(caller.post(failed), 429, "rate_limited");

      assertThat(caller.get("/v1/pq-signer/requests/failed").text("state")).isEqualTo("FAILED");
    }
  }

  @Test
  void aStoreThatIsDownIsAReasonToComeBack() {
    Answer answer = custodian.post(sign("storedown", ",\"request_id\":\"x\""));
    problem(answer, 503, "overloaded");
    assertThat(answer.header("Retry-After")).isEqualTo("1");
    assertThat(answer.text("request_id")).isEqualTo("x");
    assertThat(answer.body().toString()).doesNotContain("secret");
    Answer minted = custodian.post(sign("storedown", ""));
    assertThat(UUID.fromString(minted.text("request_id")).version())
        .as("an id to repeat the request with")
        .isEqualTo(7);
  }

  @Test
  void aWaitThatEndsWhileTheStoreIsDownEndsIn202() {
    custodian.keygen("silent-store");
    Answer answer =
        custodian.post(
            sign("silent-store", ",\"request_id\":\"unreadable-1\""), "Prefer", "wait=1");
    assertThat(answer.status()).isEqualTo(202);
  }

  @Test
  void aBugTellsTheCallerNothing() {
    Answer answer = custodian.post(sign("bug", ""));
    problem(answer, 500, "internal");
    assertThat(answer.body().toString()).doesNotContain("secret").doesNotContain("Exception");
  }

  @Test
  void theIdempotencyKeyIsARequestId() {
    custodian.keygen("idem");
    Answer first = custodian.post(sign("idem", ""), "Idempotency-Key", "idem-1");
    assertThat(first.text("request_id")).isEqualTo("idem-1");
    assertThat(
            custodian
                .post(sign("idem", ",\"request_id\":\"idem-1\""), "Idempotency-Key", "idem-1")
                .response()
                .body())
        .isEqualTo(first.response().body());
    problem(
        custodian.post(sign("idem", ",\"request_id\":\"idem-2\""), "Idempotency-Key", "idem-1"),
        400,
        "malformed_request");
    problem(
        custodian.post(sign("idem", ""), "Idempotency-Key", "a", "Idempotency-Key", "a"),
        400,
        "malformed_request");
    problem(custodian.post(sign("idem", ""), "Idempotency-Key", "a b"), 400, "malformed_request");
    problem(
        custodian.post(sign("idem", ""), "Idempotency-Key", "~".repeat(129)),
        400,
        "malformed_request");
    Answer broken = custodian.post("{", "Idempotency-Key", "idem-3");
    problem(broken, 400, "malformed_request");
    assertThat(broken.text("request_id")).isEqualTo("idem-3");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"request_type\":\"sign\",\"payload\":{\"user_id\":\"u\",\"message\":\"aGVsbG8\"}} | malformed_request",
        "{\"request_type\":\"sign\",\"payload\":{\"user_id\":\"u\",\"message\":\"aGVsbG8=\",\"ecdsa_signature\":\"\"}} | unknown_field",
        "{\"request_type\":\"sign\",\"payload\":{\"user_id\":\"u\",\"message\":\"aGVsbG8=\",\"ecdsa_pubkey\":\"\"}} | unknown_field",
        "{\"request_type\":\"sign\",\"payload\":{\"user_id\":\"\",\"message\":\"aGVsbG8=\"}} | invalid_user_id",
        "{\"request_type\":\"sign\",\"payload\":{\"user_id\":\"\\ud800\",\"message\":\"aGVsbG8=\"}} | invalid_user_id",
        "{\"request_type\":\"key_generation\",\"payload\":{\"alg\":\"RSA\"}} | unsupported_algorithm",
        "{\"request_type\":\"sign\",\"payload\":{\"user_id\":\"u\",\"user_id\":\"u\",\"message\":\"aGVsbG8=\"}} | malformed_request",
        "{\"request_type\":\"sign\",\"payload\":{\"user_id\":7,\"message\":\"aGVsbG8=\"}} | malformed_request",
        "not json | malformed_request"
      })
  void aBrokenRuleIsA400WithItsCode(String body, String code) {
    problem(custodian.post(body), 400, code);
  }

  @Test
  void aMessageOf64KiBFitsAndOneByteMoreDoesNot() {
    custodian.keygen("large");
    assertThat(custodian.post(signBytes("large", 65_536)).status()).isEqualTo(200);
    problem(custodian.post(signBytes("large", 65_537)), 413, "message_too_large");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain", "application/json; charset=latin1", "application/*", "application/jsonx",
        "application/problem+json", "multipart/form-data; boundary=x", "json", ";;"
      })
  void onlyJsonIsTaken(String contentType) {
    HttpRequest request =
        custodian
            .request("/v1/pq-signer")
            .header("Content-Type", contentType)
            .POST(HttpRequest.BodyPublishers.ofString(sign("u", "")))
            .build();
    problem(custodian.send(request), 415, "unsupported_media_type");
  }

  @Test
  void jsonMaySayThatItIsUtf8() {
    HttpRequest request =
        custodian
            .request("/v1/pq-signer")
            .header("Content-Type", "Application/JSON; charset=\"UTF-8\"")
            .POST(HttpRequest.BodyPublishers.ofString(sign("nobody", "")))
            .build();
    problem(custodian.send(request), 404, "unknown_user");
  }

  @Test
  void aMissingContentTypeIsNotJson() {
    HttpRequest request =
        custodian
            .request("/v1/pq-signer")
            .POST(HttpRequest.BodyPublishers.ofString(sign("u", "")))
            .build();
    problem(custodian.send(request), 415, "unsupported_media_type");
  }

  @ParameterizedTest
  @CsvSource({
    "GET,    /v1/pq-signer,            POST",
    "PUT,    /v1/pq-signer,            POST",
    "DELETE, /v1/pq-signer/keys/u,     GET",
    "POST,   /v1/pq-signer/requests/r, GET",
    "PATCH,  /docs,                    GET"
  })
  void anotherMethodIsToldTheRightOne(String method, String path, String allow) {
    HttpRequest request =
        custodian.request(path).method(method, HttpRequest.BodyPublishers.noBody()).build();
    Answer answer = custodian.send(request);
    problem(answer, 405, "method_not_allowed");
    assertThat(answer.header("Allow")).isEqualTo(allow);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/v1",
        "/v1/pq-signer/",
        "/v1/pq-signer/keys",
        "/v1/pq-signer/keys/",
        "/actuator/health",
        "/v1/pq-signer/keys/a/b",
        "/v2/pq-signer",
        "/error",
        "/index.html",
        "/favicon.ico"
      })
  void anUnknownPathIsNotFound(String path) {
    problem(custodian.get(path), 404, "not_found");
  }

  @Test
  void aLookupOfAnIdThatCannotBeIsRefused() {
    problem(custodian.get("/v1/pq-signer/requests/" + "x".repeat(129)), 400, "malformed_request");
    problem(custodian.get("/v1/pq-signer/requests/%20"), 400, "malformed_request");
    problem(custodian.get("/v1/pq-signer/keys/" + "x".repeat(257)), 400, "invalid_user_id");
    // The web server decodes the path before anybody knows what it is.
    problem(custodian.get("/v1/pq-signer/keys/%ff"), 400, "malformed_request");
    problem(custodian.get("/v1/pq-signer/keys/%c0%af"), 400, "malformed_request");
    problem(custodian.get("/v1/pq-signer/requests/never"), 404, "unknown_request");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a/b", "a\\b", "a;b=c", "a?b", "a#b", "100%", "a%2fb", "ü😀+ ", "a/..%5c;#\\?"})
  void aUserIdWithAnyCharactersIsFoundByItsEscapedName(String userId) {
    assertThat(custodian.keygen(userId.replace("\\", "\\\\")).status()).isEqualTo(200);
    Answer keys =
        custodian.get("/v1/pq-signer/keys/" + URLEncoder.encode(userId, UTF_8).replace("+", "%20"));
    assertThat(keys.status()).isEqualTo(200);
    assertThat(keys.text("user_id")).isEqualTo(userId);
  }

  @Test
  void anOperatorIsNoCustodianAndACustodianNoOperator() {
    assertThat(operator.get("/v1/operator/probe").status()).isEqualTo(200);
    problem(operator.post(sign("u", "")), 403, "forbidden");
    problem(operator.get("/v1/pq-signer/keys/wallet"), 403, "forbidden");
    problem(custodian.get("/v1/operator/probe"), 403, "forbidden");
    problem(custodian.get("/v1/%6fperator/probe"), 403, "forbidden");
    problem(custodian.get("/v1/operator;x=y/probe"), 403, "forbidden");
    problem(operator.get("/v1/%70q-signer/keys/wallet"), 403, "forbidden");
  }

  @ParameterizedTest
  @ValueSource(strings = {"both", "operator-by-custodians", "custodian-by-operators"})
  void aCertificateThatItsAuthorityMayNotIssueIsForbiddenEverywhere(String name) {
    HttpCaller caller = HttpCaller.of(web.tls(name), web.port());
    problem(caller.post(sign("u", "")), 403, "forbidden");
    problem(caller.get("/v1/operator/probe"), 403, "forbidden");
    problem(caller.get("/openapi.json"), 403, "forbidden");
    problem(caller.get("/nowhere"), 403, "forbidden");
  }

  @Test
  void tooManyRequestsAreToldWhenToComeBack() throws Exception {
    try (WebLayer slow =
        WebLayer.start(
            Map.of(
                "pq-signer.fairness.custodians.flood.requests-per-second",
                1,
                "pq-signer.fairness.custodians.flood.burst",
                2))) {
      HttpCaller flood = HttpCaller.of(slow.tls("flood"), slow.port());
      Answer last = flood.post("{}");
      for (int i = 0; i < 20 && last.status() != 429; i++) {
        last = flood.post("{}");
      }
      problem(last, 429, "rate_limited");
      assertThat(last.header("Retry-After")).isEqualTo("1");
    }
  }

  @Test
  void aCustodianWithTooManyUnfinishedRequestsIsToldToComeBackAndAnotherIsNot() throws Exception {
    try (WebLayer bounded =
        WebLayer.start(
            Map.of(
                "pq-signer.http.wait-default",
                "200ms",
                "pq-signer.fairness.custodians.custodian-a.interactive-max",
                2))) {
      HttpCaller caller = HttpCaller.of(bounded.tls("custodian-a"), bounded.port());
      HttpCaller other = HttpCaller.of(bounded.tls("custodian-b"), bounded.port());
      for (HttpCaller each : List.of(caller, other)) {
        assertThat(each.keygen("wallet").status()).isEqualTo(200);
        assertThat(each.keygen("silent").status()).isEqualTo(200);
      }
      String first = sign("silent", ",\"request_id\":\"first\"");
      assertThat(caller.post(first).status()).isEqualTo(202);
      assertThat(caller.post(sign("wallet", "")).status()).as("finishes").isEqualTo(200);
      assertThat(caller.post(sign("silent", ",\"request_id\":\"second\"")).status())
          .as("at the bound")
          .isEqualTo(202);

      Answer refused = caller.post(sign("wallet", ",\"request_id\":\"third\""));
      problem(refused, 429, "rate_limited");
      assertThat(refused.header("Retry-After")).isEqualTo("1");
      problem(caller.get("/v1/pq-signer/requests/third"), 404, "unknown_request");
      assertThat(caller.post(first).status()).as("what is known").isEqualTo(202);
      String conflict = sign("wallet", ",\"request_id\":\"first\"");
      problem(caller.post(conflict), 409, "request_id_conflict");
      problem(caller.post(sign("wallet", "")), 429, "rate_limited");
      assertThat(other.post(sign("wallet", "")).status()).as("another custodian").isEqualTo(200);
      for (String id : List.of("a", "b", "c")) {
        String silent = sign("silent", ",\"request_id\":\"" + id + "\"");
        assertThat(other.post(silent).status()).isEqualTo(202);
      }
    }
  }

  @Test
  void newWorkIsNotTakenWhenTheOldIsTooFarBehind() throws Exception {
    try (WebLayer behind =
        WebLayer.start(
            Map.of(
                "pq-signer.http.wait-default", "20s", "pq-signer.http.pending-age-max", "10s"))) {
      HttpCaller caller = HttpCaller.of(behind.tls("custodian-a"), behind.port());
      assertThat(caller.keygen("wallet").status()).isEqualTo(200);
      String early = sign("wallet", ",\"request_id\":\"early\"");
      Answer signed = caller.post(early);
      assertThat(signed.status()).isEqualTo(200);

      behind.oldestPending(Duration.ofSeconds(10));
      assertThat(caller.post(sign("wallet", "")).status()).as("at the bound").isEqualTo(200);

      behind.oldestPending(Duration.ofSeconds(10).plusMillis(1));
      String late = sign("wallet", ",\"request_id\":\"late\"");
      Answer refused = caller.post(late);
      problem(refused, 503, "overloaded");
      assertThat(refused.header("Retry-After")).isEqualTo("5");
      problem(caller.get("/v1/pq-signer/requests/late"), 404, "unknown_request");
      assertThat(caller.post(early).body()).as("what is known").isEqualTo(signed.body());

      behind.oldestPending(Duration.ZERO);
      assertThat(caller.post(late).status()).isEqualTo(200);
    }
  }

  @Test
  void noAnswerMayBeCachedOrGuessedAt() {
    for (Answer answer :
        List.of(
            custodian.get("/openapi.json"),
            custodian.get("/nowhere"),
            custodian.post("{}"),
            custodian.get("/v1/pq-signer/keys/nobody"))) {
      assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
      assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
      assertThat(answer.header("Server")).isNull();
    }
  }

  @Test
  void everyAnswerIsCountedByItsCode() {
    double before = answers("unknown_user");
    custodian.get("/v1/pq-signer/keys/nobody");
    assertThat(answers("unknown_user")).isEqualTo(before + 1);
  }

  @Test
  void theDocumentationLoadsNothingFromElsewhere() {
    Answer page = custodian.get("/docs");
    assertThat(page.status()).isEqualTo(200);
    assertThat(page.header("Content-Security-Policy"))
        .startsWith("default-src 'none'; connect-src 'self'")
        .doesNotContain("unsafe");
    assertThat(new String(page.response().body(), UTF_8))
        .doesNotContain("http://")
        .doesNotContain("https://");
    assertThat(custodian.get("/openapi.json").body().path("openapi").asString()).isEqualTo("3.1.0");
  }

  private static double answers(String code) {
    var counter = web.metrics().find("pq.signer.gateway.http.answers").tag("code", code).counter();
    return counter == null ? 0 : counter.count();
  }

  private static void problem(Answer answer, int status, String code) {
    assertThat(answer.status()).as(new String(answer.response().body(), UTF_8)).isEqualTo(status);
    assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
    JsonNode body = answer.body();
    assertThat(body.path("code").asString()).isEqualTo(code);
    assertThat(body.path("status").asInt()).isEqualTo(status);
    assertThat(body.path("type").asString()).isEqualTo("urn:pq-signer:problem:" + code);
    assertThat(body.path("title").asString()).isNotEmpty();
    assertThat(body.path("detail").asString()).isNotEmpty();
    assertThat(body.path("retry").asString())
        .as("every problem says what helps")
        .isIn(Arrays.stream(Retry.values()).map(Retry::label).toList());
  }

  private static List<String> fields(JsonNode object) {
    return List.copyOf(object.propertyNames());
  }

  private static String sign(String userId, String more) {
    return "{\"request_type\":\"sign\",\"payload\":{\"user_id\":\"%s\",\"message\":\"aGVsbG8=\"%s}}"
        .formatted(userId, more);
  }

  private static String signBytes(String userId, int bytes) {
    return "{\"request_type\":\"sign\",\"payload\":{\"user_id\":\"%s\",\"message\":\"%s\"}}"
        .formatted(userId, Base64.getEncoder().encodeToString(new byte[bytes]));
  }
}
