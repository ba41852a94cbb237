package pqsigner.cli.request;

import pqsigner.cli.CommandFailure;
import tools.jackson.databind.node.ObjectNode;

/// What became of a request, as far as the caller knows.
public sealed interface Outcome {

  /// @param body the fields of the contract's 200 answer, whichever way it came
  record Done(ObjectNode body) implements Outcome {}

  /// Accepted and not finished; asking again, or the same request again, tells more.
  record Pending(String requestId, String state) implements Outcome {}

  /// @param status of HTTP, or 0 when it came over Kafka
  record Refused(int status, String code, String detail) implements Outcome {}

  /// The body of a finished request.
  ///
  /// @throws CommandFailure with the code when it was refused, or `no_answer` while it is pending
  default ObjectNode orFail() {
    return switch (this) {
      case Done(var body) -> body;
      case Pending(var id, var state) ->
          throw new CommandFailure(
              "no_answer",
              "request " + id + " is " + state + "; ask again: pq-signer request " + id);
      case Refused(_, var code, var detail) -> throw new CommandFailure(code, detail);
    };
  }
}
