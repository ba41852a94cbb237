package pqsigner.cli;

import pqsigner.client.Problem;
import pqsigner.client.SignerException;
import pqsigner.client.SignerResult;
import pqsigner.events.ErrorCode;
import pqsigner.events.Retry;

/// What a command that ends with 1 says: a stable code, and what to do about it.
public record FailureReport(String code, String detail) {

  static FailureReport of(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    return switch (failure) {
      case CommandFailure known -> new FailureReport(known.code(), message);
      case SignerException.Refused refused -> of(refused.problem());
      case SignerException.Unfinished unfinished -> of(unfinished.result());
      case SignerException.CallFailed call -> new FailureReport(call.code(), message);
      default -> new FailureReport("internal", String.valueOf(failure));
    };
  }

  private static FailureReport of(SignerResult result) {
    String id = result.requestId();
    return switch (result) {
      case SignerResult.Pending(_, String state) ->
          new FailureReport(
              "no_answer",
              "request %s is %s; check it: pq-signer request %1$s".formatted(id, state));
      case SignerResult.Failed(_, Problem problem) ->
          new FailureReport(
              problem.code(),
              "request %s is FAILED, given up for now; %s"
                  .formatted(id, help(id, problem.retry())));
      case SignerResult.Refused(_, Problem problem) -> of(problem);
      case SignerResult.Conflict(_, Problem problem) -> of(problem);
      case SignerResult.TryLater(_, Problem problem, var after) ->
          new FailureReport(
              problem.code(),
              "%s; try again in %d s".formatted(of(problem).detail, after.toSeconds()));
      case SignerResult.Unknown(_, SignerException cause) ->
          new FailureReport(
              cause.code(),
              "%s%nThe request may have arrived. Send it again: --request-id %s"
                  .formatted(cause.getMessage(), id));
      case SignerResult.Signed _, SignerResult.Generated _ ->
          new FailureReport("malformed_answer", "the answer is not what was asked for");
    };
  }

  private static FailureReport of(Problem problem) {
    String detail =
        problem.detail().isEmpty()
            ? problem.known().map(ErrorCode::title).orElse("")
            : problem.detail();
    return new FailureReport(problem.code(), detail);
  }

  /// What helps a request that was given up.
  public static String help(String requestId, Retry retry) {
    return retry == Retry.SAME_REQUEST_ID
        ? "send it again to retry: --request-id " + requestId
        : "it has been retried as often as allowed; send it under a new request_id";
  }
}
