package pqsigner.local.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import pqsigner.local.pki.LocalPki;
import pqsigner.local.pki.Pem;

/// A gateway's front door without a gateway: TLS that demands a client certificate, and answers as
/// it is told. Remembers what it was asked.
public final class StubGateway implements AutoCloseable {
  /// Closes the connection without an answer.
  public static final Answer HANG_UP = new Answer(0, "", Map.of());

  private final HttpsServer server;
  private final ExecutorService handlers = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
  private volatile Function<Request, Answer> otherwise = _ -> HANG_UP;

  public record Request(
      String method, String path, Map<String, List<String>> headers, String body) {
    /// Empty when it is missing.
    public String header(String name) {
      return Optional.ofNullable(headers.get(name)).map(List::getFirst).orElse("");
    }

    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  public record Answer(int status, String body, Map<String, String> headers) {}

  private StubGateway(HttpsServer server) {
    this.server = server;
  }

  public static StubGateway start(LocalPki pki) throws IOException {
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    SSLContext context = Pem.sslContext(pki.ca(), pki.pair("gateway"));
    server.setHttpsConfigurator(
        new HttpsConfigurator(context) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters ssl = context.getDefaultSSLParameters();
            ssl.setNeedClientAuth(true);
            parameters.setSSLParameters(ssl);
          }
        });
    StubGateway gateway = new StubGateway(server);
    server.createContext("/", gateway::handle);
    server.setExecutor(gateway.handlers);
    server.start();
    return gateway;
  }

  /// The next answer; they are given in order.
  public StubGateway then(int status, String body) {
    return then(new Answer(status, body, Map.of()));
  }

  public StubGateway then(Answer answer) {
    answers.add(answer);
    return this;
  }

  /// Answers whatever is asked once the answers in order are used up.
  public StubGateway otherwise(Function<Request, Answer> answer) {
    otherwise = answer;
    return this;
  }

  public URI url() {
    return URI.create("https://localhost:" + server.getAddress().getPort());
  }

  public List<Request> requests() {
    return requests;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Request request =
          new Request(
              exchange.getRequestMethod(),
              exchange.getRequestURI().toString(),
              Map.copyOf(exchange.getRequestHeaders()),
              new String(exchange.getRequestBody().readAllBytes(), UTF_8));
      requests.add(request);
      Answer next = answers.poll();
      Answer answer = next == null ? otherwise.apply(request) : next;
      if (answer.status() > 0) {
        byte[] body = answer.body().getBytes(UTF_8);
        answer.headers().forEach(exchange.getResponseHeaders()::set);
        exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
    handlers.shutdownNow();
  }
}
