package pqsigner.deploy.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The page names every metric of ours, and pages name none that is not there.
class MetricsPageTest {
  private static final Path DOCS = Path.of("../docs");
  private static final Pattern METER = Pattern.compile("\"(pq\\.signer\\.[a-z.]+)\"");
  private static final Pattern NAMED = Pattern.compile("pq_signer_[a-z_0-9]+");

  private static String name(String meter) {
    return meter.replace('.', '_');
  }

  private static Set<String> meters(String module) throws IOException {
    Set<String> meters = new TreeSet<>();
    try (Stream<Path> files = Files.walk(Path.of("..", module, "src/main/java"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
        METER.matcher(Files.readString(file)).results().forEach(m -> meters.add(name(m.group(1))));
      }
    }
    return meters;
  }

  @ParameterizedTest
  @ValueSource(strings = {"gateway-api", "signing-worker"})
  void everyMeterIsOnThePage(String module) throws IOException {
    String page = Files.readString(DOCS.resolve("configuration.md"));

    assertThat(meters(module))
        .hasSizeGreaterThan(8)
        .allSatisfy(
            meter -> {
              boolean bound =
                  meter.endsWith("_limit")
                      && page.contains(meter.replaceAll("_limit$", "") + "` of `_limit`");
              assertThat(bound || page.contains(meter)).as(meter).isTrue();
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"gateway-api", "signing-worker"})
  void everyMeterIsNamedByItsPart(String module) throws IOException {
    assertThat(meters(module))
        .allMatch(meter -> meter.matches("pq_signer_(gateway|worker|delayline|enclave)_.+"))
        .noneMatch(meter -> meter.matches(".*_(max|bound)"));
  }

  /// With what Prometheus appends.
  @Test
  void noPageNamesAMeterThatIsNotThere() throws IOException {
    Set<String> known = new TreeSet<>(meters("gateway-api"));
    known.addAll(meters("signing-worker"));
    List<Path> pages;
    try (Stream<Path> files = Files.walk(DOCS)) {
      pages = files.filter(each -> each.toString().endsWith(".md")).toList();
    }
    for (Path page : pages) {
      NAMED
          .matcher(Files.readString(page))
          .results()
          .forEach(
              named ->
                  assertThat(
                          Stream.of("", "_total", "_seconds", "_seconds_count", "_seconds_bucket")
                              .filter(end -> named.group().endsWith(end))
                              .map(
                                  end ->
                                      named
                                          .group()
                                          .substring(0, named.group().length() - end.length())))
                      .as("%s in %s", named.group(), page)
                      .anyMatch(known::contains));
    }
  }
}
