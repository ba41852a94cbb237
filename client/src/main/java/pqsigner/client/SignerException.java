package pqsigner.client;

/// What keeps a caller from having an answer at all; answers are values, see [SignerResult].
public abstract sealed class SignerException extends RuntimeException {

  private SignerException(String message, Throwable cause) {
    super(message, cause);
  }

  private SignerException(String message) {
    super(message);
  }

  /// Stable, for scripts: the service's code where it gave one, else one of [CallFailed.Reason].
  public abstract String code();

  /// The service was not reached, or what answered did not speak the contract.
  public static final class CallFailed extends SignerException {
    private final Reason reason;

    public CallFailed(Reason reason, String message) {
      super(message);
      this.reason = reason;
    }

    public CallFailed(Reason reason, String message, Throwable cause) {
      super(message, cause);
      this.reason = reason;
    }

    public Reason reason() {
      return reason;
    }

    @Override
    public String code() {
      return reason.code;
    }

    /// Why.
    public enum Reason {
      /// Nobody listens, or the connection broke.
      CONNECTION_FAILED("connection_failed"),
      /// One side does not accept the other's certificate.
      TLS_REFUSED("tls_refused"),
      /// The broker does not let this certificate use this topic.
      FORBIDDEN("forbidden"),
      /// Time ran out, or the caller was interrupted or closed the client.
      NO_ANSWER("no_answer"),
      /// An answer outside the contract, such as a proxy's page of HTML.
      MALFORMED_ANSWER("malformed_answer"),
      /// More requests wait for their results than a client keeps track of.
      TOO_MANY_IN_FLIGHT("too_many_in_flight");

      private final String code;

      Reason(String code) {
        this.code = code;
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
      super(problem.detail());
      this.problem = problem;
    }

    public Problem problem() {
      return problem;
    }

    @Override
    public String code() {
      return problem.code();
    }
  }

  /// A caller insisted on a signature or a key, and the request has none.
  public static final class Unfinished extends SignerException {
    private final transient SignerResult result;

    Unfinished(SignerResult result) {
      super("request " + result.requestId() + ": " + result.code());
      this.result = result;
    }

    public SignerResult result() {
      return result;
    }

    @Override
    public String code() {
      return result.code();
    }
  }
}
