package pqsigner.client.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import pqsigner.client.Json;
import pqsigner.client.PemIdentity;
import pqsigner.client.Signer;
import pqsigner.client.SignerException;
import pqsigner.client.SignerException.CallFailed;
import pqsigner.client.SignerException.CallFailed.Reason;
import tools.jackson.databind.node.ObjectNode;

/// JSON over HTTPS, as one certificate holder. For any number of threads.
public final class JsonHttp implements AutoCloseable {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  /// For a call that the gateway does not hold back.
  static final Duration CALL_TIMEOUT = Duration.ofSeconds(15);

  /// More than any answer of the contract; lists of jobs are the longest.
  private static final long ANSWER_BYTES_LIMIT = 16 << 20;

  private final HttpClient client;
  private final URI base;

  private JsonHttp(HttpClient client, URI base) {
    this.client = client;
    this.base = base;
  }

  /// @param url scheme, host and port; a path is dropped
  /// @throws IllegalArgumentException when a file of the caller's is unreadable
  public static JsonHttp open(URI url, PemIdentity caller) {
    return new JsonHttp(
        HttpClient.newBuilder()
            .sslContext(caller.sslContext())
            .connectTimeout(CONNECT_TIMEOUT)
            .build(),
        url.resolve("/"));
  }

  /// @throws CallFailed when there is no answer of the contract
  public JsonAnswer get(String path) {
    return Signer.await(send(to(path).GET()));
  }

  /// @throws CallFailed when there is no answer of the contract
  public JsonAnswer post(String path, ObjectNode body) {
    return Signer.await(send(posting(path, body)));
  }

  /// PUT, PATCH or DELETE.
  ///
  /// @param body null for none
  /// @param headers name, value, name, value, …
  /// @throws CallFailed when there is no answer of the contract
  public JsonAnswer change(
      String method, String path, @Nullable ObjectNode body, String... headers) {
    HttpRequest.Builder request =
        body == null
            ? to(path).method(method, BodyPublishers.noBody())
            : to(path)
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofByteArray(Json.bytes(body)));
    return Signer.await(send(headers.length == 0 ? request : request.headers(headers)));
  }

  HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(base.resolve(path)).timeout(CALL_TIMEOUT);
  }

  HttpRequest.Builder posting(String path, ObjectNode body) {
    return to(path)
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofByteArray(Json.bytes(body)));
  }

  /// @return ends exceptionally with a [CallFailed]
  CompletableFuture<JsonAnswer> send(HttpRequest.Builder request) {
    return client
        .sendAsync(
            request.header("Accept", "application/json, application/problem+json").build(),
            BodyHandlers.limiting(BodyHandlers.ofByteArray(), ANSWER_BYTES_LIMIT))
        .handle(this::answer);
  }

  private JsonAnswer answer(HttpResponse<byte[]> response, Throwable failure) {
    if (failure != null) {
      Throwable cause = failure.getCause();
      throw failed(failure instanceof CompletionException && cause != null ? cause : failure);
    }
    byte[] body = response.body();
    return new JsonAnswer(
        response.statusCode(),
        response.headers(),
        body.length == 0 ? Json.object() : Json.parse(body));
  }

  private CallFailed failed(Throwable cause) {
    Reason reason =
        switch (cause) {
          case SSLException _ -> Reason.TLS_REFUSED;
          case HttpConnectTimeoutException _ -> Reason.CONNECTION_FAILED;
          case HttpTimeoutException _ -> Reason.NO_ANSWER;
          default -> Reason.CONNECTION_FAILED;
        };
    String why = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    return new CallFailed(reason, "at " + base + ": " + why, cause);
  }

  /// Whether nothing of the request can have been read by a service that accepted it.
  static boolean neverArrived(SignerException failure) {
    return switch (failure.getCause()) {
      case SSLException _, ConnectException _, HttpConnectTimeoutException _ -> true;
      case IOException _ -> false;
      case null, default -> false;
    };
  }

  /// A part of a path or query, escaped.
  public static String encode(String part) {
    return URLEncoder.encode(part, UTF_8).replace("+", "%20");
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
