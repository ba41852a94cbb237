package pqsigner.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Real documents on the command line; what is genuine is the verifier's own tests' business.
final class AttestationCommandTest {
  private static final Path VECTORS = Path.of("../../shared/vectors/attestation");
  private static final String PRODUCTION = "prod_2025-09-16_tkhq_b1086cbb.cose";
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
    assertThat(out.toString()).startsWith("VERIFIED").contains("PCR0");
    assertThat(verify(PRODUCTION)).isEqualTo(1);
    assertThat(err.toString()).startsWith("attestation_rejected");
  }

  @Test
  void base64IsAsGoodAsBytes() throws Exception {
    Path text = directory.resolve("document.b64");
    Files.writeString(
        text,
        Base64.getMimeEncoder().encodeToString(Files.readAllBytes(VECTORS.resolve(PRODUCTION))));
    assertThat(run("--document", text.toString(), "--at-document-time")).isZero();
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
