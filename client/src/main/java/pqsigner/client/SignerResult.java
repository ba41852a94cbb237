package pqsigner.client;

import tools.jackson.databind.node.ObjectNode;

/// What became of a request, as far as the caller knows.
public sealed interface SignerResult {

  /// @param body the fields of the contract's 200 answer, whichever way it came
  record Done(ObjectNode body) implements SignerResult {}

  /// Accepted and not finished; asking again, or the same request again, tells more.
  record Pending(String requestId, String state) implements SignerResult {}

  /// @param status of HTTP, or 0 when it came over Kafka
  record Refused(int status, String code, String detail) implements SignerResult {}

  /// Given up for now.
  ///
  /// @param retry what helps: `same_request_id` or `new_request_id`
  record Failed(String requestId, String code, String retry) implements SignerResult {
    /// What helps, in words.
    public String help() {
      return retry.equals("same_request_id")
          ? "the same request again puts it back to work: --request-id " + requestId
          : "it was put back to work as often as it may be: send it under a new request_id";
    }
  }

  /// The body of a finished request.
  ///
  /// @throws SignerException with the code when it was refused or failed, or `no_answer` while it
  ///   is pending
  default ObjectNode orFail() {
    return switch (this) {
      case Done(var body) -> body;
      case Pending(var id, var state) ->
          throw new SignerException(
              "no_answer",
              "request " + id + " is " + state + "; ask again: pq-signer request " + id);
      case Refused(_, var code, var detail) -> throw new SignerException(code, detail);
      case Failed failed ->
          throw new SignerException(
              failed.code,
              "request %s is FAILED, given up for now; %s"
                  .formatted(failed.requestId, failed.help()));
    };
  }
}
