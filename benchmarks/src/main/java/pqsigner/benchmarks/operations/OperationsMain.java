package pqsigner.benchmarks.operations;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import pqsigner.benchmarks.Machine;

/// Runs every benchmark in rounds and prints their ratios: `OperationsMain FOLDER ROUNDS`.
public final class OperationsMain {

  /// The operation that nobody can do without.
  static final String UNIT = "sign, ML-DSA-65, " + SignBenchmark.CONSCRYPT;

  private OperationsMain() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    int rounds = Integer.parseInt(arguments[1]);
    String machine = Machine.now();
    List<Map<String, Double>> times = new ArrayList<>();
    for (int round = 1; round <= rounds; round++) {
      System.out.printf("operations: round %d of %d%n", round, rounds);
      times.add(run(folder.resolve("operations-" + round + ".json")));
    }
    String page =
        String.format(
            Locale.ROOT,
            "%s; %d rounds, load %.1f at the end%n%n%s",
            machine,
            rounds,
            Machine.load(),
            new RatioTable(times, UNIT).markdown());
    Files.writeString(folder.resolve("operations.md"), page);
    System.out.println(page);
  }

  private static Map<String, Double> run(Path report) throws RunnerException {
    Map<String, Double> times = new TreeMap<>();
    Collection<RunResult> results = new Runner(Operations.round(report)).run();
    for (RunResult result : results) {
      times.put(label(result.getParams()), result.getPrimaryResult().getScore());
    }
    return times;
  }

  /// `sign, ML-DSA-65, Conscrypt` of `pqsigner...SignBenchmark.sign` and its parameters.
  static String label(BenchmarkParams benchmark) {
    String method = benchmark.getBenchmark();
    String words =
        method
            .substring(method.lastIndexOf('.') + 1)
            .replaceAll("(?<=[a-z])(?=[A-Z0-9])", " ")
            .toLowerCase(Locale.ROOT);
    return Stream.concat(
            Stream.of(words), benchmark.getParamsKeys().stream().map(benchmark::getParam))
        .collect(Collectors.joining(", "));
  }
}
