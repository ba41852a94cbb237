package pqsigner.client.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.RecordMetadata;
import pqsigner.client.PemIdentity;
import pqsigner.client.Signer;
import pqsigner.client.SignerException.CallFailed;
import pqsigner.client.SignerException.CallFailed.Reason;
import pqsigner.client.SignerRequest;
import pqsigner.client.SignerResult;
import pqsigner.client.SignerResult.Pending;
import pqsigner.events.avro.Conflict;

/// A custodian's pipeline: commands out, results in, matched by their request ids.
///
/// Hears only what is said after it was opened. A request whose result was published before is
/// answered when it is sent again: its result is published once more.
public final class KafkaSigner implements Signer {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  /// Bounds memory when results stop coming.
  static final int IN_FLIGHT_LIMIT = 131_072;

  private final CustodianTopics topics;
  private final ConcurrentMap<String, List<Waiter>> waiting = new ConcurrentHashMap<>();
  private final Thread receiver;
  private volatile boolean closed;

  /// One call that waits for the end of its request.
  ///
  /// @param sent where the broker put the command
  private record Waiter(
      String id, CompletableFuture<RecordMetadata> sent, CompletableFuture<SignerResult> result) {

    void hear(ReceivedEvent event) {
      if (event.event() instanceof Conflict conflict) {
        // About one command under this id; another call may have sent it.
        var _ =
            sent.thenAccept(
                at -> {
                  if (at.partition() == conflict.getCommandPartition()
                      && at.offset() == conflict.getCommandOffset()) {
                    result.complete(event.result());
                  }
                });
      } else {
        result.complete(event.result());
      }
    }

    /// A broker that did not acknowledge a command may have it all the same.
    void unsent(Throwable failure) {
      if (!(failure instanceof CallFailed call)) {
        result.completeExceptionally(failure);
      } else if (call.reason() == Reason.CONNECTION_FAILED) {
        giveUp(call);
      } else {
        result.completeExceptionally(call.of(id));
      }
    }

    void giveUp(CallFailed cause) {
      result.complete(new SignerResult.Unknown(id, cause));
    }
  }

  KafkaSigner(CustodianTopics topics) {
    this.topics = topics;
    this.receiver = Thread.ofPlatform().name("pq-signer-results").daemon().start(this::receive);
  }

  /// @throws CallFailed `tls_refused`, `forbidden` or `connection_failed`
  /// @throws IllegalArgumentException when a file of the caller's is unreadable
  public static KafkaSigner open(KafkaEndpoint endpoint, PemIdentity caller) {
    return new KafkaSigner(CustodianTopics.open(endpoint, caller));
  }

  @Override
  public CompletableFuture<SignerResult> submitAsync(SignerRequest request, Duration patience) {
    String id = request.requestId();
    if (closed || waiting.size() >= IN_FLIGHT_LIMIT) {
      CallFailed why =
          closed
              ? new CallFailed(Reason.NO_ANSWER, "closed")
              : new CallFailed(
                  Reason.TOO_MANY_IN_FLIGHT, IN_FLIGHT_LIMIT + " requests are waiting");
      return CompletableFuture.failedFuture(why.of(id));
    }
    SignerResult pending = new Pending(id, "SENT");
    Waiter waiter = new Waiter(id, new CompletableFuture<>(), new CompletableFuture<>());
    change(id, waiters -> waiters.add(waiter));
    var _ =
        topics
            .send(request)
            .whenComplete(
                (at, failure) -> {
                  if (failure == null) {
                    waiter.sent.complete(at);
                    var _ =
                        waiter.result.completeOnTimeout(
                            pending, patience.toNanos(), TimeUnit.NANOSECONDS);
                  } else {
                    waiter.unsent(failure);
                  }
                });
    return waiter.result.whenComplete((_, _) -> change(id, waiters -> waiters.remove(waiter)));
  }

  private void change(String id, Consumer<List<Waiter>> how) {
    waiting.compute(
        id,
        (_, before) -> {
          List<Waiter> waiters = before == null ? new ArrayList<>(1) : new ArrayList<>(before);
          how.accept(waiters);
          return waiters.isEmpty() ? null : waiters;
        });
  }

  private void receive() {
    while (!closed) {
      try {
        topics.poll(POLL, event -> waiters(event.requestId()).forEach(w -> w.hear(event)));
      } catch (CallFailed e) {
        if (e.reason() != Reason.CONNECTION_FAILED) {
          all().forEach(waiter -> waiter.giveUp(e));
        }
        LockSupport.parkNanos(POLL.toNanos());
      }
    }
  }

  private List<Waiter> waiters(String id) {
    return waiting.getOrDefault(id, List.of());
  }

  private Stream<Waiter> all() {
    return waiting.values().stream().flatMap(List::stream);
  }

  @Override
  public void close() {
    closed = true;
    try {
      receiver.join(CLOSE_TIMEOUT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    topics.close();
    all().forEach(waiter -> waiter.giveUp(new CallFailed(Reason.NO_ANSWER, "closed")));
  }
}
