package pqsigner.benchmarks.hops;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import pqsigner.benchmarks.Ratios;
import pqsigner.client.Channel;
import pqsigner.client.Json;
import tools.jackson.databind.node.ObjectNode;

/// All loads of a run, as ratios for people and in seconds for machines.
///
/// @param header of machine and load
record HopsReport(String header, List<Row> rows) {

  /// @param stack how it was configured
  record Row(String stack, Scenario scenario, Measured measured) {
    private Hops hops() {
      return new Hops(scenario.channel(), measured);
    }

    private List<Hop> shown() {
      List<Hop> hops = new ArrayList<>(hops().all());
      hops.add(hops().besideEnclave());
      return hops;
    }

    /// In brackets where a signature does not simply wait for one call of its own.
    private String cell(int index) {
      Hop hop = shown().get(index);
      String waited = Ratios.text(hop.waited() / measured.endToEnd());
      return Double.isNaN(hop.calls()) || hop.calls() == 0 || Math.abs(hop.calls() - 1) < 0.01
          ? waited
          : "%s (%s × %s)"
              .formatted(
                  waited,
                  Ratios.text(hop.calls()),
                  Ratios.text(hop.seconds() / measured.endToEnd()));
    }

    private String title() {
      return scenario.title() + ", " + stack;
    }
  }

  HopsReport {
    rows = List.copyOf(rows);
  }

  String markdown() {
    StringBuilder page = new StringBuilder(header).append("\n\n").append(comparison());
    for (Channel channel : Channel.values()) {
      page.append("\n")
          .append(hops(rows.stream().filter(row -> row.scenario.channel() == channel).toList()));
    }
    return page.toString();
  }

  /// All in one run, so that the loads can be compared.
  private String comparison() {
    Measured one = rows.getFirst().measured;
    StringBuilder table =
        new StringBuilder(
            """
            | load | end to end | signatures a second | records in a batch | KMS calls for a signature |
            |---|---|---|---|---|
            """);
    for (Row row : rows) {
      table.append(
          line(
              Stream.of(
                  row.scenario.channel() + ", " + row.title(),
                  Ratios.text(row.measured.endToEnd() / one.endToEnd()),
                  Ratios.text(row.measured.perSecond() / one.perSecond()),
                  Ratios.text(row.hops().recordsOfBatch()),
                  Ratios.text(row.hops().kmsCalls()))));
    }
    return table.toString();
  }

  /// A column for each load of one way in, which all have the same hops.
  private static String hops(List<Row> loads) {
    StringBuilder table = new StringBuilder();
    table.append(
        line(
            Stream.concat(
                Stream.of(loads.getFirst().scenario.channel() + ": a signature waits"),
                loads.stream().map(Row::title))));
    table.append("|---".repeat(loads.size() + 1)).append("|\n");
    table.append(line(Stream.concat(Stream.of("end to end"), loads.stream().map(_ -> "1"))));
    for (int i = 0; i < loads.getFirst().shown().size(); i++) {
      int index = i;
      table.append(
          line(
              Stream.concat(
                  Stream.of(loads.getFirst().shown().get(index).indented()),
                  loads.stream().map(load -> load.cell(index)))));
    }
    return table.toString();
  }

  private static String line(Stream<String> cells) {
    return cells.collect(Collectors.joining(" | ", "| ", " |\n"));
  }

  ObjectNode json() {
    ObjectNode report = Json.object();
    report.put("header", header);
    var loads = report.putArray("loads");
    for (Row row : rows) {
      ObjectNode load = loads.addObject();
      load.put("stack", row.stack);
      load.put("way", row.scenario.channel().toString());
      load.put("at_once", row.scenario.concurrency());
      load.put("signatures", row.measured.signatures());
      load.put("end_to_end_s", row.measured.endToEnd());
      load.put("signatures_per_s", row.measured.perSecond());
      var hops = load.putArray("hops");
      for (Hop hop : row.shown()) {
        ObjectNode node = hops.addObject();
        node.put("name", hop.name());
        node.put("depth", hop.depth());
        node.put("calls_per_signature", hop.calls());
        node.put("call_s", hop.seconds());
        node.put("waited_s", hop.waited());
      }
    }
    return report;
  }
}
