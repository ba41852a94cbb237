package pqsigner.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What the runbooks tell an operator to give is what the template and the chart take.
class RunbookTest {
  private static final Path FOLDER = Path.of("../docs/runbooks");
  private static final Path TEMPLATE = Path.of("aws/pq-signer.yaml");
  private static final Path CHART = Path.of("helm/pq-signer");

  @TempDir Path folder;

  static Stream<Path> pages() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.filter(file -> file.toString().endsWith(".md")).toList().stream();
    }
  }

  private static Set<String> parameters() throws IOException {
    String block = Files.readString(TEMPLATE).split("\nParameters:\n|\nResources:\n", 3)[1];
    return found("(?m)^  ([A-Za-z0-9]+):$", block);
  }

  private static Set<String> found(String pattern, String text) {
    Set<String> found = new TreeSet<>();
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }

  @ParameterizedTest
  @MethodSource("pages")
  void aPageGivesTheTemplateParametersThatItHas(Path page) throws IOException {
    Set<String> given = new TreeSet<>();
    for (String command :
        found("(?s)--parameter-overrides (.+?)(?:\n *```|\naws )", Files.readString(page))) {
      given.addAll(found("([A-Z][A-Za-z0-9]+)=", command));
    }

    assertThat(parameters()).containsAll(given);
  }

  @Test
  void theFirstStackIsGivenEveryParameter() throws IOException {
    String page = Files.readString(FOLDER.resolve("install-aws.md"));
    String first =
        page.substring(
            page.indexOf("--parameter-overrides"), page.indexOf("\naws cloudformation describe"));

    assertThat(found("([A-Z][A-Za-z0-9]+)=", first)).isEqualTo(parameters());
  }

  /// Helm itself, with the chart's schema: what a page shows can be installed as it stands.
  @Test
  void theValuesOfTheInstallPageAreTakenByTheChart() throws IOException {
    String page = Files.readString(FOLDER.resolve("install-aws.md"));
    Matcher yaml = Pattern.compile("(?s)```yaml\n(.+?)```").matcher(page);
    assertThat(yaml.find()).isTrue();
    Path values = Files.writeString(folder.resolve("signer.yaml"), yaml.group(1));

    String rendered =
        new Helm(CHART)
            .template()
            .withName("signer")
            .withNamespace("pq-signer")
            .withKubeVersion("1.29.0")
            .withValuesFile(values)
            .call();

    assertThat(rendered)
        .contains("name: signer-gateway", "name: signer-worker", "name: amazon-trust-services");
    assertThat(found("job/([a-z0-9-]+)", page)).hasSize(1);
    assertThat(found("(?:deployment|job)/([a-z0-9-]+)", page))
        .allMatch(name -> rendered.contains("name: " + name + "\n"));
  }

  /// Every link from page to page leads somewhere.
  @ParameterizedTest
  @MethodSource("pages")
  void aLinkLeadsToAPage(Path page) throws IOException {
    for (String link : found("\\]\\(([^)#:]+\\.md)", Files.readString(page))) {
      assertThat(page.resolveSibling(link)).exists();
    }
  }
}
