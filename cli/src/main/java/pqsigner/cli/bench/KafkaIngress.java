package pqsigner.cli.bench;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import pqsigner.client.SignerException;
import pqsigner.client.SignerRequest;
import pqsigner.client.SignerResult;
import pqsigner.client.kafka.KafkaSigner;

/// Commands out on the caller's thread, results in on one of its own.
final class KafkaIngress implements Ingress {
  private static final Duration POLL = Duration.ofMillis(50);
  private static final Duration STOP = Duration.ofSeconds(10);

  private final KafkaSigner signer;

  /// Bounded by the load's in-flight bound.
  private final ConcurrentMap<String, Consumer<SignerResult>> waiting = new ConcurrentHashMap<>();

  private final Thread receiver;
  private volatile boolean stopping;

  KafkaIngress(KafkaSigner signer) {
    this.signer = signer;
    this.receiver = Thread.ofPlatform().name("bench-kafka-results").daemon().start(this::receive);
  }

  @Override
  public void fire(SignerRequest request, Consumer<SignerResult> done) {
    waiting.put(request.requestId(), done);
    try {
      // A lost send shows as an unanswered request.
      var _ = signer.send(request);
    } catch (SignerException e) {
      finish(request.requestId(), new SignerResult.Refused(0, e.code(), e.detail()));
    }
  }

  private void receive() {
    while (!stopping) {
      try {
        signer.poll(POLL, result -> finish(result.requestId(), result.outcome()));
      } catch (SignerException e) {
        waiting
            .keySet()
            .forEach(id -> finish(id, new SignerResult.Refused(0, e.code(), e.detail())));
      }
    }
  }

  private void finish(String requestId, SignerResult outcome) {
    Consumer<SignerResult> done = waiting.remove(requestId);
    if (done != null) {
      done.accept(outcome);
    }
  }

  @Override
  public void close() {
    stopping = true;
    try {
      receiver.join(STOP);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    signer.close();
  }
}
