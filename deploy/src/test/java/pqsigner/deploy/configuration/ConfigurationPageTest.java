package pqsigner.deploy.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/// `docs/configuration.md` says what the settings are. Its tables are written by
/// `-Dconfiguration.page=write`; all around them is written by hand.
class ConfigurationPageTest {
  private static final Path PAGE = Path.of("../docs/configuration.md");
  private static final SpringSettings SPRING = new SpringSettings();

  private static Map<String, String> tables() {
    return Map.of(
        "gateway", table("gateway"),
        "worker", table("worker"),
        "delay line", table("delayline"),
        "enclave", EnclaveSettings.table());
  }

  private static String table(String service) {
    return SPRING
        .settings(service)
        .map(Setting::row)
        .collect(Collectors.joining("", Setting.HEAD, ""));
  }

  /// The page with each table between its marks.
  private static String rendered(String page) {
    String whole = page;
    for (Map.Entry<String, String> table : tables().entrySet()) {
      String begin = "<!-- made from the code: " + table.getKey() + " -->\n";
      String end = "<!-- end -->";
      Matcher block =
          Pattern.compile(Pattern.quote(begin) + ".*?" + end, Pattern.DOTALL).matcher(whole);
      assertThat(block.find()).as(begin).isTrue();
      whole = block.replaceFirst(Matcher.quoteReplacement(begin + table.getValue() + end));
    }
    return whole;
  }

  @Test
  void thePageSaysWhatTheCodeSays() throws IOException {
    String page = Files.readString(PAGE);
    String rendered = rendered(page);
    if ("write".equals(System.getProperty("configuration.page"))) {
      Files.writeString(PAGE, rendered);
      return;
    }
    assertThat(page)
        .as("docs/configuration.md; to write it anew see its first lines")
        .isEqualTo(rendered);
  }

  @Test
  void itHasEverySectionOfBothServices() {
    assertThat(SPRING.of("gateway")).hasSizeGreaterThanOrEqualTo(7);
    assertThat(SPRING.of("worker")).hasSizeGreaterThanOrEqualTo(5);
    assertThat(SPRING.settings("gateway").map(Setting::key))
        .contains("pq-signer.http.wait-max", "pq-signer.attestation.images")
        .doesNotHaveDuplicates();
    assertThat(SPRING.settings("worker").map(Setting::key))
        .contains("pq-signer.enclave.address", "pq-signer.lanes.first-delay")
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gateway", "worker", "delayline"})
  void everySectionIsCheckedAtStartAndKnowsItsKeys(String service) {
    assertThat(SPRING.of(service))
        .allSatisfy(
            type -> {
              assertThat(type.isAnnotationPresent(Validated.class)).isTrue();
              assertThat(type.getAnnotation(ConfigurationProperties.class).ignoreUnknownFields())
                  .isFalse();
            });
  }

  @Test
  void aSettingThatDoesNotSayWhatGoesWrongIsNotTaken() {
    assertThatThrownBy(() -> Setting.described("a.b", "number", "`1`", "how many"))
        .hasMessageContaining("a.b does not say what goes wrong");
    assertThat(Setting.described("a.b", "number", "`1`", "how many. If wrong: too | few.").row())
        .isEqualTo("| `a.b` | number | `1` | how many | too \\| few |\n");
  }

  /// What the chart sets of Spring Boot's own is on the page too.
  @Test
  void everyVariableOfTheChartIsNamed() throws IOException {
    String page = Files.readString(PAGE);
    for (String template :
        List.of("gateway.yaml", "worker.yaml", "delay-line.yaml", "_helpers.tpl")) {
      Matcher variable =
          Pattern.compile("name: ([A-Z][A-Z0-9_]+)")
              .matcher(Files.readString(Path.of("helm/pq-signer/templates", template)));
      while (variable.find()) {
        String name = variable.group(1);
        String key = name.replaceFirst("PQ_SIGNER_([A-Z]+)_", "pq-signer.$1.");
        String named =
            name.startsWith("PQ_SIGNER_")
                ? "`" + key.toLowerCase(java.util.Locale.ROOT).replace('_', '-') + "`"
                : "`" + name + "`";
        assertThat(page).contains(named);
      }
    }
  }
}
