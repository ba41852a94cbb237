package pqsigner.guarantees.traffic;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import pqsigner.client.SignerRequest;
import pqsigner.client.SignerResult;
import pqsigner.client.kafka.CustodianTopics;
import pqsigner.guarantees.stack.Key;
import pqsigner.guarantees.stack.Stack;

/// Sign commands over Kafka, as many as one likes as fast as one likes, and what came back of each.
/// For one thread.
public final class Flood implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(20);

  private final CustodianTopics kafka;
  private final Key key;
  private final Map<String, Integer> signed = new HashMap<>();
  private int sent;

  public Flood(Stack stack, Key key) {
    this.kafka = stack.topics(Traffic.CUSTODIAN);
    this.key = key;
  }

  /// All at once.
  public void send(int commands) {
    for (int i = 0; i < commands; i++) {
      sendOne();
    }
  }

  /// For so long, two for each that is signed, however many that are.
  ///
  /// @param ahead how many to begin with
  public void sendTwiceWhatIsSigned(int ahead, Duration time) {
    long start = System.nanoTime();
    while (System.nanoTime() - start < time.toNanos()) {
      while (sent < 2 * signed.size() + ahead) {
        sendOne();
      }
      collect();
    }
  }

  private void sendOne() {
    sent++;
    var _ = kafka.send(SignerRequest.sign(key.userId(), ("flood " + sent).getBytes(UTF_8)));
  }

  /// @throws AssertionError when not all have ended in time
  public void awaitAll(Duration patience) {
    long until = System.nanoTime() + patience.toNanos();
    while (signed.size() < sent) {
      if (System.nanoTime() - until > 0) {
        throw new AssertionError(signed.size() + " of " + sent + " were signed in " + patience);
      }
      collect();
    }
  }

  private void collect() {
    kafka.poll(
        POLL,
        event -> {
          if (!(event.result() instanceof SignerResult.Signed)) {
            throw new AssertionError(event.requestId() + " ended as " + event.result());
          }
          signed.merge(event.requestId(), 1, Integer::sum);
        });
  }

  public int sent() {
    return sent;
  }

  public int signed() {
    return signed.size();
  }

  /// Results that came more than once.
  public long repeated() {
    return signed.values().stream().filter(times -> times > 1).count();
  }

  @Override
  public void close() {
    kafka.close();
  }
}
