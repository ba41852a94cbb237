package pqsigner.client;

import java.time.Duration;
import java.time.Instant;
import pqsigner.events.Algorithm;
import pqsigner.events.ErrorCode;

/// What became of a request, as far as its caller knows.
///
/// [Signed], [Generated] and [Conflict] are final, and [Refused] and [Failed] say in their problem
/// what helps. In every other case send the same request again, under the same id: nothing is ever
/// signed twice.
public sealed interface SignerResult {
  String requestId();

  /// The signature, over the message or mu of the request.
  record Signed(
      String requestId,
      String userId,
      Algorithm algorithm,
      int keyVersion,
      byte[] signature,
      Instant signedAt)
      implements SignerResult {}

  /// The key, made and registered.
  record Generated(RegisteredKey key) implements SignerResult {
    @Override
    public String requestId() {
      return key.requestId();
    }
  }

  /// Accepted, and the wait ended before the work did. The work goes on.
  ///
  /// @param state in the service's ledger, or `SENT` when only the broker has it so far
  record Pending(String requestId, String state) implements SignerResult {}

  /// Accepted, and given up for now. With [pqsigner.events.Retry#SAME_REQUEST_ID] the same request
  /// puts it back to work; with another it has been given up too many times.
  record Failed(String requestId, Problem problem) implements SignerResult {}

  /// Refused, or too late for its deadline.
  record Refused(String requestId, Problem problem) implements SignerResult {}

  /// The id was used before, for other content; that other request goes its way.
  record Conflict(String requestId, Problem problem) implements SignerResult {}

  /// Turned away before anything was recorded: too many requests from this custodian, or more work
  /// than the service can take right now.
  ///
  /// @param after how long to wait before the next attempt
  record TryLater(String requestId, Problem problem, Duration after) implements SignerResult {}

  /// Sent, but nobody knows whether it arrived: the connection broke, or what answered did not
  /// speak the contract.
  record Unknown(String requestId, SignerException cause) implements SignerResult {}

  /// Whether the same request, sent again after a moment, may bring more than this.
  default boolean isTransient() {
    return switch (this) {
      case Signed _, Generated _, Conflict _ -> false;
      case Pending _, TryLater _ -> true;
      case Failed failed -> failed.problem.isTransient();
      case Refused refused -> refused.problem.isTransient();
      case Unknown unknown -> unknown.cause.isTransient();
    };
  }

  /// The problem's code, or a word for what is none: `signed`, `generated`, `pending`.
  default String code() {
    return switch (this) {
      case Signed _ -> "signed";
      case Generated _ -> "generated";
      case Pending _ -> "pending";
      case Failed failed -> failed.problem.code();
      case Refused refused -> refused.problem.code();
      case Conflict conflict -> conflict.problem.code();
      case TryLater later -> later.problem.code();
      case Unknown unknown -> unknown.cause.code();
    };
  }

  /// Whether it was refused or given up with this code.
  default boolean is(ErrorCode code) {
    return code().equals(code.code());
  }

  /// @throws SignerException.Unfinished unless it is signed
  default Signed requireSigned() {
    if (this instanceof Signed signed) {
      return signed;
    }
    throw new SignerException.Unfinished(this);
  }

  /// @throws SignerException.Unfinished unless the key is made
  default RegisteredKey requireKey() {
    if (this instanceof Generated(var key)) {
      return key;
    }
    throw new SignerException.Unfinished(this);
  }
}
