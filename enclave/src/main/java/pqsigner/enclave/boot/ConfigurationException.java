package pqsigner.enclave.boot;

/// The configuration cannot be used; the message names the key and the rule.
public final class ConfigurationException extends Exception {
  ConfigurationException(String message) {
    super(message);
  }

  ConfigurationException(String message, Exception cause) {
    super(message, cause);
  }
}
