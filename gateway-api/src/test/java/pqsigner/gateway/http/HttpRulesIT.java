package pqsigner.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static pqsigner.gateway.custodian.CustodianLimit.BURST;
import static pqsigner.gateway.custodian.CustodianLimit.INTERACTIVE_MAX;
import static pqsigner.gateway.custodian.CustodianLimit.REQUESTS_PER_SECOND;

import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.gateway.http.HttpCaller.Answer;

/// Whom the HTTP API answers and what it refuses: form, identity and load.
@Timeout(60)
@ExtendWith(SharedWeb.Extension.class)
class HttpRulesIT extends HttpCalls {

  HttpRulesIT(SharedWeb shared) {
    super(shared);
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
    try (WebLayer slow = WebLayer.start(Map.of())) {
      slow.agree("flood", Map.of(REQUESTS_PER_SECOND, 1, BURST, 2));
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
    try (WebLayer bounded = WebLayer.start(Map.of("pq-signer.http.wait-default", "200ms"))) {
      bounded.agree("custodian-a", Map.of(INTERACTIVE_MAX, 2));
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

  private double answers(String code) {
    var counter = web.metrics().find("pq.signer.gateway.http.answers").tag("code", code).counter();
    return counter == null ? 0 : counter.count();
  }
}
