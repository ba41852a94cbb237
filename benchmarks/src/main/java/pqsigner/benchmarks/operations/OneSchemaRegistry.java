package pqsigner.benchmarks.operations;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import org.apache.avro.Schema;
import pqsigner.client.Json;

/// Whatever is asked, the answer is one schema and its id. A serializer asks once and remembers, so
/// this is no part of what is measured.
final class OneSchemaRegistry implements AutoCloseable {
  private final HttpServer server;
  private final byte[] answer;

  OneSchemaRegistry(Schema schema) throws IOException {
    answer = Json.line(Map.of("id", 1, "schema", schema.toString())).getBytes(UTF_8);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      exchange.sendResponseHeaders(200, answer.length);
      exchange.getResponseBody().write(answer);
    }
  }

  /// Configuration of a serializer.
  Map<String, Object> configuration() {
    return Map.of(
        "schema.registry.url",
        "http://127.0.0.1:" + server.getAddress().getPort(),
        "auto.register.schemas",
        false);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
