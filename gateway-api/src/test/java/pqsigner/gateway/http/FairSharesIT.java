package pqsigner.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static pqsigner.gateway.custodian.CustodianLimit.BURST;
import static pqsigner.gateway.custodian.CustodianLimit.REQUESTS_PER_SECOND;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.gateway.http.HttpCaller.Answer;
import pqsigner.gateway.testing.Await;

/// What one custodian takes all it can of, another one still gets. Connections are in
/// [ConnectionBoundsIT].
@Timeout(60)
class FairSharesIT {

  private static WebLayer web;
  private static HttpCaller hog;
  private static HttpCaller other;

  @BeforeAll
  static void start() throws Exception {
    web =
        WebLayer.start(
            Map.of(
                "pq-signer.http.bodies-bytes-max", "400KB",
                "pq-signer.http.waiters-max", "4"));
    web.agree("flood", Map.of(REQUESTS_PER_SECOND, 1, BURST, 2));
    hog = HttpCaller.of(web.tls("custodian-a"), web.port());
    other = HttpCaller.of(web.tls("custodian-b"), web.port());
    for (HttpCaller each : new HttpCaller[] {hog, other}) {
      assertThat(each.keygen("silent").status()).isEqualTo(200);
      assertThat(each.keygen("wallet").status()).isEqualTo(200);
    }
  }

  @AfterAll
  static void stop() {
    web.close();
  }

  @Test
  void bodiesOfOneCustodianLeaveRoomForAnothers() throws Exception {
    try (RawConnection first = new RawConnection(web.tls("custodian-a"), web.port());
        RawConnection second = new RawConnection(web.tls("custodian-a"), web.port());
        RawConnection next = new RawConnection(web.tls("custodian-a"), web.port());
        RawConnection stranger = new RawConnection(web.tls("custodian-b"), web.port())) {
      first.send(post(150_000)).send(" ".repeat(100_000));
      second.send(post(150_000)).send(" ".repeat(100_000));
      Await.until(
          "the share is full",
          () -> web.metrics().get("pq.signer.gateway.http.body.bytes").gauge().value() >= 200_000);

      RawConnection.Answer refused = next.send(post(30_000)).send(" ".repeat(30_000)).read();
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.body()).contains("\"overloaded\"");
      RawConnection.Answer read = stranger.send(post(150_000)).send(" ".repeat(150_000)).read();
      assertThat(read.status()).as("read, and no JSON").isEqualTo(400);
    }
  }

  @Test
  void waitersOfOneCustodianLeaveRoomForAnothers() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Answer> first = threads.submit(() -> waiting(hog, 10));
      Future<Answer> second = threads.submit(() -> waiting(hog, 10));
      Await.until(
          "the share is full",
          () -> web.metrics().get("pq.signer.gateway.waiters").gauge().value() == 2);

      assertThat(timed(hog, 30)).as("not waited for").isLessThan(Duration.ofSeconds(9));
      assertThat(timed(other, 1)).as("waited for").isGreaterThan(Duration.ofMillis(900));
      assertThat(other.post(sign("wallet")).status()).isEqualTo(200);
      assertThat(first.get().status()).isEqualTo(202);
      assertThat(second.get().status()).isEqualTo(202);
    }
  }

  private static Duration timed(HttpCaller caller, int seconds) {
    long start = System.nanoTime();
    assertThat(waiting(caller, seconds).status()).isEqualTo(202);
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private static Answer waiting(HttpCaller caller, int seconds) {
    return caller.post(sign("silent"), "Prefer", "wait=" + seconds);
  }

  /// Reads, paths that are not there and refusals cost the same as work that is done.
  @ParameterizedTest
  @ValueSource(
      strings = {"/v1/pq-signer/requests/x", "/v1/pq-signer/keys/x", "/openapi.json", "/nowhere"})
  void whateverACustodianAsksForCounts(String path) {
    HttpCaller flood = HttpCaller.of(web.tls("flood"), web.port());
    Answer last = flood.get(path);
    for (int i = 0; i < 20 && last.status() != 429; i++) {
      last = flood.get(path);
    }
    assertThat(last.status()).isEqualTo(429);
    assertThat(last.text("code")).isEqualTo("rate_limited");
    assertThat(last.header("Retry-After")).isEqualTo("1");
    assertThat(other.get("/v1/pq-signer/keys/wallet").status()).isEqualTo(200);
  }

  private static String post(int bytes) {
    return "POST /v1/pq-signer HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        + "Content-Length: "
        + bytes
        + "\r\n\r\n";
  }

  private static String sign(String userId) {
    return "{\"request_type\":\"sign\",\"payload\":{\"user_id\":\"%s\",\"message\":\"aGVsbG8=\"}}"
        .formatted(userId);
  }
}
