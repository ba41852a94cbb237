package pqsigner.gateway.admission;

import org.jspecify.annotations.Nullable;
import pqsigner.gateway.ledger.Request;

/// What [CommandRules] says of a command.
public sealed interface CheckedCommand {

  /// @param request obeys every rule that can be checked without asking a store
  record WellFormed(Request request) implements CheckedCommand {}

  /// @param requestId the id, if it is a valid one: the refusal is addressed to it
  record Malformed(Refusal refusal, @Nullable String requestId) implements CheckedCommand {}
}
