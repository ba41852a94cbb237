package pqsigner.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/// The worker's bill of materials: credentials to relay, and no database.
class SbomIT {
  private static final Path SBOM = Path.of("target/sbom.json");

  private static List<String> purls;

  @BeforeAll
  static void read() {
    if ("offline: true".equals(System.getProperty("maven.mode"))) {
      assumeThat(SBOM).as("no SBOM is written offline").exists();
    }
    purls =
        StreamSupport.stream(
                JsonMapper.shared().readTree(SBOM).path("components").spliterator(), false)
            .map(component -> component.path("purl").asString())
            .toList();
  }

  @Test
  void itListsCredentialsAndNoDatabase() {
    assertThat(purls)
        .hasSizeGreaterThan(60)
        .anyMatch(purl -> purl.contains("/software.amazon.awssdk/auth@"))
        .noneMatch(purl -> purl.toLowerCase(java.util.Locale.ROOT).contains("dynamodb"))
        .noneMatch(purl -> purl.matches("pkg:maven/[^/]+/(kms|iam|aws-crt|s3)@.*"))
        .noneMatch(purl -> purl.matches("pkg:maven/pqsigner/(enclave|gateway-api|local-stack)@.*"));
  }

  @Test
  void itListsNothingOfTheTests() {
    assertThat(purls)
        .noneMatch(purl -> purl.matches(".*/(junit-jupiter|assertj-core|archunit)@.*"));
  }
}
