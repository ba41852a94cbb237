package pqsigner.gateway.admission;

import org.jspecify.annotations.Nullable;

/// What [CommandRules] says of a command.
public sealed interface CheckedCommand {

  record WellFormed(WellFormedRequest request) implements CheckedCommand {}

  /// @param requestId the id, if it is a valid one: the refusal is addressed to it
  record Malformed(Refusal refusal, @Nullable String requestId) implements CheckedCommand {}
}
