package pqsigner.enclave;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The bill of materials of the trusted base is the list that somebody gave reasons for.
class SbomIT {
  private static final Path SBOM = Path.of("target/sbom.json");
  private static final Path ADR = Path.of("../docs/adr/0005-enclave-dependencies.md");

  /// Two blanks end a line's names; what follows is an explanation.
  private static final Pattern LINE = Pattern.compile("\\S+ +(\\S+(?: \\S+)*)(?:  .*)?");

  private static JsonNode sbom;

  @BeforeAll
  static void read() throws IOException {
    if ("offline: true".equals(System.getProperty("maven.mode"))) {
      assumeThat(SBOM).as("no SBOM is written offline").exists();
    }
    sbom = JsonMapper.shared().readTree(SBOM);
  }

  private static Stream<JsonNode> stream(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false);
  }

  private static Set<String> namedByTheAdr() throws IOException {
    String list = Files.readString(ADR).split("```", 3)[1];
    Set<String> names = new TreeSet<>();
    for (String line : list.strip().split("\n", -1)) {
      Matcher matcher = LINE.matcher(line);
      assertThat(matcher.matches()).as(line).isTrue();
      names.addAll(Arrays.asList(matcher.group(1).split(" ", -1)));
    }
    return names;
  }

  @Test
  void itListsExactlyWhatTheAdrNames() throws IOException {
    Set<String> listed =
        stream(sbom.path("components"))
            .map(component -> component.path("name").asString())
            .collect(toCollection(TreeSet::new));

    assertThat(listed).hasSizeGreaterThan(5).isEqualTo(namedByTheAdr());
  }

  /// It is compiled into the jar, where Maven does not see it.
  @Test
  void boringSslIsListedInsideConscrypt() throws IOException {
    Properties conscrypt = new Properties();
    try (InputStream in = SbomIT.class.getResourceAsStream("/org/conscrypt/conscrypt.properties")) {
      conscrypt.load(in);
    }
    JsonNode component =
        stream(sbom.path("components"))
            .filter(each -> each.path("name").asString().equals("conscrypt-openjdk-uber"))
            .findFirst()
            .orElseThrow();

    assertThat(stream(component.path("components")).map(each -> each.path("purl").asString()))
        .containsExactly(
            "pkg:github/google/boringssl@"
                + conscrypt.getProperty("org.conscrypt.boringssl.version"));
  }

  /// As its POM does. What it asks for asks for nothing more.
  @Test
  void theEnclaveItselfAsksForSix() {
    JsonNode own =
        stream(sbom.path("dependencies"))
            .filter(each -> each.path("ref").asString().startsWith("pkg:maven/pqsigner/enclave@"))
            .findFirst()
            .orElseThrow();

    assertThat(stream(own.path("dependsOn")).map(each -> each.asString().split("[/@]", -1)[2]))
        .containsExactlyInAnyOrder(
            "enclave-protocol",
            "attestation",
            "ml-dsa",
            "bcprov-jdk18on",
            "conscrypt-openjdk-uber",
            "jspecify");
  }

  @Test
  void everyComponentIsPinnedByItsHash() {
    assertThat(stream(sbom.path("components")))
        .allSatisfy(
            component ->
                assertThat(
                        stream(component.path("hashes"))
                            .map(hash -> hash.path("alg").asString())
                            .toList())
                    .contains("SHA-256", "SHA-384"));
  }

  @Test
  void nothingInItDiffersFromBuildToBuild() {
    assertThat(sbom.path("serialNumber").isMissingNode()).isTrue();
    assertThat(sbom.path("metadata").path("timestamp").isMissingNode()).isTrue();
    assertThat(List.of(sbom.toString()))
        .noneMatch(text -> text.contains(System.getProperty("user.dir")));
  }
}
