package pqsigner.deploy.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Every line that the services log is an event and its facts: `noun.verb key=value`.
class LogGrammarTest {
  private static final Pattern LINE =
      Pattern.compile(
          "(?:log|getLog\\(\\))\\s*\\.(?:info|warn|error)\\(\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");
  private static final Pattern GRAMMAR =
      Pattern.compile(
          "[a-z_]+\\.[a-z_]+( [a-z_]+=(\\{}|\\{}-\\{}@\\{}|\\\\\"\\{}(: \\{})?\\\\\"))*");

  /// Name and first fact; a failure's facts are its classes.
  private static final Pattern ENCLAVE_LINE =
      Pattern.compile("EventLog\\.(?:event|failure)\\(\\s*\"([^\"]*)\",\\s*(?:\"([^\"]*))?");

  @ParameterizedTest
  @CsvSource({"gateway-api, 10", "signing-worker, 10", "kafka-edge, 6"})
  void everyLineIsAnEventAndItsFacts(String module, int atLeast) throws IOException {
    List<String> lines = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Path.of("..", module, "src/main/java"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
        LINE.matcher(Files.readString(file)).results().forEach(m -> lines.add(m.group(1)));
      }
    }
    assertThat(lines)
        .hasSizeGreaterThanOrEqualTo(atLeast)
        .allSatisfy(line -> assertThat(line).matches(GRAMMAR));
  }

  /// The enclave has no logging library; what it prints follows the same grammar.
  @Test
  void theEnclaveSpeaksTheSameGrammar() throws IOException {
    List<String> events = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Path.of("../enclave/src/main/java"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
        ENCLAVE_LINE
            .matcher(Files.readString(file))
            .results()
            .forEach(
                m ->
                    events.add(
                        m.group(1) + " " + Objects.requireNonNullElse(m.group(2), "error=")));
      }
    }
    assertThat(events)
        .hasSizeGreaterThanOrEqualTo(12)
        .allSatisfy(event -> assertThat(event).matches("[a-z_]+\\.[a-z_]+ [a-z_]+=.*"));
  }
}
