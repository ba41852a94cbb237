package pqsigner.local.kms;

import java.util.Map;
import java.util.TreeMap;

/// How often each operation came and how it ended; `OK` or the name of an error.
public record CallCounts(Map<String, Map<String, Long>> byOperation) {

  public static final String OK = "OK";

  public CallCounts {
    Map<String, Map<String, Long>> copy = new TreeMap<>();
    byOperation.forEach((operation, outcomes) -> copy.put(operation, new TreeMap<>(outcomes)));
    byOperation = copy;
  }

  public long of(String operation, String outcome) {
    return byOperation.getOrDefault(operation, Map.of()).getOrDefault(outcome, 0L);
  }

  public long of(String operation) {
    return byOperation.getOrDefault(operation, Map.of()).values().stream()
        .mapToLong(Long::longValue)
        .sum();
  }
}
