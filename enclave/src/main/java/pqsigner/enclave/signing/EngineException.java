package pqsigner.enclave.signing;

/// An engine did what FIPS 204 does not allow for: it is broken, or its hardware is. Nothing of the
/// inputs is in the message.
public final class EngineException extends Exception {
  EngineException(String message) {
    super(message);
  }

  /// The class of the cause only: an engine's own text is not ours to vouch for.
  EngineException(String message, Exception cause) {
    super(message + ": " + cause.getClass().getSimpleName());
  }
}
