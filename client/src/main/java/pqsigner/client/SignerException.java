package pqsigner.client;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What keeps a caller from having an answer at all; answers are values, see [SignerResult].
public abstract sealed class SignerException extends RuntimeException {

  private SignerException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /// Stable, for scripts: the service's code where it gave one, else one of [CallFailed.Reason].
  public abstract String code();

  /// Whether the same call may succeed after a moment, with nobody changing anything.
  public abstract boolean isTransient();

  /// The request it is about; empty for a lookup and for a connection that was never opened.
  public abstract Optional<String> requestId();

  /// The service was not reached, or what answered did not speak the contract.
  public static final class CallFailed extends SignerException {
    private final Reason reason;
    private final @Nullable String requestId;

    public CallFailed(Reason reason, String message) {
      this(reason, message, null);
    }

    public CallFailed(Reason reason, String message, @Nullable Throwable cause) {
      this(reason, message, cause, null);
    }

    private CallFailed(
        Reason reason, String message, @Nullable Throwable cause, @Nullable String requestId) {
      super(message, cause);
      this.reason = reason;
      this.requestId = requestId;
    }

    /// The same failure, of this request.
    public CallFailed of(String id) {
      return new CallFailed(reason, String.valueOf(getMessage()), getCause(), id);
    }

    public Reason reason() {
      return reason;
    }

    @Override
    public String code() {
      return reason.code;
    }

    @Override
    public boolean isTransient() {
      return reason.passes;
    }

    @Override
    public Optional<String> requestId() {
      return Optional.ofNullable(requestId);
    }

    /// Why.
    public enum Reason {
      /// Nobody listens, or the connection broke.
      CONNECTION_FAILED("connection_failed", true),
      /// One side does not accept the other's certificate.
      TLS_REFUSED("tls_refused", false),
      /// The broker does not let this certificate use this topic.
      FORBIDDEN("forbidden", false),
      /// Time ran out, or the caller was interrupted or closed the client.
      NO_ANSWER("no_answer", true),
      /// An answer outside the contract, such as a proxy's page of HTML.
      MALFORMED_ANSWER("malformed_answer", true),
      /// More requests wait for their results than a client keeps track of.
      TOO_MANY_IN_FLIGHT("too_many_in_flight", true);

      private final String code;
      private final boolean passes;

      Reason(String code, boolean passes) {
        this.code = code;
        this.passes = passes;
      }

      public String code() {
        return code;
      }
    }
  }

  /// The service refused a lookup or an operator's call.
  public static final class Refused extends SignerException {
    private final transient Problem problem;

    public Refused(Problem problem) {
      super(problem.detail(), null);
      this.problem = problem;
    }

    public Problem problem() {
      return problem;
    }

    @Override
    public String code() {
      return problem.code();
    }

    @Override
    public boolean isTransient() {
      return problem.isTransient();
    }

    @Override
    public Optional<String> requestId() {
      return Optional.empty();
    }
  }

  /// A caller insisted on a signature or a key, and the request has none.
  public static final class Unfinished extends SignerException {
    private final transient SignerResult result;

    Unfinished(SignerResult result) {
      super("request " + result.requestId() + ": " + result.code(), null);
      this.result = result;
    }

    public SignerResult result() {
      return result;
    }

    @Override
    public String code() {
      return result.code();
    }

    @Override
    public boolean isTransient() {
      return result.isTransient();
    }

    @Override
    public Optional<String> requestId() {
      return Optional.of(result.requestId());
    }
  }
}
