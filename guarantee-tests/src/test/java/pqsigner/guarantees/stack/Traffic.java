package pqsigner.guarantees.stack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import pqsigner.cli.CommandFailure;
import pqsigner.cli.Json;
import pqsigner.cli.http.HttpSigner;
import pqsigner.cli.kafka.KafkaSigner;
import pqsigner.cli.kafka.ReceivedResult;
import pqsigner.cli.request.Outcome;
import pqsigner.cli.request.SignerRequest;
import pqsigner.cli.signature.SignatureCheck;

/// Sign requests over both ways in, sent as a careful caller does (the same request again until
/// there is an answer), and everything that came back. Parts may be killed meanwhile.
public final class Traffic implements AutoCloseable {
  private static final int HTTP_IN_FLIGHT_MAX = 16;
  private static final Duration HTTP_PATIENCE = Duration.ofSeconds(5);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final long RETRY_NANOS = 200_000_000;

  private final List<Key> keys;
  private final KafkaSigner kafka;
  private final HttpSigner http;
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore httpInFlight = new Semaphore(HTTP_IN_FLIGHT_MAX);
  private final Map<String, SignerRequest> overKafka = new HashMap<>();
  private final Map<String, SignerRequest> overHttp = new HashMap<>();
  private final Map<String, List<ReceivedResult>> deliveries = new HashMap<>();
  private final Map<String, Outcome> answers = new ConcurrentHashMap<>();
  private volatile boolean closed;

  public Traffic(Stack stack, List<Key> keys) {
    this.keys = List.copyOf(keys);
    this.kafka = stack.kafka("custodian-a");
    this.http = stack.signer("custodian-a");
  }

  /// Sends so many requests, half each way. Returns when those over Kafka are handed to the
  /// producer and those over HTTP have a caller.
  public void send(int requests) {
    for (int n = 0; n < requests; n++) {
      Key key = keys.get(n % keys.size());
      SignerRequest request =
          SignerRequest.sign(key.userId(), (Stack.newRequestId() + " signs").getBytes(UTF_8));
      if (n % 2 == 0) {
        overKafka.put(request.requestId(), request);
        var _ = kafka.send(request);
      } else {
        overHttp.put(request.requestId(), request);
        callers.execute(() -> ask(request));
      }
    }
  }

  private void ask(SignerRequest request) {
    httpInFlight.acquireUninterruptibly();
    try {
      while (!closed) {
        try {
          Outcome outcome = http.submit(request, HTTP_PATIENCE);
          if (!(outcome instanceof Outcome.Pending) && !retryable(outcome)) {
            answers.put(request.requestId(), outcome);
            return;
          }
        } catch (CommandFailure e) {
          // The gateway is away; the same request again is harmless.
        }
        LockSupport.parkNanos(RETRY_NANOS);
      }
    } finally {
      httpInFlight.release();
    }
  }

  private static boolean retryable(Outcome outcome) {
    return outcome instanceof Outcome.Refused(int status, _, _)
        && (status == 503 || status == 429 || status == 500);
  }

  /// Collects until every request has an end.
  public void awaitAll(Duration patience) {
    awaitSome(overKafka.size() + overHttp.size(), patience);
  }

  /// Collects until so many requests have an end.
  public void awaitSome(int count, Duration patience) {
    long until = System.nanoTime() + patience.toNanos();
    while (deliveries.size() + answers.size() < count) {
      if (System.nanoTime() - until > 0) {
        throw new AssertionError("unanswered after " + patience + ": " + unanswered());
      }
      collect();
    }
  }

  private void collect() {
    kafka.poll(
        POLL,
        result -> {
          if (overKafka.containsKey(result.requestId())) {
            deliveries.computeIfAbsent(result.requestId(), _ -> new ArrayList<>()).add(result);
          }
        });
  }

  private List<String> unanswered() {
    List<String> ids = new ArrayList<>();
    overKafka.keySet().stream().filter(id -> !deliveries.containsKey(id)).forEach(ids::add);
    overHttp.keySet().stream().filter(id -> !answers.containsKey(id)).forEach(ids::add);
    return ids.stream().map(id -> id + " " + stateOf(id)).toList();
  }

  private String stateOf(String id) {
    try {
      return Json.text(http.get(HttpSigner.PATH + "/requests/" + id).body(), "state");
    } catch (CommandFailure e) {
      return e.code();
    }
  }

  /// NothingLost, OneResultPerRequest, SameIdSameBytes, EverySignatureVerifies.
  public void assertGuarantees() {
    assertThat(deliveries.keySet()).as("nothing lost over Kafka").isEqualTo(overKafka.keySet());
    assertThat(answers.keySet()).as("nothing lost over HTTP").isEqualTo(overHttp.keySet());
    deliveries.forEach(
        (id, results) -> {
          for (ReceivedResult result : results) {
            assertThat(result.value()).as("deliveries of " + id).isEqualTo(results.get(0).value());
          }
          assertSigned(request(overKafka, id), results.get(0).outcome());
        });
    answers.forEach((id, outcome) -> assertSigned(request(overHttp, id), outcome));
  }

  private void assertSigned(SignerRequest request, Outcome outcome) {
    assertThat(outcome).as(request.requestId()).isInstanceOf(Outcome.Done.class);
    byte[] signature = Json.base64(outcome.orFail(), "signature");
    byte[] message = request.message();
    Key key =
        keys.stream().filter(k -> k.userId().equals(request.userId())).findFirst().orElseThrow();
    assertThat(
            SignatureCheck.ofMessage(
                    key.publicKey(), message == null ? new byte[0] : message, signature)
                .valid())
        .as(request.requestId())
        .isTrue();
    Outcome recorded = http.state(request.requestId());
    assertThat(Json.text(recorded.orFail(), "signature"))
        .as("what was released is what is recorded")
        .isEqualTo(Json.text(outcome.orFail(), "signature"));
  }

  private static SignerRequest request(Map<String, SignerRequest> sent, String id) {
    return Optional.ofNullable(sent.get(id)).orElseThrow();
  }

  public int sent() {
    return overKafka.size() + overHttp.size();
  }

  /// Requests without an end.
  public int lost() {
    return sent() - deliveries.size() - answers.size();
  }

  /// Requests over Kafka whose deliveries differ; an answer over HTTP is held against the ledger by
  /// [#assertGuarantees].
  public int doubled() {
    return (int)
        deliveries.values().stream()
            .filter(
                results ->
                    results.stream()
                        .anyMatch(r -> !Arrays.equals(r.value(), results.getFirst().value())))
            .count();
  }

  /// How often a result was delivered beyond the first time.
  public int repeats() {
    return deliveries.values().stream().mapToInt(results -> results.size() - 1).sum();
  }

  @Override
  public void close() {
    closed = true;
    callers.shutdownNow();
    http.close();
    kafka.close();
  }
}
