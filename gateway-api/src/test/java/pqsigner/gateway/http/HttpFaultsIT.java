package pqsigner.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What the web server refuses before any handler sees it: the status and the body say the same,
/// and what the caller did wrong is never called internal.
@Timeout(60)
class HttpFaultsIT {

  /// In whatever the attacker controls; in nothing that we write.
  private static final String MARKER = "marker-5f1e";

  private static final Logger ROOT =
      (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private static final ListAppender<ILoggingEvent> LOG = new ListAppender<>();

  private static WebLayer web;

  /// The log from the start: some of it is written for the first fault of a kind only.
  @BeforeAll
  static void start() throws Exception {
    web =
        WebLayer.start(
            Map.of("logging.level.root", "INFO", "server.tomcat.connection-timeout", "1s"));
    LOG.start();
    ROOT.addAppender(LOG);
  }

  @AfterAll
  static void stop() {
    ROOT.detachAppender(LOG);
    web.close();
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        fault(501, "malformed_request", post("Transfer-Encoding: xchunked")),
        fault(501, "malformed_request", post("Transfer-Encoding: gzip")),
        fault(501, "malformed_request", post("Transfer-Encoding: xchunked, chunked")),
        fault(400, "malformed_request", post("Transfer-Encoding: chunked, chunked")),
        fault(501, "malformed_request", "CONNECT localhost:443 HTTP/1.1\r\nHost: localhost:443"),
        fault(505, "malformed_request", "GET /docs HTTP/3.0\r\nHost: localhost"),
        fault(505, "malformed_request", "GET /docs HTTP/9.9\r\nHost: localhost"),
        fault(417, "malformed_request", post("Expect: 200-ok\r\nContent-Length: 1")),
        fault(431, "malformed_request", get("X-Large: " + "x".repeat(17 * 1024))),
        fault(431, "malformed_request", get("X-Many: x\r\n".repeat(101).stripTrailing())),
        fault(414, "malformed_request", "GET /" + "x".repeat(17 * 1024) + " HTTP/1.1"),
        fault(400, "malformed_request", "GET /docs HTTP/1.1"),
        fault(400, "malformed_request", get("Host: other")),
        fault(400, "malformed_request", get("X-" + MARKER + " : space before the colon")),
        fault(400, "malformed_request", get(MARKER)),
        fault(400, "malformed_request", get("X-Nul: " + MARKER + "\u0000")),
        fault(400, "malformed_request", "G(T /docs HTTP/1.1\r\nHost: localhost"),
        fault(400, "malformed_request", "GET /" + MARKER + "|{} HTTP/1.1\r\nHost: localhost"),
        fault(400, "malformed_request", "GET /docs?x=%zz" + MARKER + "\u0001 HTTP/1.1\r\nHost: l"),
        fault(400, "malformed_request", "GET /docs " + MARKER + "\r\nHost: localhost"),
        fault(400, "malformed_request", post("Content-Length: 1\r\nContent-Length: 2")),
        fault(400, "malformed_request", post("Content-Length: -1")),
        fault(400, "malformed_request", post("Content-Length: " + MARKER)),
        fault(405, "method_not_allowed", "PROPFIND /docs HTTP/1.1\r\nHost: localhost"),
        fault(405, "method_not_allowed", "TRACE /docs HTTP/1.1\r\nHost: localhost"),
        fault(404, "not_found", "GET /" + MARKER + " HTTP/1.1\r\nHost: localhost"),
        fault(415, "unsupported_media_type", json("Content-Encoding: gzip")),
        fault(415, "unsupported_media_type", json("Content-Encoding: identity, br")),
        fault(415, "unsupported_media_type", json("Content-Type: text/plain")),
        fault(415, "unsupported_media_type", json("Content-Type: application/json")));
  }

  private static Arguments fault(int status, String code, String head) {
    return Arguments.of(status, code, head);
  }

  private static String get(String headers) {
    return "GET /docs HTTP/1.1\r\nHost: localhost\r\n" + headers;
  }

  private static String post(String headers) {
    return "POST /v1/pq-signer HTTP/1.1\r\nHost: localhost\r\n" + headers;
  }

  private static String json(String headers) {
    return post("Content-Type: application/json\r\nContent-Length: 2\r\n" + headers);
  }

  @ParameterizedTest
  @MethodSource("faults")
  void statusAndBodyAgree(int status, String code, String head) throws Exception {
    RawConnection.Answer answer = answer(head);
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().get("content-type")).isEqualTo("application/problem+json");
    JsonNode problem = JsonMapper.shared().readTree(answer.body());
    assertThat(problem.path("status").asInt()).isEqualTo(status);
    assertThat(problem.path("code").asString()).isEqualTo(code);
    assertThat(answer.body()).doesNotContain("Exception", "Tomcat", "org.", MARKER);
  }

  @Test
  void aBodyThatStopsArrivingIsTooLate() throws Exception {
    try (RawConnection raw = new RawConnection(web.tls("custodian-a"), web.port())) {
      RawConnection.Answer answer =
          raw.send(post("Content-Type: application/json\r\nContent-Length: 9") + "\r\n\r\n{")
              .read();
      assertThat(answer.status()).isEqualTo(408);
      assertThat(answer.body()).contains("\"status\":408").contains("\"malformed_request\"");
    }
  }

  @Test
  void anIdentityCodingIsNone() throws Exception {
    RawConnection.Answer answer = answer(json("Content-Encoding: identity"));
    assertThat(answer.body()).contains("payload is required");
  }

  /// Neither Tomcat nor we repeat to the log what a stranger wrote, with or without a stack trace.
  @Test
  void theLogRepeatsNothingOfIt() throws Exception {
    for (Arguments fault : faults().toList()) {
      answer(String.valueOf(fault.get()[2]));
    }
    answer(get("Cookie: " + MARKER + "=\u0001; $Version=x"));
    assertThat(List.copyOf(LOG.list))
        .noneMatch(event -> event.getFormattedMessage().contains(MARKER))
        .noneMatch(event -> event.getThrowableProxy() != null);
  }

  private static RawConnection.Answer answer(String head) throws Exception {
    try (RawConnection raw = new RawConnection(web.tls("custodian-a"), web.port())) {
      return raw.send(head + "\r\n\r\n{}").read();
    }
  }
}
