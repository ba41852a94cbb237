package pqsigner.gateway.fairness;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import pqsigner.events.Priority;
import pqsigner.gateway.ledger.RequestKey;

/// Requests that this instance accepted and whose outcome it has not seen recorded, by custodian
/// and priority.
///
/// A place is taken *before* a request is recorded, so that no outcome can come too early to free
/// it. It is freed when the outcome passes here. One that another instance records does not, so
/// requests that have held their place for long are looked up in the ledger ([#takenBefore]).
public final class InFlight {

  /// Whether a request got a place.
  public enum Entry {
    TAKEN,
    /// This request has one already.
    HELD,
    FULL
  }

  /// A request that holds a place.
  public record Place(RequestKey request, Priority priority) {}

  private record Line(String custodian, Priority priority) {}

  private final Function<String, AgreedLimits.Limits> limits;
  private final InstantSource clock;

  /// For each custodian and priority, when each place was taken, in that order. Empty lines are
  /// removed.
  private final Map<Line, Map<RequestKey, Instant>> lines = new HashMap<>();

  private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();

  public InFlight(
      Function<String, AgreedLimits.Limits> limits, InstantSource clock, MeterRegistry registry) {
    this.limits = limits;
    this.clock = clock;
    for (Priority priority : Priority.values()) {
      Gauge.builder("pq.signer.gateway.in.flight", this, all -> all.size(priority))
          .description("Accepted requests whose outcome has not been seen yet")
          .tag("priority", priority.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
  }

  /// Takes a place unless the custodian's are all taken.
  public Entry enter(RequestKey request, Priority priority) {
    return enter(request, priority, max(request.custodian(), priority));
  }

  /// Takes a place whatever the bound: for a command that was read and cannot be put back.
  public Entry admit(RequestKey request, Priority priority) {
    return enter(request, priority, Integer.MAX_VALUE);
  }

  private synchronized Entry enter(RequestKey request, Priority priority, int max) {
    Line line = new Line(request.custodian(), priority);
    Map<RequestKey, Instant> places = placesOf(line);
    if (places.containsKey(request)) {
      return Entry.HELD;
    }
    if (places.size() >= max) {
      return Entry.FULL;
    }
    lines.computeIfAbsent(line, _ -> new LinkedHashMap<>()).put(request, clock.instant());
    return Entry.TAKEN;
  }

  private Map<RequestKey, Instant> placesOf(Line line) {
    return lines.getOrDefault(line, Map.of());
  }

  /// Frees the request's place, if it holds one.
  public void leave(RequestKey request) {
    removed(new Place(request, Priority.INTERACTIVE));
    int left = removed(new Place(request, Priority.BULK));
    // Not only when it falls to that: the bound may have been raised meanwhile.
    if (left >= 0 && left <= low(max(request.custodian(), Priority.BULK))) {
      listeners.forEach(listener -> listener.accept(request.custodian()));
    }
  }

  /// How many places its line has left; -1 if it held none.
  private synchronized int removed(Place place) {
    Line line = new Line(place.request().custodian(), place.priority());
    Map<RequestKey, Instant> places = placesOf(line);
    if (!places.containsKey(place.request())) {
      return -1;
    }
    places.remove(place.request());
    if (places.isEmpty()) {
      lines.remove(line);
    }
    return places.size();
  }

  public boolean isFull(String custodian, Priority priority) {
    return size(custodian, priority) >= max(custodian, priority);
  }

  /// Whether so much was freed that reading on is worth it.
  public boolean hasRoom(String custodian, Priority priority) {
    return size(custodian, priority) <= low(max(custodian, priority));
  }

  /// Whether anybody may be waiting for an answer of this instance.
  public synchronized boolean anyInteractive() {
    return lines.keySet().stream().anyMatch(line -> line.priority() == Priority.INTERACTIVE);
  }

  private synchronized int size(Priority priority) {
    return lines.entrySet().stream()
        .filter(line -> line.getKey().priority() == priority)
        .mapToInt(line -> line.getValue().size())
        .sum();
  }

  private synchronized int size(String custodian, Priority priority) {
    return placesOf(new Line(custodian, priority)).size();
  }

  /// Calls back with a custodian's name whenever one of its bulk is done and there is room for
  /// more.
  public void onBulkRoom(Consumer<String> listener) {
    listeners.add(listener);
  }

  /// The longest held of the places that were taken before `then`.
  public synchronized List<Place> takenBefore(Instant then, int limit) {
    return lines.entrySet().stream()
        .flatMap(
            line ->
                line.getValue().entrySet().stream()
                    .takeWhile(place -> place.getValue().isBefore(then))
                    .map(place -> new Place(place.getKey(), line.getKey().priority())))
        .limit(limit)
        .toList();
  }

  /// The request is still unfinished: it is looked up again as late as if its place had been taken
  /// now.
  public synchronized void renew(Place place) {
    Map<RequestKey, Instant> places =
        placesOf(new Line(place.request().custodian(), place.priority()));
    if (places.containsKey(place.request())) {
      places.remove(place.request());
      places.put(place.request(), clock.instant());
    }
  }

  private int max(String custodian, Priority priority) {
    AgreedLimits.Limits agreed = limits.apply(custodian);
    return switch (priority) {
      case INTERACTIVE -> agreed.interactiveMax();
      case BULK -> agreed.bulkMax();
    };
  }

  /// Three quarters, so that a topic is not paused and resumed for every record.
  private static int low(int max) {
    return max - Math.max(1, max / 4);
  }
}
