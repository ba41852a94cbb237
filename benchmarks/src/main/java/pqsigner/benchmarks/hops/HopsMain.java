package pqsigner.benchmarks.hops;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import pqsigner.benchmarks.Machine;
import pqsigner.client.Channel;
import pqsigner.client.Json;
import pqsigner.local.LocalStackOptions;

/// Measures the hops and prints them: `HopsMain FOLDER ROUNDS SIGNATURES`, so many of each load in
/// each round.
public final class HopsMain {

  /// Until the compilers of eight JVMs have mostly done.
  private static final int WARM_UP = 1_500;

  private static final int MANY = 16;

  private static final List<Scenario> SCENARIOS =
      Stream.of(Channel.values())
          .flatMap(channel -> Stream.of(new Scenario(channel, 1), new Scenario(channel, MANY)))
          .toList();

  private HopsMain() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    int rounds = Integer.parseInt(arguments[1]);
    int signatures = Integer.parseInt(arguments[2]);
    String machine = Machine.now();
    LocalStackOptions options = LocalStackOptions.onALaptop();
    LocalStackOptions leasing =
        options.enclaveProperty("lease.time-max", "1h").enclaveProperty("lease.uses-max", "100000");
    List<HopsReport.Row> rows;
    try (MeasuredStack delivered = MeasuredStack.start(options);
        MeasuredStack leased = MeasuredStack.start(leasing)) {
      rows =
          measure(
              List.of(new Named("no lease", delivered), new Named("lease", leased)),
              rounds,
              signatures);
    }
    String header =
        String.format(
            Locale.ROOT,
            "%s; %d rounds of %d signatures of each load, all verified; load %.1f at the end",
            machine,
            rounds,
            signatures,
            Machine.load());
    HopsReport report = new HopsReport(header, rows);
    Files.write(folder.resolve("hops.json"), Json.page(report.json()).getBytes(UTF_8));
    Files.writeString(folder.resolve("hops.md"), report.markdown());
    System.out.println(report.markdown());
  }

  private record Named(String name, MeasuredStack stack) {}

  /// One load on one stack at a time, in turns, so that what slows the machine for a while slows
  /// all of them.
  private static List<HopsReport.Row> measure(List<Named> stacks, int rounds, int signatures)
      throws Exception {
    for (Named each : stacks) {
      for (Channel channel : Channel.values()) {
        System.out.printf("hops: warming up, %s, %s%n", each.name, channel);
        var _ = each.stack.measure(new Scenario(channel, MANY), WARM_UP);
      }
    }
    List<HopsReport.Row> rows = new ArrayList<>();
    for (Scenario scenario : SCENARIOS) {
      stacks.forEach(each -> rows.add(new HopsReport.Row(each.name, scenario, Measured.NOTHING)));
    }
    for (int round = 1; round <= rounds; round++) {
      System.out.printf("hops: round %d of %d%n", round, rounds);
      for (int i = 0; i < rows.size(); i++) {
        HopsReport.Row row = rows.get(i);
        MeasuredStack stack = stacks.get(i % stacks.size()).stack;
        Measured sum = row.measured().plus(stack.measure(row.scenario(), signatures));
        rows.set(i, new HopsReport.Row(row.stack(), row.scenario(), sum));
      }
    }
    return rows;
  }
}
