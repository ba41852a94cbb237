package pqsigner.delayline;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementServerProperties;

/// Health and metrics over plain HTTP, where gateway and worker have them. It tells a state and no
/// details, and takes no body.
final class ManagementServer implements AutoCloseable {
  private static final int THREADS = 4;
  private static final int STOP_SECONDS = 1;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

  private record Page(int status, String type, String text) {
    static Page health(boolean good) {
      return good
          ? new Page(200, "application/json", "{\"status\":\"UP\"}")
          : new Page(503, "application/json", "{\"status\":\"OUT_OF_SERVICE\"}");
    }
  }

  ManagementServer(
      ManagementServerProperties address, DelayLineHealth health, Supplier<String> metrics)
      throws IOException {
    // Read once, when the server's class is loaded: whoever sends its request more slowly is cut.
    System.setProperty("sun.net.httpserver.maxReqTime", "10");
    InetAddress host =
        Objects.requireNonNullElse(address.getAddress(), InetAddress.getLoopbackAddress());
    server =
        HttpServer.create(
            new InetSocketAddress(host, Objects.requireNonNullElse(address.getPort(), 0)), 0);
    server.setExecutor(threads);
    Map<String, BooleanSupplier> states =
        Map.of("liveness", health::live, "readiness", health::ready);
    states.forEach(
        (name, good) -> serve("/actuator/health/" + name, () -> Page.health(good.getAsBoolean())));
    serve(
        "/actuator/prometheus",
        () -> new Page(200, "text/plain; version=0.0.4; charset=utf-8", metrics.get()));
  }

  private void serve(String path, Supplier<Page> page) {
    server.createContext(
        path,
        exchange -> {
          boolean exact =
              exchange.getRequestURI().getPath().equals(path)
                  && exchange.getRequestMethod().equals("GET");
          answer(exchange, exact ? page.get() : new Page(404, "text/plain", ""));
        });
  }

  private static void answer(HttpExchange exchange, Page page) throws IOException {
    try (exchange) {
      byte[] body = page.text().getBytes(UTF_8);
      exchange.getResponseHeaders().set("Content-Type", page.type());
      exchange.sendResponseHeaders(page.status(), body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }

  void start() {
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(STOP_SECONDS);
    threads.close();
  }
}
