package pqsigner.worker.config;

/// Makes an object of a class that is named in the configuration.
final class ConfiguredClass {
  private ConfiguredClass() {}

  /// @throws IllegalArgumentException when it cannot be made; the service does not start then
  static <T> T create(String className, Class<T> type) {
    try {
      return Class.forName(className).asSubclass(type).getConstructor().newInstance();
    } catch (ReflectiveOperationException | ClassCastException e) {
      throw new IllegalArgumentException(className + " is not a usable " + type.getName(), e);
    }
  }
}
