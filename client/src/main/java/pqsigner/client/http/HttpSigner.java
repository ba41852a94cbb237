package pqsigner.client.http;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import pqsigner.client.Json;
import pqsigner.client.PemIdentity;
import pqsigner.client.Problem;
import pqsigner.client.RegisteredKey;
import pqsigner.client.Signer;
import pqsigner.client.SignerException;
import pqsigner.client.SignerException.CallFailed;
import pqsigner.client.SignerRequest;
import pqsigner.client.SignerResult;
import pqsigner.client.SignerResult.Conflict;
import pqsigner.client.SignerResult.Failed;
import pqsigner.client.SignerResult.Pending;
import pqsigner.client.SignerResult.Refused;
import pqsigner.client.SignerResult.TryLater;
import pqsigner.events.ErrorCode;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The gateway's HTTP contract, called as one certificate holder.
public final class HttpSigner implements Signer {
  public static final String PATH = "/v1/pq-signer";

  /// The gateway's own bound of a wait.
  private static final Duration WAIT_LIMIT = Duration.ofSeconds(30);

  private static final Duration POLL_INTERVAL = Duration.ofMillis(200);
  private static final int CONFLICT = ErrorCode.REQUEST_ID_CONFLICT.httpStatus();

  private final JsonHttp http;
  private volatile boolean closed;

  private HttpSigner(JsonHttp http) {
    this.http = http;
  }

  /// @param url scheme, host and port; a path is dropped
  /// @throws IllegalArgumentException when a file of the caller's is unreadable
  public static HttpSigner open(URI url, PemIdentity caller) {
    return new HttpSigner(JsonHttp.open(url, caller));
  }

  /// Waits in the call for as long as the gateway allows, then asks for the request's state.
  @Override
  public CompletableFuture<SignerResult> submitAsync(SignerRequest request, Duration patience) {
    String id = request.requestId();
    long until = System.nanoTime() + patience.toNanos();
    Duration wait = patience.compareTo(WAIT_LIMIT) < 0 ? patience : WAIT_LIMIT;
    String prefer = wait.isZero() ? "respond-async" : "wait=" + Math.max(1, wait.toSeconds());
    return http.send(
            http.posting(PATH, request.toJson())
                .header("Prefer", prefer)
                .timeout(wait.plus(JsonHttp.CALL_TIMEOUT)))
        .thenApply(answer -> posted(id, answer))
        .exceptionally(failure -> unanswered(id, failure))
        .thenCompose(result -> follow(result, until));
  }

  private static SignerResult unanswered(String id, Throwable failure) {
    Throwable cause = failure instanceof CompletionException e ? e.getCause() : failure;
    if (cause instanceof SignerException known && !JsonHttp.neverArrived(known)) {
      return new SignerResult.Unknown(id, known);
    }
    throw new CompletionException(cause instanceof CallFailed call ? call.of(id) : cause);
  }

  /// Asks for the state of a pending request until it has an end or the time is up. What was
  /// accepted stays so: a lookup that fails is only another reason to ask again.
  private CompletableFuture<SignerResult> follow(SignerResult result, long until) {
    if (!(result instanceof Pending pending) || closed || System.nanoTime() - until >= 0) {
      return CompletableFuture.completedFuture(result);
    }
    return new CompletableFuture<Void>()
        .completeOnTimeout(null, POLL_INTERVAL.toMillis(), TimeUnit.MILLISECONDS)
        .thenCompose(_ -> stateAsync(pending.requestId()))
        .exceptionally(_ -> pending)
        .thenCompose(next -> follow(next, until));
  }

  /// The state of a request, and its result when it is finished.
  ///
  /// @return ends exceptionally with a [CallFailed] when there is no answer
  public CompletableFuture<SignerResult> stateAsync(String requestId) {
    return http.send(http.to(requestPath(requestId)).GET())
        .thenApply(answer -> looked(requestId, answer));
  }

  /// As [#stateAsync], in the calling thread.
  public SignerResult state(String requestId) {
    return Signer.await(stateAsync(requestId));
  }

  /// All versions of a key, oldest first.
  ///
  /// @throws SignerException.Refused `unknown_user` when there is none
  public List<RegisteredKey> keys(String userId) {
    JsonNode answer = http.get(keysPath(userId)).orThrow();
    return answer.path("keys").valueStream().map(key -> Answers.key(key, userId)).toList();
  }

  /// Enables or disables a version of a key; it takes effect everywhere within five seconds.
  ///
  /// @throws SignerException.Refused `unknown_user`, `unknown_key_version`
  public RegisteredKey enable(String userId, int version, boolean enabled) {
    ObjectNode state = Json.object().put("state", enabled ? "ENABLED" : "DISABLED");
    return Answers.key(http.change("PATCH", versionPath(userId, version), state).orThrow(), userId);
  }

  private static SignerResult posted(String id, JsonAnswer answer) {
    JsonNode body = answer.body();
    return switch (answer.status()) {
      case 200 -> Answers.result(body);
      case 202 -> new Pending(id, Json.text(body, "state"));
      default -> refused(id, answer);
    };
  }

  private static SignerResult looked(String id, JsonAnswer answer) {
    if (answer.status() != 200) {
      return refused(id, answer);
    }
    JsonNode body = answer.body();
    if (body.path("result").isObject()) {
      return Answers.result(body.path("result"));
    }
    String state = Json.text(body, "state");
    if (Json.text(body, "code").isEmpty()) {
      return new Pending(id, state);
    }
    return state.equals("FAILED")
        ? new Failed(id, answer.problem())
        : new Refused(id, answer.problem());
  }

  private static SignerResult refused(String id, JsonAnswer answer) {
    Problem problem = answer.problem();
    if (Json.text(answer.body(), "state").equals("FAILED")) {
      return new Failed(id, problem);
    }
    if (answer.status() == CONFLICT
        && problem.code().equals(ErrorCode.REQUEST_ID_CONFLICT.code())) {
      return new Conflict(id, problem);
    }
    return answer.headers().firstValueAsLong("Retry-After").stream()
        .<SignerResult>mapToObj(s -> new TryLater(id, problem, Duration.ofSeconds(s)))
        .findFirst()
        .orElseGet(() -> new Refused(id, problem));
  }

  public static String requestPath(String requestId) {
    return PATH + "/requests/" + JsonHttp.encode(requestId);
  }

  public static String keysPath(String userId) {
    return PATH + "/keys/" + JsonHttp.encode(userId);
  }

  public static String versionPath(String userId, int version) {
    return keysPath(userId) + "/versions/" + version;
  }

  @Override
  public void close() {
    closed = true;
    http.close();
  }
}
