package pqsigner.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pqsigner.client.Json;
import pqsigner.image.input.Architecture;
import pqsigner.image.measurement.MeasurementManifest;
import pqsigner.image.measurement.Measurements;
import tools.jackson.databind.JsonNode;

/// Real documents on the command line; what is genuine is the verifier's own tests' business.
final class AttestationCommandTest {
  private static final Path VECTORS = Path.of("../../shared/vectors/attestation");
  private static final String PRODUCTION = "prod_2025-09-16_tkhq_b1086cbb.cose";
  private static final String PCR16_LOCKED = "prod_2026-06-30_tkhq_277e236b.cose";
  private static final String DEBUG = "debug_2025-12-25_dstack-tee_1c921bd7.cose";
  private static final String BAD_SIGNATURE =
      "reject-badsig_2022-11-09_veracruz-project_7df2cdc0.cose";

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path directory;

  @BeforeEach
  void vectorsAreThere() {
    assumeThat(VECTORS).as("shared test vectors").exists();
  }

  @Test
  void anArchivedDocumentIsGenuineAtItsOwnTimeOnly() {
    assertThat(verify(PRODUCTION, "--at-document-time")).isZero();
    assertThat(out.toString()).startsWith("VERIFIED  a genuine Nitro").contains("PCR0");
    assertThat(verify(PRODUCTION)).isEqualTo(1);
    assertThat(err.toString())
        .startsWith("attestation_rejected")
        .contains("for a document kept as evidence, use --at-document-time");
  }

  @Test
  void base64IsAsGoodAsBytes() throws Exception {
    Path text = directory.resolve("document.b64");
    Files.writeString(
        text,
        Base64.getMimeEncoder().encodeToString(Files.readAllBytes(VECTORS.resolve(PRODUCTION))));
    assertThat(run("--document", text.toString(), "--at-document-time")).isZero();
  }

  /// Verified must be the file that was given, not a document that somebody hid in it.
  @Test
  void aGenuineDocumentBehindAnotherIsNotTheOneGiven() throws Exception {
    String genuine =
        Base64.getMimeEncoder().encodeToString(Files.readAllBytes(VECTORS.resolve(PRODUCTION)));
    String block = "-----BEGIN DOCUMENT-----\n" + genuine + "\n-----END DOCUMENT-----\n";
    Path both = directory.resolve("both");
    Files.write(both, Files.readAllBytes(VECTORS.resolve(DEBUG)));
    Files.writeString(both, block, StandardOpenOption.APPEND);
    assertThat(run("--document", both.toString(), "--at-document-time")).isEqualTo(1);
    assertThat(err.toString()).contains("cbor_trailing_bytes");

    Path alone = directory.resolve("alone");
    Files.writeString(alone, block);
    assertThat(run("--document", alone.toString(), "--at-document-time")).isZero();
  }

  @Test
  void aDebugModeDocumentNeedsTheFlag() {
    assertThat(verify(DEBUG, "--at-document-time")).isEqualTo(1);
    assertThat(err.toString()).contains("debug_mode");
    assertThat(verify(DEBUG, "--at-document-time", "--allow-debug")).isZero();
  }

  @Test
  void aForgedDocumentIsRejectedForPeopleAndForScripts() {
    assertThat(verify(BAD_SIGNATURE, "--at-document-time")).isEqualTo(1);
    assertThat(err.toString()).startsWith("attestation_rejected");
    assertThat(verify(BAD_SIGNATURE, "--at-document-time", "--json")).isEqualTo(1);
    assertThat(json().path("verified").asBoolean(true)).isFalse();
  }

  @Test
  void registersAreCompared() {
    assertThat(verify(PRODUCTION, "--at-document-time", "--json")).isZero();
    String pcr0 = json().path("pcrs").path("0").path("value").asString();
    assertThat(verify(PRODUCTION, "--at-document-time", "--pcr", "0=" + pcr0)).isZero();
    assertThat(verify(PRODUCTION, "--at-document-time", "--pcr", "0=" + "00".repeat(48)))
        .isEqualTo(1);
    assertThat(err.toString()).contains("pcr_mismatch");
  }

  @Test
  void aManifestIsHeldAgainstEveryRegisterItForetells() throws Exception {
    assertThat(verify(PCR16_LOCKED, "--at-document-time", "--json")).isZero();
    NavigableMap<Integer, String> foretold = new TreeMap<>();
    for (int index : new int[] {0, 1, 2, 16}) {
      foretold.put(index, json().path("pcrs").path("" + index).path("value").asString());
    }
    String manifest = manifest(foretold);
    assertThat(verify(PCR16_LOCKED, "--at-document-time", "--measurements", manifest)).isZero();
    assertThat(verify(PRODUCTION, "--at-document-time", "--measurements", manifest)).isEqualTo(1);

    for (int index : foretold.keySet()) {
      NavigableMap<Integer, String> other = new TreeMap<>(foretold);
      other.put(index, "cd".repeat(48));
      manifest = manifest(other);
      assertThat(verify(PCR16_LOCKED, "--at-document-time", "--measurements", manifest))
          .isEqualTo(1);
      assertThat(err.toString()).endsWith("pcr_mismatch: PCR" + index + " is not as expected\n");
    }
  }

  @Test
  void aManifestThatIsNoneOrContradictsIsAMistakeInUsage() throws Exception {
    Path none = Files.writeString(directory.resolve("none.json"), "{}");
    assertThat(verify(PRODUCTION, "--measurements", none.toString())).isEqualTo(2);
    String manifest =
        manifest(
            new TreeMap<>(
                Map.of(
                    0,
                    "aa".repeat(48),
                    1,
                    "bb".repeat(48),
                    2,
                    "cc".repeat(48),
                    16,
                    "dd".repeat(48))));
    assertThat(verify(PRODUCTION, "--measurements", manifest, "--pcr", "0=" + "ab".repeat(48)))
        .isEqualTo(2);
    assertThat(err.toString()).contains("contradicts the measurement manifest");
  }

  private String manifest(NavigableMap<Integer, String> pcrs) throws IOException {
    MeasurementManifest manifest =
        new MeasurementManifest(
            "1", Architecture.X86_64, new Measurements(pcrs), List.of(), new TreeMap<>());
    return Files.write(directory.resolve("manifest.json"), manifest.json()).toString();
  }

  private JsonNode json() {
    return Json.parse(out.toString().getBytes(UTF_8));
  }

  private int verify(String document, String... more) {
    String[] arguments = new String[more.length + 2];
    arguments[0] = "--document";
    arguments[1] = VECTORS.resolve(document).toString();
    System.arraycopy(more, 0, arguments, 2, more.length);
    return run(arguments);
  }

  private int run(String... arguments) {
    String[] line = new String[arguments.length + 2];
    line[0] = "attestation";
    line[1] = "verify";
    System.arraycopy(arguments, 0, line, 2, arguments.length);
    return PqSignerMain.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
        .execute(line);
  }
}
