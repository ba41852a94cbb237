package pqsigner.client.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLException;
import pqsigner.client.Json;
import pqsigner.client.PemIdentity;
import pqsigner.client.SignerException;
import pqsigner.client.SignerRequest;
import pqsigner.client.SignerResult;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The gateway's HTTP contract, called as one certificate holder.
public final class HttpSigner implements AutoCloseable {
  public static final String PATH = "/v1/pq-signer";

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  /// What a call may take beyond the wait it asked for.
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(15);

  /// The gateway caps a wait at this.
  private static final Duration WAIT_MAX = Duration.ofSeconds(30);

  private static final Duration POLL_INTERVAL = Duration.ofMillis(200);

  /// More than any answer of the contract; lists of jobs are the longest.
  private static final long ANSWER_BYTES_MAX = 16 << 20;

  private final HttpClient client;
  private final URI base;

  private HttpSigner(HttpClient client, URI base) {
    this.client = client;
    this.base = base;
  }

  /// @param url scheme, host and port; a path is dropped
  public static HttpSigner open(URI url, PemIdentity caller) {
    return new HttpSigner(
        HttpClient.newBuilder()
            .sslContext(caller.sslContext())
            .connectTimeout(CONNECT_TIMEOUT)
            .build(),
        url.resolve("/"));
  }

  /// Sends a request and waits for its end: in the call as long as the gateway allows, then by
  /// asking for its state.
  ///
  /// @param patience zero to return as soon as it is accepted
  public SignerResult submit(SignerRequest request, Duration patience) {
    Instant until = Instant.now().plus(patience);
    Duration wait = patience.compareTo(WAIT_MAX) < 0 ? patience : WAIT_MAX;
    SignerResult outcome = outcome(post(request, wait));
    while (outcome instanceof SignerResult.Pending && Instant.now().isBefore(until)) {
      LockSupport.parkNanos(POLL_INTERVAL.toNanos());
      if (Thread.interrupted()) {
        throw new SignerException("no_answer", "interrupted");
      }
      outcome = state(request.requestId());
    }
    return outcome;
  }

  private JsonAnswer post(SignerRequest request, Duration wait) {
    String prefer = wait.isZero() ? "respond-async" : "wait=" + Math.max(1, wait.toSeconds());
    return send(
        HttpRequest.newBuilder(base.resolve(PATH))
            .header("Content-Type", "application/json")
            .header("Prefer", prefer)
            .timeout(wait.plus(CALL_TIMEOUT))
            .POST(BodyPublishers.ofByteArray(Json.bytes(request.toJson()))));
  }

  /// The state of a request, and its result when it is finished.
  public SignerResult state(String requestId) {
    JsonAnswer reply = get(PATH + "/requests/" + encode(requestId));
    if (reply.status() != 200) {
      return outcome(reply);
    }
    if (reply.body().path("result") instanceof ObjectNode result) {
      return new SignerResult.Done(result);
    }
    String state = Json.text(reply.body(), "state");
    String code = Json.text(reply.body(), "code");
    if (code.isEmpty()) {
      return new SignerResult.Pending(requestId, state);
    }
    return state.equals("FAILED")
        ? new SignerResult.Failed(requestId, code, Json.text(reply.body(), "retry"))
        : new SignerResult.Refused(200, code, "request " + requestId + " is " + state);
  }

  private static SignerResult outcome(JsonAnswer reply) {
    JsonNode body = reply.body();
    if (reply.status() == 202) {
      return new SignerResult.Pending(Json.text(body, "request_id"), Json.text(body, "state"));
    }
    if (reply.status() == 200 && body instanceof ObjectNode object) {
      return new SignerResult.Done(object);
    }
    return Json.text(body, "state").equals("FAILED")
        ? new SignerResult.Failed(
            Json.text(body, "request_id"), reply.code(), Json.text(body, "retry"))
        : new SignerResult.Refused(reply.status(), reply.code(), Json.text(body, "detail"));
  }

  public JsonAnswer get(String path) {
    return send(HttpRequest.newBuilder(base.resolve(path)).timeout(CALL_TIMEOUT).GET());
  }

  public JsonAnswer post(String path, ObjectNode body) {
    return send(
        HttpRequest.newBuilder(base.resolve(path))
            .header("Content-Type", "application/json")
            .timeout(CALL_TIMEOUT)
            .POST(BodyPublishers.ofByteArray(Json.bytes(body))));
  }

  /// A part of a path or query, escaped.
  public static String encode(String part) {
    return URLEncoder.encode(part, UTF_8).replace("+", "%20");
  }

  private JsonAnswer send(HttpRequest.Builder request) {
    try {
      HttpResponse<byte[]> response =
          client.send(
              request.header("Accept", "application/json, application/problem+json").build(),
              BodyHandlers.limiting(BodyHandlers.ofByteArray(), ANSWER_BYTES_MAX));
      byte[] body = response.body();
      return new JsonAnswer(
          response.statusCode(), body.length == 0 ? Json.object() : Json.parse(body), body);
    } catch (SSLException e) {
      throw new SignerException("tls_refused", "at " + base + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new SignerException("connection_failed", "at " + base + ": " + reason(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SignerException("no_answer", "interrupted", e);
    }
  }

  private static String reason(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
