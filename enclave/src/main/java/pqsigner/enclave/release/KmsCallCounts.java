package pqsigner.enclave.release;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import pqsigner.protocol.EnclaveStats.KmsCalls;
import pqsigner.protocol.EnclaveStats.Operation;
import pqsigner.protocol.Refusal;

/// How often the KMS was asked since boot, how it ended, and how long it took. The parent sees the
/// same traffic pass through its vsock-proxy, only not what became of it.
final class KmsCallCounts {
  private final Map<Operation, KmsCalls> released = new EnumMap<>(Operation.class);
  private final Map<Operation, Map<Refusal, KmsCalls>> refused = new EnumMap<>(Operation.class);

  /// @param refusal null when a data key was released
  synchronized void ended(Operation operation, @Nullable Refusal refusal, Duration took) {
    KmsCalls one =
        new KmsCalls(operation, refusal, 1, TimeUnit.NANOSECONDS.toMicros(took.toNanos()));
    if (refusal == null) {
      released.merge(operation, one, KmsCallCounts::sum);
    } else {
      refused
          .computeIfAbsent(operation, _ -> new EnumMap<>(Refusal.class))
          .merge(refusal, one, KmsCallCounts::sum);
    }
  }

  /// Only what occurred, in the order of the wire.
  synchronized List<KmsCalls> all() {
    List<KmsCalls> all = new ArrayList<>();
    for (Operation operation : Operation.values()) {
      KmsCalls good = released.get(operation);
      if (good != null) {
        all.add(good);
      }
      all.addAll(refused.getOrDefault(operation, Map.of()).values());
    }
    return all;
  }

  private static KmsCalls sum(KmsCalls a, KmsCalls b) {
    return new KmsCalls(a.operation(), a.refusal(), a.calls() + b.calls(), a.micros() + b.micros());
  }
}
