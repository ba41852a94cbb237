package pqsigner.enclave.release;

/// The KMS's answer cannot be opened. One text for every reason, so that nobody learns from outside
/// whether it was the form, the key or the padding.
final class EnvelopeException extends Exception {
  EnvelopeException() {
    super("the envelope cannot be opened", null, false, false);
  }
}
