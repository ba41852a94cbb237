package pqsigner.gateway.admission;

import org.jspecify.annotations.Nullable;
import pqsigner.gateway.ledger.Origin;

/// Who asks, and how the answer finds its way back.
///
/// @param custodian from the certificate or the topic, never from the command
/// @param replyPartition a partition of the replies topic that this instance owns, or -1 for any
/// @param traceparent W3C trace context, checked by the edge
public record Asker(
    String custodian, Origin origin, int replyPartition, @Nullable String traceparent) {}
