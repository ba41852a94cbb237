package pqsigner.protocol;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How the enclave is doing, in numbers, since nothing else may leave it: its calls to the KMS
/// since it booted, and how much of each bounded resource is in use.
///
/// In a frame: `u8` count of KMS entries, each `u8` operation, `u8` refusal or 0, `i64` calls,
/// `i64` microseconds; then `u8` count of usages, each `u8` resource, `i64` used, `i64` limit.
/// Entries ascend by their first bytes without repetition, and no number is negative.
///
/// @param kms only what occurred
public record EnclaveStats(List<KmsCalls> kms, List<Usage> usages) {
  /// Of an enclave that has not booted yet.
  public static final EnclaveStats NONE = new EnclaveStats(List.of(), List.of());

  /// The KMS operations that take a Recipient and that the enclave uses.
  public enum Operation implements WireCode {
    GENERATE_DATA_KEY(1),
    DECRYPT(2);

    private final int wire;

    Operation(int wire) {
      this.wire = wire;
    }

    @Override
    public int wire() {
      return wire;
    }
  }

  /// @param refusal null for calls that released a data key
  /// @param micros from request to answer, summed over all calls
  public record KmsCalls(Operation operation, @Nullable Refusal refusal, long calls, long micros) {

    private int refusalCode() {
      return refusal == null ? 0 : refusal.wire();
    }
  }

  /// What is bounded inside.
  public enum Resource implements WireCode {
    /// Keys being made or open, and jobs that wait for their turn.
    JOBS(1),
    /// Data keys on lease.
    LEASES(2),
    /// Recipient key pairs made ahead of use; here empty is bad.
    RECIPIENT_PAIRS(3),
    CONNECTIONS(4);

    private final int wire;

    Resource(int wire) {
      this.wire = wire;
    }

    @Override
    public int wire() {
      return wire;
    }
  }

  public record Usage(Resource resource, long used, long limit) {}

  public EnclaveStats {
    kms = List.copyOf(kms);
    usages = List.copyOf(usages);
  }

  static EnclaveStats read(BodyReader in) throws ProtocolException {
    List<KmsCalls> kms = new ArrayList<>();
    int last = 0;
    for (int left = in.u8(); left > 0; left--) {
      Operation operation = in.code(Operation.values());
      int refusal = in.u8();
      last = ascending(last, operation.wire << 8 | refusal);
      kms.add(
          new KmsCalls(
              operation,
              refusal == 0 ? null : BodyReader.coded(Refusal.values(), refusal),
              in.natural(),
              in.natural()));
    }
    List<Usage> usages = new ArrayList<>();
    last = 0;
    for (int left = in.u8(); left > 0; left--) {
      Resource resource = in.code(Resource.values());
      last = ascending(last, resource.wire);
      usages.add(new Usage(resource, in.natural(), in.natural()));
    }
    return new EnclaveStats(kms, usages);
  }

  private static int ascending(int last, int next) throws ProtocolException {
    if (next <= last) {
      throw new ProtocolException("entries out of order");
    }
    return next;
  }

  void write(BodyWriter out) {
    out.u8(kms.size());
    kms.forEach(k -> out.u8(k.operation.wire).u8(k.refusalCode()).i64(k.calls).i64(k.micros));
    out.u8(usages.size());
    usages.forEach(u -> out.u8(u.resource.wire).i64(u.used).i64(u.limit));
  }
}
