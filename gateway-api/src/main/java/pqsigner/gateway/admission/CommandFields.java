package pqsigner.gateway.admission;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A command as it arrived, whichever way it came, before any rule was applied. An edge decodes
/// (base64, UTF-8) and reports what it could not read; whether that matters, and with which code,
/// is decided by [CommandRules].
///
/// @param fault what is wrong with the command as a whole; the fields are then those before the
///   fault, so that the refusal can be addressed
public record CommandFields(Map<CommandField, Value> values, @Nullable Refusal fault) {

  /// One field that is there.
  public sealed interface Value {

    record Text(String text) implements Value {}

    record Bytes(byte[] bytes) implements Value {}

    record WholeNumber(long number) implements Value {}

    /// @param reason for the caller: says what is wrong, never repeats the value
    record Unreadable(String reason) implements Value {}
  }

  private static final CommandFields NONE =
      new CommandFields(new EnumMap<>(CommandField.class), null);

  public static CommandFields none() {
    return NONE;
  }

  public CommandFields with(CommandField field, Value value) {
    Map<CommandField, Value> more = new EnumMap<>(values);
    more.put(field, value);
    return new CommandFields(more, fault);
  }

  public CommandFields with(CommandField field, String text) {
    return with(field, new Value.Text(text));
  }

  /// The first fault counts.
  public CommandFields broken(Refusal why) {
    return fault == null ? new CommandFields(values, why) : this;
  }

  public boolean has(CommandField field) {
    return values.containsKey(field);
  }

  public @Nullable Value value(CommandField field) {
    return values.get(field);
  }

  /// The text of a field, if it is there and could be read.
  public Optional<String> text(CommandField field) {
    return values.get(field) instanceof Value.Text(String text)
        ? Optional.of(text)
        : Optional.empty();
  }
}
