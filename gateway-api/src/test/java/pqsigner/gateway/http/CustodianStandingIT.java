package pqsigner.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static pqsigner.gateway.custodian.CustodianLimit.BODY_BYTES_MAX;
import static pqsigner.gateway.custodian.CustodianLimit.BURST;
import static pqsigner.gateway.custodian.CustodianLimit.CONNECTIONS_MAX;
import static pqsigner.gateway.custodian.CustodianLimit.REQUESTS_PER_SECOND;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.gateway.custodian.CustodianTerms;
import pqsigner.gateway.custodian.CustodianTerms.State;
import pqsigner.gateway.http.HttpCaller.Answer;
import pqsigner.gateway.testing.Await;

/// What the registry of custodians says is done to HTTP callers, with the next request and on the
/// connection that is open.
@Timeout(60)
class CustodianStandingIT {

  private static WebLayer web;
  private static HttpCaller custodian;
  private static HttpCaller other;

  @BeforeAll
  static void start() throws Exception {
    web = WebLayer.start(Map.of("pq-signer.http.wait-default", "5s"));
    custodian = HttpCaller.of(web.tls("custodian-a"), web.port());
    other = HttpCaller.of(web.tls("custodian-b"), web.port());
    assertThat(custodian.keygen("wallet").status()).isEqualTo(200);
    assertThat(custodian.keygen("silent").status()).isEqualTo(200);
  }

  @AfterAll
  static void stop() {
    web.close();
  }

  @AfterEach
  void asUsual() {
    web.registryDown(false);
    web.agree("custodian-a", CustodianTerms.usual());
  }

  private static void disable() {
    web.agree("custodian-a", CustodianTerms.usual().in(State.DISABLED));
  }

  private static String sign(String userId, String requestId) {
    return """
    {"request_type":"sign","payload":{"user_id":"%s","message":"aGVsbG8=","request_id":"%s"}}
    """
        .formatted(userId, requestId);
  }

  private static void forbidden(Answer answer) {
    assertThat(answer.status()).as(answer.text("detail")).isEqualTo(403);
    assertThat(answer.text("code")).isEqualTo("forbidden");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/pq-signer/requests/done",
        "/v1/pq-signer/keys/wallet",
        "/openapi.json",
        "/nowhere",
        "/v1/operator/probe"
      })
  void aDisabledCustodianReadsNothing(String path) {
    assertThat(custodian.post(sign("wallet", "done")).status()).isEqualTo(200);
    disable();

    forbidden(custodian.get(path));

    assertThat(other.get("/openapi.json").status()).isEqualTo(200);
    web.agree("custodian-a", CustodianTerms.usual());
    assertThat(custodian.get("/v1/pq-signer/requests/done").status()).isEqualTo(200);
  }

  @Test
  void aDisabledCustodianIsSignedNothingAndNothingIsRecorded() {
    disable();
    forbidden(custodian.post(sign("wallet", "while-disabled")));

    web.agree("custodian-a", CustodianTerms.usual());

    assertThat(custodian.get("/v1/pq-signer/requests/while-disabled").status()).isEqualTo(404);
    assertThat(custodian.post(sign("wallet", "while-disabled")).status()).isEqualTo(200);
  }

  /// It was admitted, so it is at work; who waits for it is not handed what comes of it.
  @Test
  void whoWaitsWhenItIsDisabledIsNotAnswered() throws Exception {
    CompletableFuture<Answer> waiting =
        CompletableFuture.supplyAsync(() -> custodian.post(sign("silent", "at-work")));
    Await.until(
        "the request is at work",
        () -> custodian.get("/v1/pq-signer/requests/at-work").status() == 200);
    disable();

    forbidden(waiting.get(30, TimeUnit.SECONDS));

    web.agree("custodian-a", CustodianTerms.usual());
    assertThat(custodian.get("/v1/pq-signer/requests/at-work").text("state")).isEqualTo("ACCEPTED");
  }

  @Test
  void aStrangerWithACertificateOfTheRightAuthorityIsForbidden() throws Exception {
    HttpCaller stranger = HttpCaller.of(web.tls("unregistered"), web.port());

    forbidden(stranger.get("/openapi.json"));
    forbidden(stranger.post(sign("wallet", "x")));
  }

  @Test
  void whoeverIsNotKnownWhileTheRegistryIsDownIsToldToComeBack() throws Exception {
    web.registryDown(true);
    HttpCaller stranger = HttpCaller.of(web.tls("unregistered"), web.port());

    Await.until(
        "the snapshot is a second old", () -> stranger.get("/openapi.json").status() == 503);

    assertThat(stranger.get("/openapi.json").text("code")).isEqualTo("overloaded");
    assertThat(custodian.post(sign("wallet", "registry-down")).status())
        .as("who is known is served by what was read last")
        .isEqualTo(200);
  }

  @Test
  void aLimitHoldsWithTheNextRequestAndEndsWithIt() {
    web.agree("custodian-a", Map.of(REQUESTS_PER_SECOND, 1, BURST, 1));
    Answer last = custodian.get("/openapi.json");
    for (int i = 0; i < 20 && last.status() != 429; i++) {
      last = custodian.get("/openapi.json");
    }
    assertThat(last.text("code")).isEqualTo("rate_limited");

    web.agree("custodian-a", CustodianTerms.usual());

    assertThat(custodian.get("/openapi.json").status()).isEqualTo(200);
  }

  /// One body always fits, whatever was agreed; of two connections the idle one goes.
  @Test
  void bytesOfBodiesAndConnectionsAreThoseThatWereAgreed() {
    web.agree("custodian-a", Map.of(BODY_BYTES_MAX, 1, CONNECTIONS_MAX, 1));
    HttpCaller second = HttpCaller.of(web.tls("custodian-a"), web.port());

    assertThat(custodian.post(sign("wallet", "one-body")).status()).isEqualTo(200);
    assertThat(second.post(sign("wallet", "two-body")).status()).isEqualTo(200);

    Await.until("the surplus is gone", () -> connections("held") <= 1);
    assertThat(connections("held.limit")).isEqualTo(1);
    web.agree("custodian-a", CustodianTerms.usual());
    assertThat(connections("held.limit")).isGreaterThan(1);
  }

  private static double connections(String of) {
    return web.metrics()
        .get("pq.signer.gateway.connections." + of)
        .tag("holder", "custodian-a")
        .gauge()
        .value();
  }
}
