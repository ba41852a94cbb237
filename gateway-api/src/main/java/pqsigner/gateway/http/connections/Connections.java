package pqsigner.gateway.http.connections;

import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.LongSupplier;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/// The book of all connections: who holds how many, what each is doing and since when. It says
/// which to cut and cuts none itself; what it has given up is forgotten at once, so that a newcomer
/// never waits for the leaving of another.
///
/// An honest handshake takes milliseconds. When there are too many, the oldest one goes, which is
/// an attacker's for as long as the others finish before as many new ones have come as may be under
/// way.
///
/// @param <C> a connection
final class Connections<C> {

  /// Why a connection was cut.
  enum Cut {
    /// Its handshake took too long.
    HANDSHAKE_LATE,
    /// Its source, or all together, had too many handshakes under way.
    HANDSHAKES_FULL,
    /// The head of its request took too long.
    HEAD_LATE,
    /// Its request took too long.
    REQUEST_LATE,
    /// Its holder had too many.
    SHARE_FULL,
    /// All together had too many, and its holder most.
    AUTHENTICATED_FULL
  }

  private enum Doing {
    IDLE,
    READING_HEAD,
    WORKING
  }

  private record Handshake(Source source, long since) {}

  /// @param since when it fell idle, or when its request began
  private record Held(String holder, Doing doing, long since) {}

  private final ConnectionSettings limits;
  private final ToIntFunction<String> share;
  private final LongSupplier nanoTime;

  /// In the order of acceptance.
  private final SequencedMap<C, Handshake> handshakes = new LinkedHashMap<>();

  private final Map<Source, SequencedMap<C, Handshake>> bySource = new HashMap<>();
  private final Map<C, Held> held = new HashMap<>();

  /// In the order of what each connection did last.
  private final Map<String, SequencedMap<C, Held>> byHolder = new HashMap<>();

  private final Map<Cut, Long> cuts = new EnumMap<>(Cut.class);

  /// @param share connections that a holder may have
  Connections(ConnectionSettings limits, ToIntFunction<String> share, LongSupplier nanoTime) {
    this.limits = limits;
    this.share = share;
    this.nanoTime = nanoTime;
  }

  /// A connection was accepted and starts its handshake.
  ///
  /// @return the one to cut in its place, if there are too many
  synchronized Optional<C> accepted(C connection, Source source) {
    SequencedMap<C, Handshake> ofSource = bySource.getOrDefault(source, new LinkedHashMap<>());
    Optional<C> oldest = Optional.empty();
    if (ofSource.size() >= limits.handshakesPerSourceMax()) {
      oldest = Optional.of(ofSource.firstEntry().getKey());
    } else if (handshakes.size() >= limits.handshakesMax()) {
      oldest = Optional.of(handshakes.firstEntry().getKey());
    }
    oldest.ifPresent(cut -> forget(cut, Cut.HANDSHAKES_FULL));
    Handshake handshake = new Handshake(source, nanoTime.getAsLong());
    handshakes.put(connection, handshake);
    bySource.computeIfAbsent(source, _ -> new LinkedHashMap<>()).put(connection, handshake);
    return oldest;
  }

  /// What becomes of a connection that knows its holder.
  sealed interface Entry<C> {

    /// @param instead the one to cut in its place, if there are too many
    record Admitted<C>(Optional<C> instead) implements Entry<C> {}

    /// It is to be closed.
    record Refused<C>() implements Entry<C> {}
  }

  synchronized boolean isHandshaking(C connection) {
    return handshakes.containsKey(connection);
  }

  /// The handshake is through and has shown who holds the connection.
  synchronized Entry<C> authenticated(C connection, String holder) {
    if (!forget(connection)) {
      // It was cut as it finished.
      return new Entry.Refused<>();
    }
    Optional<C> instead = Optional.empty();
    if (size(holder) >= share.applyAsInt(holder)) {
      instead = longestIdle(holder);
      if (instead.isEmpty()) {
        count(Cut.SHARE_FULL);
        return new Entry.Refused<>();
      }
      forget(instead.get(), Cut.SHARE_FULL);
    } else if (held.size() >= limits.authenticatedMax()) {
      instead = leastMissed(holder);
      if (instead.isEmpty()) {
        count(Cut.AUTHENTICATED_FULL);
        return new Entry.Refused<>();
      }
      forget(instead.get(), Cut.AUTHENTICATED_FULL);
    }
    put(connection, new Held(holder, Doing.IDLE, nanoTime.getAsLong()));
    return new Entry.Admitted<>(instead);
  }

  /// There is something to read, or to do.
  ///
  /// @return false if it was cut meanwhile and is to be closed
  synchronized boolean works(C connection) {
    return now(connection, Doing.WORKING);
  }

  /// All that came was a part of a head. It does not begin anew with every byte.
  synchronized void readsHead(C connection) {
    now(connection, Doing.READING_HEAD);
  }

  synchronized void idles(C connection) {
    now(connection, Doing.IDLE);
  }

  private boolean now(C connection, Doing doing) {
    Held before = held.get(connection);
    if (before == null) {
      return false;
    }
    boolean goesOn = before.doing() != Doing.IDLE && doing != Doing.IDLE;
    long since = goesOn ? before.since() : nanoTime.getAsLong();
    put(connection, new Held(before.holder(), doing, since));
    return true;
  }

  synchronized void closed(C connection) {
    forget(connection);
  }

  /// All whose time is up, or whose holder has more than it may have by now, to be cut.
  synchronized List<C> late() {
    long now = nanoTime.getAsLong();
    Map<C, Cut> overdue = new LinkedHashMap<>();
    // In the order of acceptance: behind the first that has time left, all have.
    for (Map.Entry<C, Handshake> each : handshakes.entrySet()) {
      if (now - each.getValue().since() <= limits.handshakeTimeout().toNanos()) {
        break;
      }
      overdue.put(each.getKey(), Cut.HANDSHAKE_LATE);
    }
    held.forEach(
        (connection, what) -> {
          long took = now - what.since();
          switch (what.doing()) {
            case IDLE -> {}
            case READING_HEAD -> {
              if (took > limits.headTimeout().toNanos()) {
                overdue.put(connection, Cut.HEAD_LATE);
              }
            }
            case WORKING -> {
              if (took > limits.requestTimeout().toNanos()) {
                overdue.put(connection, Cut.REQUEST_LATE);
              }
            }
          }
        });
    byHolder.forEach(
        (holder, all) ->
            surplus(holder, all)
                .forEach(connection -> overdue.putIfAbsent(connection, Cut.SHARE_FULL)));
    overdue.forEach(this::forget);
    return List.copyOf(overdue.keySet());
  }

  /// There is some only when the share was lowered. What is at work is let finish.
  private Stream<C> surplus(String holder, SequencedMap<C, Held> all) {
    return all.entrySet().stream()
        .filter(each -> each.getValue().doing() != Doing.WORKING)
        .map(Map.Entry::getKey)
        .limit(Math.max(0, all.size() - share.applyAsInt(holder)));
  }

  synchronized int handshaking() {
    return handshakes.size();
  }

  /// Handshakes under way of the source that has most.
  synchronized int handshakingOfOneSource() {
    return bySource.values().stream().mapToInt(Map::size).max().orElse(0);
  }

  synchronized int authenticated() {
    return held.size();
  }

  synchronized int size(String holder) {
    SequencedMap<C, Held> all = byHolder.get(holder);
    return all == null ? 0 : all.size();
  }

  int share(String holder) {
    return share.applyAsInt(holder);
  }

  synchronized long cuts(Cut why) {
    return cuts.getOrDefault(why, 0L);
  }

  /// Of whoever holds most, the longest idle one; from somebody who holds more than the newcomer,
  /// even one at work.
  private Optional<C> leastMissed(String newcomer) {
    return byHolder.entrySet().stream()
        .max(Comparator.comparingInt(holder -> holder.getValue().size()))
        .flatMap(
            most ->
                longestIdle(most.getKey())
                    .or(
                        () ->
                            most.getValue().size() > size(newcomer)
                                ? Optional.of(most.getValue().firstEntry().getKey())
                                : Optional.empty()));
  }

  private Optional<C> longestIdle(String holder) {
    return byHolder.getOrDefault(holder, new LinkedHashMap<>()).entrySet().stream()
        .filter(each -> each.getValue().doing() != Doing.WORKING)
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private void put(C connection, Held what) {
    held.put(connection, what);
    byHolder.computeIfAbsent(what.holder(), _ -> new LinkedHashMap<>()).putLast(connection, what);
  }

  private void forget(C connection, Cut why) {
    forget(connection);
    count(why);
  }

  private void count(Cut why) {
    cuts.merge(why, 1L, Long::sum);
  }

  private boolean forget(C connection) {
    Handshake handshake = handshakes.remove(connection);
    if (handshake != null) {
      remove(bySource, handshake.source(), connection);
    }
    Held what = held.remove(connection);
    if (what != null) {
      remove(byHolder, what.holder(), connection);
    }
    return handshake != null;
  }

  private static <K, C, V> void remove(Map<K, SequencedMap<C, V>> all, K of, C connection) {
    all.computeIfPresent(
        of,
        (_, rest) -> {
          rest.remove(connection);
          return rest.isEmpty() ? null : rest;
        });
  }
}
