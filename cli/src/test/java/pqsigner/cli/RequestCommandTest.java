package pqsigner.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
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

/// The exit code of `request` is the answer that a script goes by.
final class RequestCommandTest {
  @TempDir private static Path directory;

  private LocalPki pki;
  private HttpsServer server;
  private volatile String state = "";

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
            byte[] body = state.getBytes(UTF_8);
            exchange.sendResponseHeaders(200, body.length);
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
    state =
        """
        {"state":"FAILED","code":"kms_unavailable","retry":"new_request_id"}""";

    assertThat(request()).isEqualTo(1);
  }

  @Test
  void aSignedRequestEndsWithZero() {
    state =
        """
        {"state":"SIGNED","result":{}}""";

    assertThat(request()).isZero();
  }

  private int request() {
    PemPair own = pki.pair("custodian-a");
    return PqSignerMain.run(
        new String[] {
          "request",
          "r",
          "--url",
          "https://localhost:" + server.getAddress().getPort(),
          "--ca",
          pki.ca().toString(),
          "--cert",
          own.certificate().toString(),
          "--key",
          own.key().toString()
        });
  }
}
