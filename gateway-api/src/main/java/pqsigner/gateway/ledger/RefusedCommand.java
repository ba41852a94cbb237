package pqsigner.gateway.ledger;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import pqsigner.events.Algorithm;

/// A command that is finished on arrival: refused, or too late. Over Kafka every readable
/// request_id gets exactly one result, so even this is recorded before it is published.
///
/// @param type as far as it could be read, like `userId` and `algorithm`
/// @param outcome [Outcome.Refused] or [Outcome.Expired]
public record RefusedCommand(
    String custodian,
    String requestId,
    byte[] digest,
    @Nullable RequestType type,
    @Nullable String userId,
    @Nullable Algorithm algorithm,
    @Nullable Instant deadline,
    @Nullable String traceparent,
    Outcome outcome) {

  public RefusedCommand {
    if (!(outcome instanceof Outcome.Refused || outcome instanceof Outcome.Expired)) {
      throw new IllegalArgumentException("a refused command is refused or expired");
    }
  }
}
