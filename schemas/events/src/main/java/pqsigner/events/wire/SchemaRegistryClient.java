package pqsigner.events.wire;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// The calls of the Confluent Schema Registry API that serializers and an administrator need. Tries
/// the configured addresses in turn, beginning with the one that answered last; does not retry
/// beyond that: the caller knows when it may wait.
final class SchemaRegistryClient implements AutoCloseable {

  /// Our largest schema has 2 KiB.
  static final int RESPONSE_BYTES_MAX = 128 * 1024;

  private static final String MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";
  private static final ObjectMapper JSON = new ObjectMapper();

  /// What a registry says, where it says anything usable.
  private sealed interface Reply {
    record Found(JsonNode body) implements Reply {}

    /// The registry itself says so; a 404 of some proxy on the way is not this.
    record Absent() implements Reply {}

    record TooLarge() implements Reply {}
  }

  /// A subject's version.
  record Registered(int id, String schema) {}

  private final WireConfig config;
  private final HttpClient http;
  private volatile int preferred;

  SchemaRegistryClient(WireConfig config) {
    this.config = config;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(config.connectTimeout());
    config.tls().ifPresent(builder::sslContext);
    this.http = builder.build();
  }

  /// The id of this schema under this subject, registered now if it was not.
  int register(String subject, String schema) {
    return id(found(post("/subjects/" + path(subject) + "/versions", schema), subject));
  }

  /// The id of this schema under this subject.
  int lookUp(String subject, String schema) {
    return id(found(post("/subjects/" + path(subject), schema), subject));
  }

  /// The newest schema of this subject.
  Registered latest(String subject) {
    JsonNode body =
        found(exchange("GET", "/subjects/" + path(subject) + "/versions/latest", null), subject);
    return new Registered(id(body), text(body));
  }

  /// From now on the registry refuses, for this subject and no other, a version that could not read
  /// what the one before wrote.
  void requireBackwardCompatibility(String subject) {
    String body = JSON.createObjectNode().put("compatibility", "BACKWARD").toString();
    found(exchange("PUT", "/config/" + path(subject), body), subject);
  }

  /// The Avro schema with this id, as text.
  ///
  /// @throws UndecodableRecordException when the registry knows none, or not one that we could read
  String schema(int id) {
    Reply reply = exchange("GET", "/schemas/ids/" + Integer.toUnsignedString(id), null);
    return switch (reply) {
      case Reply.Absent() ->
          throw new UndecodableRecordException(
              UndecodableRecordException.Reason.UNKNOWN_SCHEMA, "no schema has this id");
      case Reply.TooLarge() -> throw foreign("the schema is too large");
      case Reply.Found(JsonNode body) -> {
        if (!body.path("schemaType").asText("AVRO").equals("AVRO")
            || !body.path("references").isEmpty()) {
          throw foreign("the schema is not self-contained Avro");
        }
        yield text(body);
      }
    };
  }

  @Override
  public void close() {
    http.shutdownNow();
  }

  private Reply post(String path, String schema) {
    return exchange("POST", path, JSON.createObjectNode().put("schema", schema).toString());
  }

  private Reply exchange(String method, String path, @Nullable String body) {
    RegistryUnavailableException last = null;
    int addresses = config.addresses().size();
    int first = preferred;
    for (int i = 0; i < addresses; i++) {
      int index = (first + i) % addresses;
      try {
        Reply reply = exchange(config.addresses().get(index), method, path, body);
        preferred = index;
        return reply;
      } catch (RegistryUnavailableException e) {
        if (last != null) {
          e.addSuppressed(last);
        }
        last = e;
        if (Thread.currentThread().isInterrupted()) {
          break;
        }
      }
    }
    throw last != null ? last : new RegistryUnavailableException("no address");
  }

  private Reply exchange(URI address, String method, String path, @Nullable String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(address + path)).header("Accept", MEDIA_TYPE);
    config.authorization().ifPresent(value -> request.header("Authorization", value));
    if (body != null) {
      request.header("Content-Type", MEDIA_TYPE).method(method, BodyPublishers.ofString(body));
    }
    HttpResponse<Optional<byte[]>> response = await(address, request.build());
    if (response.body().isEmpty()) {
      return new Reply.TooLarge();
    }
    int status = response.statusCode();
    if (status == 200) {
      return new Reply.Found(json(address, response.body().get()));
    }
    int error = status == 404 ? json(address, response.body().get()).path("error_code").asInt() : 0;
    // 40401 subject, 40402 version, 40403 schema not found.
    if (error >= 40401 && error <= 40403) {
      return new Reply.Absent();
    }
    throw new RegistryUnavailableException(address + " answered " + status);
  }

  /// The request's own timeout would end with the response headers, so this one is kept outside.
  private HttpResponse<Optional<byte[]>> await(URI address, HttpRequest request) {
    CompletableFuture<HttpResponse<Optional<byte[]>>> response =
        http.sendAsync(request, _ -> new BoundedBody(RESPONSE_BYTES_MAX));
    try {
      return response.get(config.readTimeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new RegistryUnavailableException(address + " did not answer in time", e);
    } catch (ExecutionException e) {
      throw new RegistryUnavailableException(address + " cannot be asked", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RegistryUnavailableException("interrupted", e);
    } finally {
      response.cancel(true);
    }
  }

  private static JsonNode json(URI address, byte[] body) {
    try {
      return JSON.readTree(body);
    } catch (JacksonException e) {
      throw new RegistryUnavailableException(address + " did not answer in JSON");
    } catch (IOException e) {
      throw new RegistryUnavailableException(address + " did not answer in JSON", e);
    }
  }

  private static int id(JsonNode body) {
    JsonNode id = body.path("id");
    if (!id.canConvertToInt() || !id.isIntegralNumber()) {
      throw new RegistryUnavailableException("the registry's answer has no id");
    }
    return id.intValue();
  }

  private static String text(JsonNode body) {
    JsonNode schema = body.path("schema");
    if (!schema.isTextual()) {
      throw new RegistryUnavailableException("the registry's answer has no schema");
    }
    return schema.textValue();
  }

  private static JsonNode found(Reply reply, String subject) {
    return switch (reply) {
      case Reply.Found(JsonNode body) -> body;
      case Reply.Absent() ->
          throw new RegistryUnavailableException(
              "subject " + subject + " does not have this schema; register it first");
      case Reply.TooLarge() ->
          throw new RegistryUnavailableException("the registry's answer is too large");
    };
  }

  private static UndecodableRecordException foreign(String why) {
    return new UndecodableRecordException(UndecodableRecordException.Reason.FOREIGN_SCHEMA, why);
  }

  private static String path(String subject) {
    return URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
