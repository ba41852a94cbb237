package pqsigner.gateway.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import pqsigner.gateway.testing.Await;

/// Connections that only want to be connections, over real sockets and real mTLS. Without bounds of
/// our own the web server would wait ten seconds for each next byte, and for the rest for ever.
@Timeout(120)
class ConnectionBoundsIT {

  private static final int FLOOD = 2400;
  private static final int FLOOD_PER_SECOND = 250;

  /// Far above the time-outs that are set here, below those of the web server.
  private static final Duration SOON = Duration.ofSeconds(8);

  private static final String HEAD = "POST /v1/pq-signer HTTP/1.1\r\nHost: localhost\r\n";

  private static WebLayer web;
  private static SSLContext custodian;
  private static SSLContext other;

  @BeforeAll
  static void start() throws Exception {
    web =
        WebLayer.start(
            Map.of(
                "pq-signer.connections.head-timeout", "500ms",
                "pq-signer.connections.request-timeout", "1s",
                "pq-signer.connections.authenticated-max", "12",
                "pq-signer.fairness.share-percent", "34"));
    custodian = web.tls("custodian-a");
    other = web.tls("custodian-b");
  }

  @AfterAll
  static void stop() {
    web.close();
  }

  @Test
  void aFloodOfSilentConnectionsKeepsNobodyOut() throws Exception {
    try (IdleFlood _ = IdleFlood.of(FLOOD, FLOOD_PER_SECOND, web.port())) {
      for (int i = 0; i < 10; i++) {
        assertThat(call(custodian).toMillis()).isLessThan(SOON.toMillis());
      }
      assertThat(gauge("handshaking")).isLessThanOrEqualTo(256);
    }
    Await.until("all are cut", () -> gauge("handshaking") == 0);
    assertThat(cuts("handshakes_full")).isGreaterThan(FLOOD / 2.0);
  }

  /// The promise in figures. Each call opens a connection of its own; the floor is there because
  /// twice a few milliseconds is less than a busy machine's hiccup.
  @Test
  @EnabledIfSystemProperty(named = "guarantees.full", matches = "true")
  void aCallDuringTheFloodTakesAtMostTwiceItsUsualTime() throws Exception {
    median(20);
    Duration usual = median(50);
    try (IdleFlood _ = IdleFlood.of(FLOOD, FLOOD_PER_SECOND, web.port())) {
      Duration flooded = median(50);
      assertThat(flooded)
          .isLessThan(Duration.ofMillis(Math.max(2 * usual.toMillis(), usual.toMillis() + 20)));
    }
  }

  private static Duration median(int calls) throws IOException {
    List<Duration> took = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      took.add(call(other));
    }
    return took.stream().sorted().toList().get(calls / 2);
  }

  private static Duration call(SSLContext caller) throws IOException {
    long start = System.nanoTime();
    try (RawConnection raw = new RawConnection(caller, web.port())) {
      raw.send("GET /v1/pq-signer/keys/nobody HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThat(raw.read().status()).isEqualTo(404);
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }

  @Test
  void aSilentConnectionIsCut() throws Exception {
    try (Socket silent = new Socket("localhost", web.port())) {
      assertThat(isCutSoon(silent)).isTrue();
    }
  }

  /// The length of a ClientHello of 8 KiB, and then one byte at a time, each in time.
  @Test
  void aHandshakeThatDripsIsCut() throws Exception {
    try (Socket slow = new Socket("localhost", web.port());
        ScheduledExecutorService drip = Executors.newSingleThreadScheduledExecutor()) {
      slow.getOutputStream().write(new byte[] {22, 3, 1, 32, 0, 1, 0, 31, (byte) 252, 3, 3});
      drip(drip, slow.getOutputStream());
      assertThat(isCutSoon(slow)).isTrue();
      drip.shutdownNow();
    }
    assertThat(cuts("handshake_late")).isPositive();
  }

  @Test
  void aHeadThatDripsIsCut() throws Exception {
    double before = cuts("head_late");
    try (RawConnection slow = new RawConnection(custodian, web.port());
        ScheduledExecutorService drip = Executors.newSingleThreadScheduledExecutor()) {
      slow.send(HEAD + "X-Slow: ");
      drip(drip, slow.stream());
      assertThat(isCutSoon(slow.socket())).isTrue();
      drip.shutdownNow();
    }
    assertThat(cuts("head_late")).isEqualTo(before + 1);
  }

  /// Too large to be read, small enough that the web server reads it to the end for courtesy.
  @Test
  void aRefusedBodyThatDripsIsCut() throws Exception {
    double before = cuts("request_late");
    try (RawConnection slow = new RawConnection(custodian, web.port());
        ScheduledExecutorService drip = Executors.newSingleThreadScheduledExecutor()) {
      slow.send(HEAD + "Content-Type: application/json\r\nContent-Length: 1000000\r\n\r\n");
      drip(drip, slow.stream());
      assertThat(slow.read().status()).isEqualTo(413);
      assertThat(isCutSoon(slow.socket())).isTrue();
      drip.shutdownNow();
    }
    assertThat(cuts("request_late")).isEqualTo(before + 1);
  }

  @Test
  void silentConnectionsOfOneCustodianCostThatCustodianItsOldest() throws Exception {
    List<RawConnection> held = new ArrayList<>();
    try (RawConnection stranger = new RawConnection(other, web.port())) {
      Await.until("nothing is left of other tests", () -> gauge("authenticated") <= 1);
      for (int i = 0; i < 4; i++) {
        held.add(new RawConnection(custodian, web.port()));
        int open = i + 1;
        Await.until("it is known whose it is", () -> heldBy("custodian-a") == open);
      }
      assertThat(call(custodian)).isPositive();
      assertThat(isCutSoon(held.getFirst().socket())).isTrue();
      stranger.send("GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThat(stranger.read().status()).isEqualTo(200);
      assertThat(heldBy("custodian-a")).isLessThanOrEqualTo(4);
    } finally {
      for (RawConnection each : held) {
        each.close();
      }
    }
    assertThat(cuts("share_full")).isPositive();
  }

  private static void drip(ScheduledExecutorService thread, OutputStream out) {
    var _ =
        thread.scheduleAtFixedRate(
            () -> {
              try {
                out.write("x".getBytes(ISO_8859_1));
                out.flush();
              } catch (IOException _) {
                // It was cut, which whoever reads will notice.
              }
            },
            0,
            50,
            TimeUnit.MILLISECONDS);
  }

  /// Reads to the end.
  private static boolean isCutSoon(Socket socket) throws IOException {
    socket.setSoTimeout(Math.toIntExact(SOON.toMillis()));
    try {
      byte[] _ = socket.getInputStream().readAllBytes();
      return true;
    } catch (SocketTimeoutException _) {
      return false;
    } catch (IOException _) {
      // Reset, because bytes were on their way.
      return true;
    }
  }

  private static double gauge(String state) {
    return web.metrics().get("pq.signer.gateway.connections").tag("state", state).gauge().value();
  }

  private static double heldBy(String holder) {
    var gauge =
        web.metrics().find("pq.signer.gateway.connections.held").tag("holder", holder).gauge();
    return gauge == null ? 0 : gauge.value();
  }

  private static double cuts(String reason) {
    return web.metrics()
        .get("pq.signer.gateway.connections.cut")
        .tag("reason", reason)
        .functionCounter()
        .count();
  }
}
