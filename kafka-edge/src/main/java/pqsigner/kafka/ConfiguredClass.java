package pqsigner.kafka;

/// Makes an object of a class that is named in the configuration.
public final class ConfiguredClass {
  private ConfiguredClass() {}

  /// @throws IllegalArgumentException when it cannot be made; the service does not start then
  public static <T> T create(String className, Class<T> type) {
    try {
      return Class.forName(className).asSubclass(type).getConstructor().newInstance();
    } catch (ReflectiveOperationException | ClassCastException e) {
      throw new IllegalArgumentException(className + " is not a usable " + type.getName(), e);
    }
  }
}
