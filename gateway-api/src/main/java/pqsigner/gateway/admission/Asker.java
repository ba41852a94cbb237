package pqsigner.gateway.admission;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import pqsigner.gateway.ledger.Origin;

/// Who asks, and how the answer finds its way back.
///
/// @param custodian from the certificate or the topic, never from the command
/// @param replyPartition a partition of the replies topic that this instance owns, or -1 for any
/// @param traceparent W3C trace context, checked by the edge
/// @param commandAt when the command was written to its topic, where it may be delivered again and
///   again; null for a call over HTTP, which nobody repeats but its caller
public record Asker(
    String custodian,
    Origin origin,
    int replyPartition,
    @Nullable String traceparent,
    @Nullable Instant commandAt) {

  /// Over HTTP.
  public static Asker caller(String custodian, int replyPartition, @Nullable String traceparent) {
    return new Asker(custodian, Origin.HTTP, replyPartition, traceparent, null);
  }

  /// Whether what is asked was asked before `then`, and tells nothing about what came after it.
  boolean askedBefore(Instant then) {
    return commandAt != null && !commandAt.isAfter(then);
  }
}
