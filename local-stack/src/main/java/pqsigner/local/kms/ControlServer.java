package pqsigner.local.kms;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// For tests and the demo: faults, the allowed images and the counts, over plain HTTP on loopback.
/// AWS has nothing like it.
final class ControlServer implements AutoCloseable {

  static final String FAULTS = "/faults";
  static final String ALLOW = "/policy/allow";
  static final String DISALLOW = "/policy/disallow";
  static final String COUNTS = "/counts";

  private static final int BODY_BYTES_MAX = 64 * 1024;
  private static final JsonMapper JSON = new JsonMapper();

  private final HttpServer server;
  private final KmsService service;

  private interface Action {
    Object of(byte[] body);
  }

  ControlServer(KmsService service, int port) throws IOException {
    this.service = service;
    this.server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    route(COUNTS, body -> service.counts());
    route(FAULTS, this::setFaults);
    route(ALLOW, body -> service.change(p -> p.allowing(pcr0(body))));
    route(DISALLOW, body -> service.change(p -> p.disallowing(pcr0(body))));
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private Object setFaults(byte[] body) {
    Faults faults = JSON.readValue(body, Faults.class);
    service.fail(faults);
    return faults;
  }

  private static String pcr0(byte[] body) {
    return JSON.readValue(body, String.class);
  }

  private void route(String path, Action action) {
    server.createContext(path, exchange -> serve(exchange, action));
  }

  private static void serve(HttpExchange exchange, Action action) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readNBytes(BODY_BYTES_MAX);
      try {
        byte[] answer = JSON.writeValueAsBytes(action.of(body));
        exchange.sendResponseHeaders(200, answer.length);
        exchange.getResponseBody().write(answer);
      } catch (JacksonException e) {
        exchange.sendResponseHeaders(400, -1);
      }
    }
  }
}
