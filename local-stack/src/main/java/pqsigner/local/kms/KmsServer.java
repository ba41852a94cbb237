package pqsigner.local.kms;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import tools.jackson.databind.json.JsonMapper;

/// AWS's JSON protocol over TLS 1.3 on loopback.
final class KmsServer implements AutoCloseable {

  private static final int BODY_BYTES_MAX = 512 * 1024;
  private static final String JSON_TYPE = "application/x-amz-json-1.1";
  private static final JsonMapper JSON = new JsonMapper();

  private final HttpsServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final KmsService service;

  KmsServer(KmsService service, SSLContext tls, int port) throws IOException {
    this.service = service;
    this.server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(tls) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters only = getSSLContext().getDefaultSSLParameters();
            only.setProtocols(new String[] {"TLSv1.3"});
            parameters.setSSLParameters(only);
          }
        });
    server.setExecutor(threads);
    server.createContext("/", this::serve);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readNBytes(BODY_BYTES_MAX + 1);
      delay();
      if (body.length > BODY_BYTES_MAX || service.faults().outage() == Faults.Outage.CLOSED) {
        return; // closes the connection without an answer
      }
      var uri = exchange.getRequestURI();
      var request =
          new SignedRequest(
              exchange.getRequestMethod(),
              uri.getRawPath(),
              uri.getRawQuery() == null ? "" : uri.getRawQuery(),
              exchange.getRequestHeaders(),
              body);
      try {
        respond(exchange, 200, service.handle(request));
      } catch (KmsError e) {
        var error =
            Map.of("__type", e.type().wireName(), "message", String.valueOf(e.getMessage()));
        respond(exchange, e.type().status(), JSON.writeValueAsBytes(error));
      }
    }
  }

  private void delay() {
    try {
      Thread.sleep(service.faults().delayMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void respond(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", JSON_TYPE);
    exchange.getResponseHeaders().set("x-amzn-RequestId", UUID.randomUUID().toString());
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }
}
