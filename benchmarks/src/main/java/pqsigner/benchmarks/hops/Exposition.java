package pqsigner.benchmarks.hops;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What a process shows to Prometheus, or how much that grew.
record Exposition(Map<Series, Double> values) {
  private static final Pattern LINE =
      Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? (\\S+)");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

  static final Exposition NOTHING = new Exposition(Map.of());

  /// A number with its name.
  record Series(String name, Map<String, String> labels) {}

  /// How often, and how long all together.
  record Calls(double count, double seconds) {
    double mean() {
      return count == 0 ? 0 : seconds / count;
    }
  }

  Exposition {
    values = Map.copyOf(values);
  }

  static Exposition parse(String text) {
    Map<Series, Double> values = new HashMap<>();
    for (String line : text.lines().toList()) {
      Matcher matcher = LINE.matcher(line);
      if (matcher.matches()) {
        values.put(
            new Series(matcher.group(1), labels(matcher.group(2))), number(matcher.group(3)));
      }
    }
    return new Exposition(values);
  }

  private static Map<String, String> labels(String text) {
    return text == null
        ? Map.of()
        : LABEL
            .matcher(text)
            .results()
            .collect(Collectors.toUnmodifiableMap(label -> label.group(1), l -> l.group(2)));
  }

  private static double number(String text) {
    return switch (text) {
      case "+Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }

  /// What came since `earlier`.
  Exposition since(Exposition earlier) {
    Map<Series, Double> grown = new HashMap<>(values);
    earlier.values.forEach((series, value) -> grown.merge(series, -value, Double::sum));
    return new Exposition(grown);
  }

  Exposition plus(Exposition other) {
    Map<Series, Double> sum = new HashMap<>(values);
    other.values.forEach((series, value) -> sum.merge(series, value, Double::sum));
    return new Exposition(sum);
  }

  /// The sum of all series of this name with these labels, whatever else they are labelled.
  double sum(String name, Map<String, String> labels) {
    return values.entrySet().stream()
        .filter(entry -> entry.getKey().name.equals(name))
        .filter(entry -> entry.getKey().labels.entrySet().containsAll(labels.entrySet()))
        .mapToDouble(Map.Entry::getValue)
        .sum();
  }

  Calls calls(String timer, Map<String, String> labels) {
    return new Calls(sum(timer + "_seconds_count", labels), sum(timer + "_seconds_sum", labels));
  }

  Calls calls(String timer) {
    return calls(timer, Map.of());
  }
}
