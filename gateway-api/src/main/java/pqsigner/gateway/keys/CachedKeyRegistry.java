package pqsigner.gateway.keys;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Remembers keys that were found, never that one was not: a signature may be asked for right after
/// its key was made, on any gateway.
///
/// A version never changes, so it stays valid for as long as there is room. Which version is the
/// newest is trusted for `currentFor` only.
public final class CachedKeyRegistry implements KeyRegistry {

  private final KeyRegistry registry;
  private final InstantSource clock;
  private final Duration currentFor;
  private final Map<Version, RegisteredKey> versions;
  private final Map<User, Current> currents;

  /// @param keysMax keys remembered; one takes about 8 KiB, most of it its birth attestation
  public CachedKeyRegistry(
      KeyRegistry registry, InstantSource clock, int keysMax, Duration currentFor) {
    this.registry = registry;
    this.clock = clock;
    this.currentFor = currentFor;
    this.versions = leastRecentlyUsed(keysMax);
    this.currents = leastRecentlyUsed(keysMax);
  }

  @Override
  public Optional<RegisteredKey> current(String custodian, String userId) {
    User user = new User(custodian, userId);
    Instant now = clock.instant();
    synchronized (currents) {
      Current current = currents.get(user);
      if (current != null && now.isBefore(current.until())) {
        return Optional.of(current.key());
      }
    }
    Optional<RegisteredKey> found = registry.current(custodian, userId);
    found.ifPresent(
        key -> {
          synchronized (currents) {
            currents.put(user, new Current(key, now.plus(currentFor)));
          }
        });
    return found;
  }

  @Override
  public Optional<RegisteredKey> find(String custodian, String userId, int version) {
    Version wanted = new Version(custodian, userId, version);
    synchronized (versions) {
      RegisteredKey known = versions.get(wanted);
      if (known != null) {
        return Optional.of(known);
      }
    }
    Optional<RegisteredKey> found = registry.find(custodian, userId, version);
    found.ifPresent(
        key -> {
          synchronized (versions) {
            versions.put(wanted, key);
          }
        });
    return found;
  }

  @Override
  public List<RegisteredKey> versions(String custodian, String userId) {
    return registry.versions(custodian, userId);
  }

  /// Keys that are remembered, by version and as the newest of a user.
  public int size() {
    synchronized (versions) {
      synchronized (currents) {
        return versions.size() + currents.size();
      }
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

  private record User(String custodian, String userId) {}

  private record Version(String custodian, String userId, int version) {}

  private record Current(RegisteredKey key, Instant until) {}
}
