package pqsigner.client;

/// The process's environment variables, by the names that `local up` writes to `local.env`.
public final class Environment {
  private Environment() {}

  /// @throws IllegalArgumentException when it is not set
  public static String of(String name) {
    String value = System.getenv(name);
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException(name + " is not set");
    }
    return value;
  }
}
