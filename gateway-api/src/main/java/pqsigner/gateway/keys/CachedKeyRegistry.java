package pqsigner.gateway.keys;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Remembers for a short while keys that were found, never that one was not: a signature may be
/// asked for right after its key was made, on any gateway.
///
/// How long is how long another gateway's rotation or disabling may go unnoticed here. It counts
/// from before the read, since the store's answer may be that old when it arrives.
public final class CachedKeyRegistry implements KeyRegistry {

  private final KeyRegistry registry;
  private final InstantSource clock;
  private final Duration trustedFor;
  private final Map<Place, Remembered> keys;

  /// @param keysMax keys remembered; one takes about 8 KiB, most of it its birth attestation
  public CachedKeyRegistry(
      KeyRegistry registry, InstantSource clock, int keysMax, Duration trustedFor) {
    this.registry = registry;
    this.clock = clock;
    this.trustedFor = trustedFor;
    this.keys = leastRecentlyUsed(2 * keysMax);
  }

  @Override
  public Optional<RegisteredKey> current(String custodian, String userId) {
    Place current = new Place(custodian, userId, Place.CURRENT);
    Optional<RegisteredKey> known = remembered(current);
    if (known.isPresent()) {
      return known;
    }
    Instant asked = clock.instant();
    Optional<RegisteredKey> found = registry.current(custodian, userId);
    found.ifPresent(
        key -> {
          remember(current, key, asked);
          remember(new Place(custodian, userId, key.version()), key, asked);
        });
    return found;
  }

  @Override
  public Optional<RegisteredKey> newest(String custodian, String userId) {
    return registry.newest(custodian, userId);
  }

  @Override
  public Optional<RegisteredKey> find(String custodian, String userId, int version) {
    Place place = new Place(custodian, userId, version);
    Optional<RegisteredKey> known = remembered(place);
    if (known.isPresent()) {
      return known;
    }
    Instant asked = clock.instant();
    Optional<RegisteredKey> found = registry.find(custodian, userId, version);
    found.ifPresent(key -> remember(place, key, asked));
    return found;
  }

  @Override
  public List<RegisteredKey> versions(String custodian, String userId) {
    return registry.versions(custodian, userId);
  }

  @Override
  public KeyPage list(String custodian, KeyPage.Filter filter, @Nullable String cursor, int limit) {
    return registry.list(custodian, filter, cursor, limit);
  }

  @Override
  public Optional<RegisteredKey> enable(
      String custodian, String userId, int version, boolean enabled) {
    Optional<RegisteredKey> changed = registry.enable(custodian, userId, version, enabled);
    synchronized (keys) {
      keys.remove(new Place(custodian, userId, Place.CURRENT));
      keys.remove(new Place(custodian, userId, version));
    }
    return changed;
  }

  /// Keys that are remembered, by version and as the current one of a user.
  public int size() {
    synchronized (keys) {
      return keys.size();
    }
  }

  /// A clock that was set back makes nothing last longer.
  private Optional<RegisteredKey> remembered(Place place) {
    Instant now = clock.instant();
    synchronized (keys) {
      Remembered known = keys.get(place);
      return known != null
              && !now.isBefore(known.asked())
              && now.isBefore(known.asked().plus(trustedFor))
          ? Optional.of(known.key())
          : Optional.empty();
    }
  }

  private void remember(Place place, RegisteredKey key, Instant asked) {
    synchronized (keys) {
      keys.put(place, new Remembered(key, asked));
    }
  }

  private static <K, V> Map<K, V> leastRecentlyUsed(int max) {
    return new LinkedHashMap<>(16, 0.75f, true) {
      @Override
      protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > max;
      }
    };
  }

  /// @param version or [#CURRENT]
  private record Place(String custodian, String userId, int version) {
    private static final int CURRENT = 0;
  }

  private record Remembered(RegisteredKey key, Instant asked) {}
}
