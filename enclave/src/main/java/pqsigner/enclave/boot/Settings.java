package pqsigner.enclave.boot;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Lines of `key = value`, read strictly: UTF-8, no key twice, no key unknown, no escapes. Each
/// value that is read, default or not, is noted in its canonical form; these notes are what is
/// measured.
final class Settings {
  static final int BYTES_MAX = 64 * 1024;

  private static final Pattern LINE = Pattern.compile("([a-z][a-z0-9.-]*) *= *(\\S(.*\\S)?)");
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");

  private final Map<String, String> unread;
  private final SortedMap<String, String> effective = new TreeMap<>();

  private Settings(Map<String, String> values) {
    this.unread = values;
  }

  static Settings parse(byte[] utf8) throws ConfigurationException {
    if (utf8.length > BYTES_MAX) {
      throw new ConfigurationException("more than " + BYTES_MAX + " bytes");
    }
    Map<String, String> values = new LinkedHashMap<>();
    int number = 0;
    for (String line : text(utf8).split("\n", -1)) {
      number++;
      String stripped = line.strip();
      if (stripped.isEmpty() || stripped.startsWith("#")) {
        continue;
      }
      Matcher matcher = LINE.matcher(stripped);
      if (!matcher.matches()) {
        throw new ConfigurationException("line " + number + " is not key = value");
      }
      if (values.put(matcher.group(1), matcher.group(2)) != null) {
        throw new ConfigurationException(matcher.group(1) + " is given twice");
      }
    }
    return new Settings(values);
  }

  private static String text(byte[] utf8) throws ConfigurationException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw new ConfigurationException("not UTF-8", e);
    }
  }

  /// A text that matches the pattern.
  ///
  /// @param otherwise null when the key must be given
  String text(String key, String pattern, @Nullable String otherwise)
      throws ConfigurationException {
    String value = take(key, otherwise);
    if (!value.matches(pattern)) {
      throw new ConfigurationException(key + " is not of the form " + pattern);
    }
    note(key, value);
    return value;
  }

  int number(String key, int min, int max, int otherwise) throws ConfigurationException {
    String value = take(key, Integer.toString(otherwise));
    if (!value.matches("[0-9]{1,9}")
        || Integer.parseInt(value) < min
        || Integer.parseInt(value) > max) {
      throw new ConfigurationException(key + " is not a number from " + min + " to " + max);
    }
    int number = Integer.parseInt(value);
    note(key, Integer.toString(number));
    return number;
  }

  /// A number with one of the units ms, s, m, h.
  Duration duration(String key, Duration min, Duration max, Duration otherwise)
      throws ConfigurationException {
    String value = take(key, otherwise.toMillis() + "ms");
    Matcher matcher = DURATION.matcher(value);
    Duration duration =
        matcher.matches() ? of(Long.parseLong(matcher.group(1)), matcher.group(2)) : null;
    if (duration == null || duration.compareTo(min) < 0 || duration.compareTo(max) > 0) {
      throw new ConfigurationException(
          key + " is not a duration from " + min.toMillis() + "ms to " + max.toMillis() + "ms");
    }
    note(key, duration.toMillis() + "ms");
    return duration;
  }

  /// Different names, separated by commas, each of them allowed.
  List<String> names(String key, List<String> allowed, List<String> otherwise)
      throws ConfigurationException {
    List<String> names =
        Stream.of(take(key, String.join(",", otherwise)).split(",", -1))
            .map(String::strip)
            .toList();
    if (!allowed.containsAll(names) || names.stream().distinct().count() != names.size()) {
      throw new ConfigurationException(key + " is not a list of " + allowed);
    }
    note(key, String.join(",", names));
    return names;
  }

  /// A value whose measured form is another than its text.
  String opaque(String key) throws ConfigurationException {
    return take(key, null);
  }

  void note(String key, String canonical) {
    effective.put(key, canonical);
  }

  /// What was read, sorted by key.
  SortedMap<String, String> effective() throws ConfigurationException {
    if (!unread.isEmpty()) {
      throw new ConfigurationException("unknown keys: " + unread.keySet());
    }
    return Collections.unmodifiableSortedMap(effective);
  }

  private String take(String key, @Nullable String otherwise) throws ConfigurationException {
    String value = unread.remove(key);
    if (value == null && otherwise == null) {
      throw new ConfigurationException(key + " is missing");
    }
    return value == null ? java.util.Objects.requireNonNull(otherwise) : value;
  }

  private static Duration of(long amount, String unit) {
    return switch (unit) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      default -> Duration.ofHours(amount);
    };
  }
}
