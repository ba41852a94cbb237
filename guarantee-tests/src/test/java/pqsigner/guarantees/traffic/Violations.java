package pqsigner.guarantees.traffic;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/// What broke a guarantee. Safe for use by several threads.
public final class Violations {
  private final Map<Guarantee, Queue<String>> all = new ConcurrentHashMap<>();

  public void add(Guarantee guarantee, String what) {
    all.computeIfAbsent(guarantee, _ -> new ConcurrentLinkedQueue<>()).add(what);
  }

  public void unless(boolean holds, Guarantee guarantee, String what) {
    if (!holds) {
      add(guarantee, what);
    }
  }

  public int count(Guarantee guarantee) {
    return all.getOrDefault(guarantee, new ConcurrentLinkedQueue<>()).size();
  }

  /// Each with its guarantee, for a failed assertion.
  public List<String> list() {
    return all.entrySet().stream()
        .flatMap(entry -> entry.getValue().stream().map(what -> entry.getKey() + ": " + what))
        .toList();
  }
}
