package pqsigner.gateway.keys;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

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
    return versions(custodian, userId).stream().reduce((_, later) -> later);
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
