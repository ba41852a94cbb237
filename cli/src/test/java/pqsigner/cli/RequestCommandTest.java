package pqsigner.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pqsigner.local.pki.LocalPki;
import pqsigner.local.pki.Pem;
import pqsigner.local.pki.PemPair;

/// What a script goes by: the exit code of `request`, and what is printed when it fails.
final class RequestCommandTest {
  @TempDir private static Path directory;

  private LocalPki pki;
  private HttpsServer server;
  private volatile int status = 200;
  private volatile String answer = "";
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void listen() throws IOException {
    pki = LocalPki.create(directory, List.of("custodian-a"), "eu-central-1", Instant.now());
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(Pem.sslContext(pki.ca(), pki.pair("gateway"))));
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            byte[] body = answer.getBytes(UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
          }
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void aFailedRequestEndsWithOne() {
    answer =
        """
        {"state":"FAILED","code":"kms_unavailable","retry":"new_request_id"}""";

    assertThat(request()).isEqualTo(1);
  }

  @Test
  void aSignedRequestEndsWithZero() {
    answer =
        """
        {"state":"SIGNED","result":{}}""";

    assertThat(request()).isZero();
  }

  /// `internal` is also the code for a fault of this program's; the service's own detail must show.
  @Test
  void aProblemOfTheServiceIsToldInItsOwnWords() {
    status = 500;
    answer =
        """
        {"code":"internal","detail":"the cause is in the gateway's log"}""";

    assertThat(request()).isEqualTo(1);
    assertThat(err.toString().lines())
        .containsExactly("internal", "  the cause is in the gateway's log");
  }

  private int request() {
    PemPair own = pki.pair("custodian-a");
    return PqSignerMain.commandLine(
            new PrintWriter(Writer.nullWriter(), true), new PrintWriter(err, true))
        .execute(
            "request",
            "r",
            "--url",
            "https://localhost:" + server.getAddress().getPort(),
            "--ca",
            pki.ca().toString(),
            "--cert",
            own.certificate().toString(),
            "--key",
            own.key().toString());
  }
}
