package pqsigner.gateway.admission;

import java.util.Optional;

/// One field of a command as it arrived. An edge decodes (base64, UTF-8) and reports what it could
/// not read; whether that matters, and with which code, is decided by [CommandRules].
public sealed interface Field<T> {

  record Absent<T>() implements Field<T> {}

  record Given<T>(T value) implements Field<T> {}

  /// @param reason for the caller: says what is wrong, never repeats the value
  record Unreadable<T>(String reason) implements Field<T> {}

  static <T> Field<T> absent() {
    return new Absent<>();
  }

  static <T> Field<T> of(T value) {
    return new Given<>(value);
  }

  static <T> Field<T> unreadable(String reason) {
    return new Unreadable<>(reason);
  }

  default boolean isAbsent() {
    return this instanceof Absent;
  }

  /// The value, if there is a readable one.
  default Optional<T> given() {
    return this instanceof Given<T>(T value) ? Optional.of(value) : Optional.empty();
  }
}
