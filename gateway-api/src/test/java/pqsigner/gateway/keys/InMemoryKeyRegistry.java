package pqsigner.gateway.keys;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The key registry's twin in memory.
public final class InMemoryKeyRegistry implements KeyRegistry {

  private final Map<Place, RegisteredKey> keys = new ConcurrentHashMap<>();

  private record Place(String custodian, String userId, int version) {}

  /// Whether the place was free.
  public boolean register(RegisteredKey key) {
    return keys.putIfAbsent(new Place(key.custodian(), key.userId(), key.version()), key) == null;
  }

  @Override
  public Optional<RegisteredKey> current(String custodian, String userId) {
    return versions(custodian, userId).reversed().stream()
        .filter(key -> key.state().enabled())
        .findFirst()
        .or(() -> newest(custodian, userId));
  }

  @Override
  public Optional<RegisteredKey> newest(String custodian, String userId) {
    return versions(custodian, userId).stream().reduce((_, later) -> later);
  }

  @Override
  public KeyPage list(String custodian, KeyPage.Filter filter, @Nullable String cursor, int limit) {
    KeyCursor from = KeyCursor.of(cursor);
    List<KeyPage.Listed> left =
        keys.values().stream()
            .filter(key -> key.custodian().equals(custodian))
            .filter(key -> filter.algorithm() == null || filter.algorithm() == key.algorithm())
            .filter(key -> filter.enabled() == null || filter.enabled() == key.state().enabled())
            .sorted(
                Comparator.comparing(RegisteredKey::userId)
                    .thenComparingInt(RegisteredKey::version))
            .filter(key -> from == null || isAfter(key, from))
            .map(InMemoryKeyRegistry::listed)
            .toList();
    List<KeyPage.Listed> page = left.subList(0, Math.min(limit, left.size()));
    return new KeyPage(
        page,
        page.size() == left.size()
            ? null
            : new KeyCursor(page.getLast().userId(), page.getLast().version()).text());
  }

  private static boolean isAfter(RegisteredKey key, KeyCursor cursor) {
    int users = key.userId().compareTo(cursor.userId());
    return users > 0 || (users == 0 && key.version() > cursor.version());
  }

  private static KeyPage.Listed listed(RegisteredKey key) {
    return new KeyPage.Listed(
        key.userId(),
        key.version(),
        key.algorithm(),
        PublicKeySpki.fingerprint(key.algorithm(), key.publicKey()),
        key.state(),
        key.createdAt());
  }

  @Override
  public Optional<RegisteredKey> enable(
      String custodian, String userId, int version, boolean enabled) {
    return Optional.ofNullable(
        keys.computeIfPresent(
            new Place(custodian, userId, version),
            (_, key) -> key.in(key.state().changedTo(enabled))));
  }

  @Override
  public Optional<RegisteredKey> find(String custodian, String userId, int version) {
    return Optional.ofNullable(keys.get(new Place(custodian, userId, version)));
  }

  @Override
  public List<RegisteredKey> versions(String custodian, String userId) {
    return keys.values().stream()
        .filter(key -> key.custodian().equals(custodian) && key.userId().equals(userId))
        .sorted(Comparator.comparingInt(RegisteredKey::version))
        .toList();
  }
}
