package pqsigner.benchmarks.operations;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import pqsigner.benchmarks.Ratios;

/// Times as multiples of one of them. A machine that is shared is slower for a while and then
/// faster, so a ratio is taken within a round, and of the rounds the median is shown with the
/// lowest and the highest.
///
/// @param rounds time of each operation
/// @param unit the operation whose time is 1
record RatioTable(List<Map<String, Double>> rounds, String unit) {

  RatioTable {
    rounds = List.copyOf(rounds);
    if (rounds.isEmpty() || !rounds.stream().allMatch(round -> round.containsKey(unit))) {
      throw new IllegalArgumentException("not in every round: " + unit);
    }
  }

  /// Of an operation, in each round, lowest first.
  private List<Double> ratios(String operation) {
    List<Double> ratios = new ArrayList<>();
    for (Map<String, Double> round : rounds) {
      Double time = round.get(operation);
      Double one = round.get(unit);
      if (time != null && one != null) {
        ratios.add(time / one);
      }
    }
    ratios.sort(Double::compare);
    return ratios;
  }

  private Collection<String> operations() {
    Map<String, Boolean> inOrder = new LinkedHashMap<>();
    rounds.forEach(round -> round.keySet().forEach(operation -> inOrder.put(operation, true)));
    return inOrder.keySet();
  }

  String markdown() {
    StringBuilder table =
        new StringBuilder(
            "| operation | " + unit + " = 1 | lowest | highest |\n|---|---|---|---|\n");
    for (String operation : operations()) {
      List<Double> ratios = ratios(operation);
      table.append(
          "| %s | %s | %s | %s |\n"
              .formatted(
                  operation,
                  Ratios.text(median(ratios)),
                  Ratios.text(ratios.getFirst()),
                  Ratios.text(ratios.getLast())));
    }
    return table.toString();
  }

  private static double median(List<Double> sorted) {
    int half = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(half)
        : (sorted.get(half - 1) + sorted.get(half)) / 2;
  }
}
