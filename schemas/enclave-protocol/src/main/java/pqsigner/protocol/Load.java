package pqsigner.protocol;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How the enclave is doing, in numbers, since nothing else may leave it: what it asked of the KMS
/// since it booted, and how full its bounded rooms are.
///
/// In a frame: `u8` count of KMS entries, each `u8` operation, `u8` refusal or 0, `i64` calls,
/// `i64` microseconds; then `u8` count of rooms, each `u8` room, `i64` used, `i64` bound. Entries
/// ascend by their first bytes, none is there twice, and no number is negative.
///
/// @param kms only what occurred
public record Load(List<KmsCalls> kms, List<Fill> fills) {
  /// Of an enclave that has not booted yet.
  public static final Load NONE = new Load(List.of(), List.of());

  /// The KMS operations that take a Recipient and that the enclave uses.
  public enum Operation {
    GENERATE_DATA_KEY(1),
    DECRYPT(2);

    private final int wire;

    Operation(int wire) {
      this.wire = wire;
    }

    int wire() {
      return wire;
    }

    static Operation ofWire(int wire) throws ProtocolException {
      for (Operation operation : values()) {
        if (operation.wire == wire) {
          return operation;
        }
      }
      throw new ProtocolException("unknown KMS operation " + wire);
    }
  }

  /// @param refusal null for calls that released a data key
  /// @param micros all of them together took, from request to answer
  public record KmsCalls(Operation operation, @Nullable Refusal refusal, long calls, long micros) {

    private int order() {
      return operation.wire << 8 | (refusal == null ? 0 : refusal.wire());
    }
  }

  /// What is bounded inside.
  public enum Room {
    /// Keys being made or open, and jobs that wait for their turn.
    JOBS(1),
    /// Data keys on lease.
    LEASES(2),
    /// Recipient key pairs made ahead; empty is bad here.
    RECIPIENT_PAIRS(3),
    CONNECTIONS(4);

    private final int wire;

    Room(int wire) {
      this.wire = wire;
    }

    int wire() {
      return wire;
    }

    static Room ofWire(int wire) throws ProtocolException {
      for (Room room : values()) {
        if (room.wire == wire) {
          return room;
        }
      }
      throw new ProtocolException("unknown room " + wire);
    }
  }

  public record Fill(Room room, long used, long max) {}

  public Load {
    kms = List.copyOf(kms);
    fills = List.copyOf(fills);
  }

  static Load read(BodyReader in) throws ProtocolException {
    List<KmsCalls> kms = new ArrayList<>();
    int last = 0;
    for (int left = in.u8(); left > 0; left--) {
      Operation operation = Operation.ofWire(in.u8());
      int refusal = in.u8();
      KmsCalls calls =
          new KmsCalls(
              operation, refusal == 0 ? null : Refusal.ofWire(refusal), in.natural(), in.natural());
      last = ascending(last, calls.order());
      kms.add(calls);
    }
    List<Fill> fills = new ArrayList<>();
    last = 0;
    for (int left = in.u8(); left > 0; left--) {
      Fill fill = new Fill(Room.ofWire(in.u8()), in.natural(), in.natural());
      last = ascending(last, fill.room.wire);
      fills.add(fill);
    }
    return new Load(kms, fills);
  }

  private static int ascending(int last, int next) throws ProtocolException {
    if (next <= last) {
      throw new ProtocolException("entries out of order");
    }
    return next;
  }

  void write(BodyWriter out) {
    out.u8(kms.size());
    for (KmsCalls calls : kms) {
      out.u8(calls.operation.wire)
          .u8(calls.refusal == null ? 0 : calls.refusal.wire())
          .i64(calls.calls)
          .i64(calls.micros);
    }
    out.u8(fills.size());
    fills.forEach(fill -> out.u8(fill.room.wire).i64(fill.used).i64(fill.max));
  }
}
