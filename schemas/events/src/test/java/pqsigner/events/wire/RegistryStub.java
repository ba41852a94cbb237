package pqsigner.events.wire;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/// A schema registry that speaks as much of the Confluent API as serializers use, and fails on
/// demand.
final class RegistryStub implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /// What a request was.
  record Seen(String line, @Nullable String authorization) {}

  /// An answer that is given whatever was asked.
  record Canned(int status, byte[] body) {
    Canned(int status, String body) {
      this(status, body.getBytes(StandardCharsets.UTF_8));
    }
  }

  private final HttpServer server;
  private final String scheme;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final List<String> schemas = new ArrayList<>();
  private final Map<String, List<Integer>> subjects = new HashMap<>();
  private final List<Seen> seen = new CopyOnWriteArrayList<>();
  private volatile @Nullable Canned canned;
  private volatile boolean silent;
  private volatile boolean stalls;

  RegistryStub() {
    this(null);
  }

  /// @param tls also asks every client for a certificate
  RegistryStub(@Nullable SSLContext tls) {
    InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try {
      if (tls == null) {
        server = HttpServer.create(anyPort, 0);
      } else {
        HttpsServer https = HttpsServer.create(anyPort, 0);
        https.setHttpsConfigurator(
            new HttpsConfigurator(tls) {
              @Override
              public void configure(HttpsParameters given) {
                SSLParameters parameters = tls.getDefaultSSLParameters();
                parameters.setNeedClientAuth(true);
                given.setSSLParameters(parameters);
              }
            });
        server = https;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    scheme = tls == null ? "http" : "https";
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  String url() {
    return scheme + "://127.0.0.1:" + server.getAddress().getPort();
  }

  /// The id of this text, under no subject.
  synchronized int add(String schema) {
    int known = schemas.indexOf(schema);
    if (known >= 0) {
      return known + 1;
    }
    schemas.add(schema);
    return schemas.size();
  }

  int add(Schema schema) {
    return add(schema.toString());
  }

  synchronized int register(String subject, String schema) {
    int id = add(schema);
    List<Integer> versions = subjects.computeIfAbsent(subject, _ -> new ArrayList<>());
    if (!versions.contains(id)) {
      versions.add(id);
    }
    return id;
  }

  synchronized Map<String, List<Integer>> subjects() {
    return Map.copyOf(subjects);
  }

  List<Seen> seen() {
    return seen;
  }

  void answerAlways(@Nullable Canned answer) {
    canned = answer;
  }

  /// Takes requests and never answers them.
  void fallSilent() {
    silent = true;
  }

  /// Sends the headers of an answer and never its body.
  void stallAfterHeaders() {
    stalls = true;
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      String path = exchange.getRequestURI().getRawPath();
      seen.add(
          new Seen(
              exchange.getRequestMethod() + " " + path,
              exchange.getRequestHeaders().getFirst("Authorization")));
      if (silent) {
        closing.await();
      }
      if (stalls) {
        exchange.sendResponseHeaders(200, 100);
        exchange.getResponseBody().flush();
        closing.await();
      }
      Canned always = canned;
      Canned answer = always == null ? answer(path, body) : always;
      exchange.getResponseHeaders().set("Content-Type", "application/vnd.schemaregistry.v1+json");
      exchange.sendResponseHeaders(
          answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
      exchange.getResponseBody().write(answer.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized Canned answer(String path, String body) throws IOException {
    String[] parts = path.substring(1).split("/", -1);
    if (path.startsWith("/schemas/ids/")) {
      int id = Integer.parseUnsignedInt(parts[2]);
      return id < 1 || id > schemas.size()
          ? missing(40403, "Schema not found")
          : found(JSON.createObjectNode().put("schema", schemas.get(id - 1)));
    }
    if (path.startsWith("/config/")) {
      return new Canned(200, body);
    }
    if (!parts[0].equals("subjects")) {
      return new Canned(404, "<html>not here</html>");
    }
    String subject = URLDecoder.decode(parts[1], StandardCharsets.UTF_8);
    List<Integer> versions = subjects.get(subject);
    if (path.endsWith("/versions/latest")) {
      return versions == null ? missing(40401, "Subject not found") : version(versions.getLast());
    }
    String schema = JSON.readTree(body).path("schema").asText();
    if (path.endsWith("/versions")) {
      return found(JSON.createObjectNode().put("id", register(subject, schema)));
    }
    if (versions == null) {
      return missing(40401, "Subject not found");
    }
    int id = schemas.indexOf(schema) + 1;
    return versions.contains(id) ? version(id) : missing(40403, "Schema not found");
  }

  private Canned version(int id) {
    return found(
        JSON.createObjectNode().put("id", id).put("version", 1).put("schema", schemas.get(id - 1)));
  }

  private static Canned found(ObjectNode json) {
    return new Canned(200, json.toString());
  }

  private static Canned missing(int code, String message) {
    ObjectNode json = JSON.createObjectNode().put("error_code", code).put("message", message);
    return new Canned(404, json.toString());
  }
}
