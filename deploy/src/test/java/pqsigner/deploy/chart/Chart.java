package pqsigner.deploy.chart;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The chart, and the values that it is tested with.
final class Chart {
  static final Path FOLDER = Path.of("helm/pq-signer");
  static final String RELEASE = "signer";
  static final String NAMESPACE = "pq-signer";

  /// The oldest that the chart says it runs on.
  private static final String KUBERNETES = "1.29.0";

  private static final List<String> OVERLAYS =
      List.of("monitoring", "topics", "upgrade", "digests", "callers");

  private Chart() {}

  /// Each optional thing alone, and all of them together.
  static Stream<Rendered> everyWay() {
    return Stream.concat(
        Stream.of(minimal(), full(), render("msk")),
        OVERLAYS.stream().map(overlay -> render(overlay)));
  }

  static Rendered minimal() {
    return render();
  }

  static Rendered full() {
    return render(OVERLAYS.toArray(String[]::new));
  }

  static Rendered render(String... overlays) {
    TemplateCommand command = command();
    for (String overlay : overlays) {
      command.withValuesFile(values(overlay));
    }
    return Rendered.of(List.of(overlays).toString(), command.call());
  }

  /// Likewise, with a YAML document over the least of values.
  static String renderOver(String values) {
    try {
      Path file = Files.createTempFile("values", ".yaml");
      try {
        return command().withValuesFile(Files.writeString(file, values)).call();
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// What Helm says to the least of values with some changed.
  static String renderWith(Map<String, Object> changes) {
    TemplateCommand command = command();
    changes.forEach(command::set);
    return command.call();
  }

  private static TemplateCommand command() {
    return new Helm(FOLDER)
        .template()
        .withName(RELEASE)
        .withNamespace(NAMESPACE)
        .withKubeVersion(KUBERNETES)
        .withValuesFile(values("minimal"));
  }

  private static Path values(String name) {
    return Path.of("src/test/resources/values", name + ".yaml");
  }

  /// The chart's own values under all of the tested ones, as Helm merges them: maps by key, and
  /// lists as a whole.
  static JsonNode fullValues() {
    ObjectNode merged = (ObjectNode) pqsigner.deploy.Yaml.file(FOLDER.resolve("values.yaml"));
    Stream.concat(Stream.of("minimal"), OVERLAYS.stream())
        .forEach(name -> merge(merged, pqsigner.deploy.Yaml.file(values(name))));
    return merged;
  }

  private static void merge(ObjectNode into, JsonNode from) {
    for (Map.Entry<String, JsonNode> each : from.properties()) {
      if (into.get(each.getKey()) instanceof ObjectNode below && each.getValue().isObject()) {
        merge(below, each.getValue());
      } else {
        into.set(each.getKey(), each.getValue());
      }
    }
  }
}
