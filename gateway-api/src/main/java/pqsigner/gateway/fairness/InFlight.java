package pqsigner.gateway.fairness;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import pqsigner.events.Priority;

/// Requests that this instance accepted and whose outcome it has not seen recorded, by custodian
/// and priority.
///
/// A place is taken *before* a request is recorded, so that no outcome can come too early to free
/// it. It is freed when the outcome passes here. An outcome that another instance records does not;
/// therefore places that are old are looked up in the ledger now and then ([#takenBefore]).
public final class InFlight {

  /// What became of the wish for a place.
  public enum Entry {
    TAKEN,
    /// This request has one already.
    HELD,
    FULL
  }

  /// A request that holds a place.
  public record Place(String custodian, Priority priority, String requestId) {}

  private record Line(String custodian, Priority priority) {}

  private final Function<String, FairnessSettings.Limits> limits;
  private final InstantSource clock;
  private final ConcurrentMap<Line, Map<String, Instant>> lines = new ConcurrentHashMap<>();
  private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();

  public InFlight(
      Function<String, FairnessSettings.Limits> limits,
      InstantSource clock,
      MeterRegistry registry) {
    this.limits = limits;
    this.clock = clock;
    for (Priority priority : Priority.values()) {
      Gauge.builder("pq.signer.gateway.in.flight", this, all -> all.size(priority))
          .description("Accepted requests whose outcome was not seen yet")
          .tag("priority", priority.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
  }

  /// Takes a place unless the custodian's are all taken.
  public Entry enter(String custodian, Priority priority, String requestId) {
    return enter(custodian, priority, requestId, max(custodian, priority));
  }

  /// Takes a place whatever the bound: for a command that was read and cannot be put back.
  public Entry admit(String custodian, Priority priority, String requestId) {
    return enter(custodian, priority, requestId, Integer.MAX_VALUE);
  }

  private Entry enter(String custodian, Priority priority, String requestId, int max) {
    Entry[] entry = {Entry.FULL};
    lines.compute(
        new Line(custodian, priority),
        (_, present) -> {
          Map<String, Instant> places = present == null ? new LinkedHashMap<>() : present;
          if (places.containsKey(requestId)) {
            entry[0] = Entry.HELD;
          } else if (places.size() < max) {
            places.put(requestId, clock.instant());
            entry[0] = Entry.TAKEN;
          }
          return places.isEmpty() ? null : places;
        });
    return entry[0];
  }

  /// Frees the request's place, if it holds one.
  public void leave(String custodian, String requestId) {
    leave(new Place(custodian, Priority.INTERACTIVE, requestId));
    leave(new Place(custodian, Priority.BULK, requestId));
  }

  private void leave(Place place) {
    boolean[] roomAgain = {false};
    int low = low(max(place.custodian(), place.priority()));
    lines.computeIfPresent(
        new Line(place.custodian(), place.priority()),
        (_, places) -> {
          if (places.remove(place.requestId()) != null) {
            roomAgain[0] = places.size() == low;
          }
          return places.isEmpty() ? null : places;
        });
    if (roomAgain[0] && place.priority() == Priority.BULK) {
      listeners.forEach(listener -> listener.accept(place.custodian()));
    }
  }

  public boolean isFull(String custodian, Priority priority) {
    return size(custodian, priority) >= max(custodian, priority);
  }

  /// Whether so much was freed that reading on is worth it.
  public boolean hasRoom(String custodian, Priority priority) {
    return size(custodian, priority) <= low(max(custodian, priority));
  }

  /// Whether anybody may be waiting for an answer of this instance.
  public boolean anyInteractive() {
    return lines.keySet().stream().anyMatch(line -> line.priority() == Priority.INTERACTIVE);
  }

  private int size(Priority priority) {
    return lines.keySet().stream()
        .filter(line -> line.priority() == priority)
        .mapToInt(line -> size(line.custodian(), priority))
        .sum();
  }

  private int size(String custodian, Priority priority) {
    int[] size = {0};
    lines.computeIfPresent(
        new Line(custodian, priority),
        (_, places) -> {
          size[0] = places.size();
          return places;
        });
    return size[0];
  }

  /// Calls back with a custodian's name when its bulk has room again after it was full.
  public void onBulkRoom(Consumer<String> listener) {
    listeners.add(listener);
  }

  /// The longest held of the places that were taken before `then`.
  public List<Place> takenBefore(Instant then, int limit) {
    List<Place> old = new ArrayList<>();
    for (Line line : lines.keySet()) {
      lines.computeIfPresent(
          line,
          (_, places) -> {
            // In the order of taking, so the first that is young ends it.
            for (Map.Entry<String, Instant> place : places.entrySet()) {
              if (old.size() >= limit || !place.getValue().isBefore(then)) {
                break;
              }
              old.add(new Place(line.custodian(), line.priority(), place.getKey()));
            }
            return places;
          });
    }
    return old;
  }

  /// It is still unfinished: looked at again as late as a place that is taken now.
  public void renew(Place place) {
    lines.computeIfPresent(
        new Line(place.custodian(), place.priority()),
        (_, places) -> {
          if (places.remove(place.requestId()) != null) {
            places.put(place.requestId(), clock.instant());
          }
          return places;
        });
  }

  private int max(String custodian, Priority priority) {
    FairnessSettings.Limits agreed = limits.apply(custodian);
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
