package pqsigner.events.wire;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The `max` entries used last. A value is computed outside the lock, so two threads may compute
/// the same one; what is cached here never differs.
final class BoundedCache<K, V> {
  private final Map<K, V> entries;

  BoundedCache(int max) {
    this.entries =
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > max;
          }
        };
  }

  @Nullable V get(K key) {
    synchronized (entries) {
      return entries.get(key);
    }
  }

  void put(K key, V value) {
    synchronized (entries) {
      entries.put(key, value);
    }
  }

  void remove(K key) {
    synchronized (entries) {
      entries.remove(key);
    }
  }

  int size() {
    synchronized (entries) {
      return entries.size();
    }
  }
}
