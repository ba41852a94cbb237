package pqsigner.gateway.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What no well-behaved client sends, byte by byte.
@Timeout(60)
class HttpWireIT {

  private static final int BODY_MAX = 160 * 1024;
  private static WebLayer web;
  private static SSLContext custodian;

  @BeforeAll
  static void start() throws Exception {
    web = WebLayer.start(Map.of("pq-signer.http.body-timeout", "500ms"));
    custodian = web.tls("custodian-a");
  }

  @AfterAll
  static void stop() {
    web.close();
  }

  @Test
  void aConnectionIsTls13() throws Exception {
    try (RawConnection raw = new RawConnection(custodian, web.port())) {
      assertThat(raw.protocol()).isEqualTo("TLSv1.3");
    }
  }

  @Test
  void withoutACertificateThereIsNoAnswer() {
    noAnswer(web.tlsWithoutCertificate());
  }

  @Test
  void aCertificateOfAStrangersAuthorityGetsNoAnswer() {
    noAnswer(web.tls("intruder"));
  }

  /// Their authority vouches for no caller.
  @Test
  void aServicesCertificateGetsNoAnswer() {
    noAnswer(web.tls("worker"));
    noAnswer(web.tls("admin"));
  }

  /// In TLS 1.3 the client may think it is connected before the server has seen its certificate, so
  /// what counts is that no byte of an answer ever comes.
  private static void noAnswer(SSLContext tls) {
    assertThatThrownBy(
            () -> {
              try (RawConnection raw = new RawConnection(tls, web.port())) {
                raw.send("GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n").read();
              }
            })
        .isInstanceOf(IOException.class);
  }

  @Test
  void plainHttpGetsNothingOfTheApi() throws Exception {
    try (Socket socket = new Socket("localhost", web.port())) {
      socket.setSoTimeout(20_000);
      socket
          .getOutputStream()
          .write("GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(ISO_8859_1));
      String answer = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
      assertThat(answer).doesNotContain("openapi").doesNotContain("200");
    }
  }

  @Test
  void aBodyThatIsAnnouncedTooLargeIsRefusedUnread() throws Exception {
    try (RawConnection raw = new RawConnection(custodian, web.port())) {
      RawConnection.Answer answer =
          raw.send(post("Content-Length: " + (BODY_MAX + 1) + "\r\nExpect: 100-continue\r\n"))
              .read();
      problem(answer, 413, "message_too_large");
    }
  }

  @Test
  void aChunkedBodyIsBoundedAsWell() throws Exception {
    byte[] chunk = ("2000\r\n" + " ".repeat(0x2000) + "\r\n").getBytes(ISO_8859_1);
    try (RawConnection raw = new RawConnection(custodian, web.port())) {
      raw.send(post("Transfer-Encoding: chunked\r\n"));
      for (int sent = 0; sent < 1024 * 1024; sent += 0x2000) {
        raw.send(chunk);
      }
      problem(raw.send("0\r\n\r\n").read(), 413, "message_too_large");
    }
  }

  @Test
  void aBodyAtTheBoundIsStillRead() throws Exception {
    try (RawConnection raw = new RawConnection(custodian, web.port())) {
      raw.send(post("Content-Length: " + BODY_MAX + "\r\n")).send(" ".repeat(BODY_MAX));
      problem(raw.read(), 400, "malformed_request");
    }
  }

  @Test
  void anEndlessBodyIsCutOff() throws Exception {
    try (RawConnection raw = new RawConnection(custodian, web.port())) {
      raw.send(post("Content-Length: 100000\r\n"));
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        Future<RawConnection.Answer> answer = threads.submit(raw::read);
        while (!answer.isDone()) {
          try {
            raw.send(" ");
            answer.get(20, TimeUnit.MILLISECONDS);
          } catch (TimeoutException | IOException _) {
            // Keeps dripping, or the gateway has hung up: either way the answer decides.
          }
        }
        problem(answer.get(), 408, "malformed_request");
      }
    }
  }

  @Test
  void allBodiesTogetherAreBounded() throws Exception {
    try (WebLayer tight =
            WebLayer.start(
                Map.of(
                    "pq-signer.http.body-bytes-max",
                    "96KB",
                    "pq-signer.http.bodies-bytes-max",
                    "96KB"));
        RawConnection hog = new RawConnection(tight.tls("custodian-a"), tight.port());
        RawConnection next = new RawConnection(tight.tls("custodian-b"), tight.port())) {
      hog.send(post("Content-Length: 90000\r\n")).send(" ".repeat(80_000));
      var taken = tight.metrics().get("pq.signer.gateway.http.body.bytes").gauge();
      while (taken.value() < 80_000) {
        Thread.onSpinWait();
      }
      RawConnection.Answer turnedAway =
          next.send(post("Content-Length: 30000\r\n")).send(" ".repeat(30_000)).read();
      problem(turnedAway, 503, "overloaded");
      assertThat(turnedAway.headers()).containsKey("retry-after");

      problem(hog.send(" ".repeat(10_000)).read(), 400, "malformed_request");
      while (taken.value() > 0) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void bytesThatAreNotUtf8AreMalformed() throws Exception {
    String body =
        "{\"request_type\":\"sign\",\"payload\":{\"user_id\":\"\u00c0\u00af\",\"message\":\"\"}}";
    try (RawConnection raw = new RawConnection(custodian, web.port())) {
      raw.send(post("Content-Length: " + body.length() + "\r\n")).send(body);
      problem(raw.read(), 400, "malformed_request");
    }
  }

  @Test
  void oneConnectionServesManyRequestsAndARefusalDoesNotBreakIt() throws Exception {
    try (RawConnection raw = new RawConnection(custodian, web.port())) {
      for (int i = 0; i < 20; i++) {
        String body =
            "{\"request_type\":\"sign\",\"payload\":{\"user_id\":\"u\",\"message\":\"\"}}";
        raw.send(post("Content-Length: " + body.length() + "\r\n") + body);
        problem(raw.read(), 404, "unknown_user");
        raw.send("GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n");
        problem(raw.read(), 404, "not_found");
      }
    }
  }

  /// Raised by the web server before any handler is chosen.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /v1/pq-signer/keys/%00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /v1/pq-signer/keys/%zz HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /../../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n"
      })
  void aPathThatIsNoneIsAProblem(String request) throws Exception {
    try (RawConnection raw = new RawConnection(custodian, web.port())) {
      problem(raw.send(request).read(), 400, "malformed_request");
    }
  }

  @Test
  void traceIsNotAnswered() throws Exception {
    try (RawConnection raw = new RawConnection(custodian, web.port())) {
      RawConnection.Answer answer =
          raw.send("TRACE /v1/pq-signer HTTP/1.1\r\nHost: localhost\r\nX-Secret: echo\r\n\r\n")
              .read();
      problem(answer, 405, "method_not_allowed");
      assertThat(answer.body()).doesNotContain("echo");
    }
  }

  @Test
  void theProcessGoesOnAfterAllOfThis() throws Exception {
    try (RawConnection raw = new RawConnection(custodian, web.port())) {
      raw.send("GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThat(raw.read().status()).isEqualTo(200);
    }
  }

  @Test
  void stoppingAnswersTheWaiters() throws Exception {
    WebLayer stopping = WebLayer.start(Map.of("pq-signer.http.wait-default", "30s"));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        RawConnection raw = new RawConnection(stopping.tls("custodian-a"), stopping.port())) {
      String body =
          "{\"request_type\":\"key_generation\",\"payload\":{\"alg\":\"ML-DSA-44\",\"user_id\":\"silent-key\"}}";
      raw.send(post("Content-Length: " + body.length() + "\r\n") + body);
      stopping.worker().silentJobSeen().await();
      assertThat(stopping.metrics().get("pq.signer.gateway.waiters").gauge().value()).isEqualTo(1);

      Future<?> stopped = threads.submit(stopping::close);

      RawConnection.Answer answer = raw.read();
      assertThat(answer.status()).isEqualTo(202);
      assertThat(answer.headers().get("location")).startsWith("/v1/pq-signer/requests/");
      stopped.get();
    }
  }

  private static String post(String headers) {
    return "POST /v1/pq-signer HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        + headers
        + "\r\n";
  }

  private static void problem(RawConnection.Answer answer, int status, String code) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().get("content-type")).startsWith("application/problem+json");
    assertThat(answer.body()).contains("\"code\":\"" + code + "\"");
  }
}
