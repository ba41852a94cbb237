package pqsigner.guarantees.stack;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Stands between a gateway and DynamoDB. It passes everything on unchanged until it is told
/// otherwise, so a process can be killed at a moment that no timing would hit, without a hook in
/// what is tested.
public final class DatabaseProxy implements AutoCloseable {
  private static final String TARGET = "X-Amz-Target";
  private static final Set<String> OF_THE_CONNECTION =
      Set.of("connection", "content-length", "expect", "host", "transfer-encoding", "upgrade");

  /// When, as seen by the gateway, something happens to a call.
  public enum Moment {
    /// The database has not heard of it.
    BEFORE,
    /// The database has done it, the gateway has not heard so.
    AFTER
  }

  /// A call to wait for, once.
  ///
  /// @param operation `PutItem`, `UpdateItem`, ...
  /// @param containing what its body holds besides
  public record Point(String operation, String containing, Moment moment) {}

  /// What every call meets instead of the database.
  public enum Trouble {
    NONE,
    THROTTLED,
    /// The connection ends without an answer.
    UNREACHABLE
  }

  private record Armed(Point point, Runnable then, CountDownLatch done) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final AtomicReference<@Nullable Armed> armed = new AtomicReference<>();
  private volatile @Nullable URI database;
  private volatile Trouble trouble = Trouble.NONE;
  private volatile CountDownLatch troubled = new CountDownLatch(0);

  public DatabaseProxy() throws IOException {
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /// Passes calls on to this database. Returns the address to call instead.
  public URI before(URI real) {
    database = real;
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /// The next such call runs `then` and is left without an answer. Returns what to wait on.
  public CountDownLatch at(Point point, Runnable then) {
    CountDownLatch done = new CountDownLatch(1);
    armed.set(new Armed(point, then, done));
    return done;
  }

  /// From now on. Returns what to wait on until so many calls have met it.
  public CountDownLatch cause(Trouble kind, int calls) {
    CountDownLatch met = new CountDownLatch(calls);
    troubled = met;
    trouble = kind;
    return met;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String operation = exchange.getRequestHeaders().getFirst(TARGET);
      byte[] body = exchange.getRequestBody().readAllBytes();
      Trouble now = trouble;
      if (now != Trouble.NONE) {
        troubled.countDown();
        if (now == Trouble.THROTTLED) {
          throttle(exchange);
        }
        return;
      }
      Armed hit = operation == null ? null : take(operation, body);
      if (hit != null && hit.point.moment() == Moment.BEFORE) {
        run(hit);
        return;
      }
      HttpResponse<byte[]> response =
          client.send(forwarded(exchange, body), BodyHandlers.ofByteArray());
      if (hit != null) {
        run(hit);
        return;
      }
      response
          .headers()
          .map()
          .forEach(
              (name, values) -> {
                if (!OF_THE_CONNECTION.contains(name.toLowerCase(Locale.ROOT))) {
                  exchange.getResponseHeaders().put(name, values);
                }
              });
      exchange.sendResponseHeaders(response.statusCode(), response.body().length);
      exchange.getResponseBody().write(response.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private @Nullable Armed take(String operation, byte[] body) {
    Armed candidate = armed.get();
    return candidate != null
            && operation.endsWith("." + candidate.point.operation())
            && new String(body, UTF_8).contains(candidate.point.containing())
            && armed.compareAndSet(candidate, null)
        ? candidate
        : null;
  }

  private static void run(Armed hit) {
    try {
      hit.then.run();
    } finally {
      hit.done.countDown();
    }
  }

  private HttpRequest forwarded(HttpExchange exchange, byte[] body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                Objects.requireNonNull(database).resolve(exchange.getRequestURI().getRawPath()))
            .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
    for (Map.Entry<String, List<String>> header : exchange.getRequestHeaders().entrySet()) {
      if (!OF_THE_CONNECTION.contains(header.getKey().toLowerCase(Locale.ROOT))) {
        header.getValue().forEach(value -> request.header(header.getKey(), value));
      }
    }
    return request.build();
  }

  private static void throttle(HttpExchange exchange) throws IOException {
    byte[] body =
        """
        {"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",\
        "message":"as told"}"""
            .getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.0");
    exchange.sendResponseHeaders(400, body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    client.close();
  }
}
