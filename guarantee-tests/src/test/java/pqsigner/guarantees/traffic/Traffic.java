package pqsigner.guarantees.traffic;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import pqsigner.client.SignerRequest;
import pqsigner.client.http.HttpSigner;
import pqsigner.client.kafka.CustodianTopics;
import pqsigner.client.kafka.ReceivedEvent;
import pqsigner.events.EventHeaders;
import pqsigner.guarantees.stack.Key;
import pqsigner.guarantees.stack.RawKafka;
import pqsigner.guarantees.stack.Stack;

/// Requests of every kind over both ways in, and everything that came back. Parts may be killed
/// meanwhile. For one thread.
public final class Traffic implements AutoCloseable {
  static final String CUSTODIAN = "custodian-a";
  private static final Duration POLL = Duration.ofMillis(50);
  private static final int STILL_POLLS = 20;
  private static final byte[] POISON = "no command".getBytes(UTF_8);

  private final List<Key> keys;
  private final CustodianTopics kafka;
  private final RawKafka raw;
  private final List<HttpSigner> gateways;
  private final LedgerWatch ledger;
  private final HttpCallers http;
  private final Violations violations = new Violations();
  private final Map<String, Sent> sent = new LinkedHashMap<>();
  private final Map<String, List<ReceivedEvent>> deliveries = new LinkedHashMap<>();
  private final Set<String> conflicts = new HashSet<>();

  public Traffic(Stack stack, LedgerWatch ledger, List<Key> keys) {
    this.keys = List.copyOf(keys);
    this.ledger = ledger;
    this.kafka = stack.topics(CUSTODIAN);
    this.raw = stack.rawKafka(CUSTODIAN);
    this.gateways = stack.signers(CUSTODIAN);
    this.http = new HttpCallers(gateways, ledger, CUSTODIAN, violations);
  }

  /// Starts so many requests.
  public void send(int requests) {
    for (int i = 0; i < requests; i++) {
      int n = sent.size();
      Sent one = Sent.of(n, keys.get(n / 7 % keys.size()));
      sent.put(one.id(), one);
      if (one.overHttp()) {
        http.call(one);
      }
      if (one.overKafka()) {
        produce(one);
      }
    }
  }

  /// The rest of so many requests.
  public void sendUpTo(int requests) {
    send(Math.max(0, requests - sent.size()));
  }

  /// Every command over Kafka once more, as a pipeline does that has lost its place.
  public void repeatAllCommands() {
    sent.values().stream().filter(Sent::overKafka).forEach(this::produce);
  }

  private void produce(Sent one) {
    if (one.kind() == Sent.Kind.POISON) {
      untilTaken(() -> raw.sendAsync(one.id().getBytes(UTF_8), POISON));
      return;
    }
    untilTaken(() -> kafka.send(one.request()));
    if (one.kind() == Sent.Kind.TWICE) {
      untilTaken(() -> kafka.send(one.request()));
    }
    if (one.kind() == Sent.Kind.CONFLICT) {
      SignerRequest rival = one.requiredRival();
      untilTaken(() -> kafka.send(rival));
    }
  }

  private void untilTaken(Supplier<Future<?>> send) {
    http.beside(
        () -> {
          while (!http.isClosed()) {
            try {
              send.get().get();
              return;
            } catch (ExecutionException e) {
              // The broker is away; once more.
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
              return;
            }
          }
        });
  }

  /// Collects until every request has an end, or patience is over.
  public void awaitAll(Duration patience) {
    await(sent.size(), patience);
  }

  /// Collects until so many requests have an end, or patience is over.
  public void await(int count, Duration patience) {
    long until = System.nanoTime() + patience.toNanos();
    while (ended() < count && System.nanoTime() - until < 0) {
      collect();
    }
  }

  /// Collects until nothing has ended for a second: what can go on has, what cannot waits.
  public void awaitStandstill() {
    int still = 0;
    for (int before = ended(); still < STILL_POLLS; before = ended()) {
      collect();
      still = ended() == before ? still + 1 : 0;
    }
  }

  /// Collects until every request has an end whose key is another one.
  public void awaitAllBut(Key slow, Duration patience) {
    long until = System.nanoTime() + patience.toNanos();
    List<String> left = List.of();
    do {
      collect();
      left =
          sent.values().stream()
              .filter(one -> !slow.equals(one.key()) && !hasEnd(one))
              .map(Sent::id)
              .toList();
    } while (!left.isEmpty() && System.nanoTime() - until < 0);
    left.forEach(id -> violations.add(Guarantee.STRAGGLER_DOES_NOT_BLOCK, id));
  }

  private void collect() {
    kafka.poll(
        POLL,
        result -> {
          if (!sent.containsKey(result.requestId())) {
            return;
          }
          switch (result.eventType()) {
            case EventHeaders.TYPE_CONFLICT -> conflicts.add(result.requestId());
            case EventHeaders.TYPE_FAILED -> {
              // Not its end; a request that stays so has none, and is lost.
            }
            default -> {
              requireRecorded(result);
              deliveries.computeIfAbsent(result.requestId(), _ -> new ArrayList<>()).add(result);
            }
          }
        });
  }

  private void requireRecorded(ReceivedEvent result) {
    if (!deliveries.containsKey(result.requestId())) {
      String recorded = ledger.state(CUSTODIAN, result.requestId()).orElse("no row");
      violations.unless(
          recorded.contentEquals(result.state()),
          Guarantee.NO_RELEASE_BEFORE_RECORD,
          result.requestId() + " was " + recorded);
    }
  }

  /// Requests that come to be a job, at most: what is refused or too late on arrival does not.
  public long needingJobs() {
    return sent.values().stream()
        .filter(
            one ->
                switch (one.kind()) {
                  case PLAIN, SHORT_DEADLINE, TWICE, BOTH_WAYS, CONFLICT -> true;
                  case UNKNOWN_USER, PAST_DEADLINE, POISON -> false;
                })
        .count();
  }

  int ended() {
    return (int) sent.values().stream().filter(this::hasEnd).count();
  }

  boolean hasEnd(Sent one) {
    return (!one.overKafka() || (deliveries.containsKey(one.id()) && conflictWasTold(one)))
        && (!one.overHttp() || http.answers().containsKey(one.id()));
  }

  /// True as well where there is no rival.
  boolean conflictWasTold(Sent one) {
    return one.kind() != Sent.Kind.CONFLICT || conflicts.contains(one.id());
  }

  Map<String, Sent> sent() {
    return sent;
  }

  List<ReceivedEvent> deliveries(Sent one) {
    return deliveries.getOrDefault(one.id(), List.of());
  }

  HttpCallers http() {
    return http;
  }

  List<HttpSigner> gateways() {
    return gateways;
  }

  public Violations violations() {
    return violations;
  }

  @Override
  public void close() {
    http.close();
    gateways.forEach(HttpSigner::close);
    kafka.close();
    raw.close();
  }
}
