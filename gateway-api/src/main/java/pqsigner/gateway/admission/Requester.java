package pqsigner.gateway.admission;

import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pqsigner.gateway.ledger.Origin;

/// Who sent a command, how, and where the answer is to go.
///
/// @param custodian from the certificate or the topic, never from the command
/// @param replyPartition a partition of the replies topic that this instance owns, or -1 for any
/// @param traceparent W3C Trace Context, version 00; anything else counts as none
/// @param commandAt when the command was written to its topic, where it may be delivered again and
///   again; null for a call over HTTP, which nobody repeats but its caller
public record Requester(
    String custodian,
    Origin origin,
    int replyPartition,
    @Nullable String traceparent,
    @Nullable Instant commandAt) {

  private static final Pattern TRACEPARENT =
      Pattern.compile("00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

  public Requester {
    traceparent =
        traceparent != null && TRACEPARENT.matcher(traceparent).matches() ? traceparent : null;
  }

  public static Requester overHttp(
      String custodian, int replyPartition, @Nullable String traceparent) {
    return new Requester(custodian, Origin.HTTP, replyPartition, traceparent, null);
  }

  public static Requester overKafka(
      String custodian, int replyPartition, @Nullable String traceparent, Instant commandAt) {
    return new Requester(custodian, Origin.KAFKA, replyPartition, traceparent, commandAt);
  }

  /// Whether the command was written before `then`, and so says nothing about what came after it.
  boolean askedBefore(Instant then) {
    return commandAt != null && !commandAt.isAfter(then);
  }
}
