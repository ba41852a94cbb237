package pqsigner.image.measurement;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import pqsigner.attestation.Pcr;
import pqsigner.image.Certificates;
import pqsigner.image.eif.Eif;
import pqsigner.image.eif.ImageSignature;
import pqsigner.image.eif.SigningIdentity;
import pqsigner.image.input.Architecture;
import pqsigner.image.input.Json;
import pqsigner.image.input.RefusedException;
import tools.jackson.databind.JsonNode;

class MeasurementsTest {
  /// PCR2 that AWS's tools print for every image with one ramdisk.
  private static final String NO_APPLICATION =
      "21b9efbc184807662e966d34f390821309eeac6802309798826296bf3e8bec7c10edb30948c90ba67310f7b964fc500a";

  private static final Path VECTORS = Path.of("../../shared/vectors/attestation/manifest.json");

  private static Eif image(String... ramdisks) throws RefusedException {
    return Eif.of(
        Architecture.X86_64,
        new Eif.Defaults(1, 1),
        "kernel".getBytes(US_ASCII),
        "cmdline".getBytes(US_ASCII),
        "{}".getBytes(US_ASCII),
        List.of(ramdisks).stream().map(text -> text.getBytes(US_ASCII)).toList());
  }

  /// The formula again, from the JDK's digest alone.
  private static String measured(String content) throws GeneralSecurityException {
    MessageDigest sha384 = MessageDigest.getInstance("SHA-384");
    byte[] inner = sha384.digest(content.getBytes(US_ASCII));
    sha384.update(new byte[48]);
    return HexFormat.of().formatHex(sha384.digest(inner));
  }

  @Test
  void thePartsAreMeasuredTogether() throws RefusedException, GeneralSecurityException {
    assertThat(Measurements.of(image("boot", "app", "more")).pcrs())
        .containsExactly(
            java.util.Map.entry(0, measured("kernelcmdlinebootappmore")),
            java.util.Map.entry(1, measured("kernelcmdlineboot")),
            java.util.Map.entry(2, measured("appmore")));
  }

  @Test
  void anImageWithoutApplicationHasTheWellKnownPcr2() throws RefusedException {
    Measurements measurements = Measurements.of(image("boot"));

    assertThat(measurements.pcrs()).containsEntry(2, NO_APPLICATION);
    assertThat(measurements.pcrs().get(0)).isEqualTo(measurements.pcrs().get(1));
  }

  /// Why nobody may rely on PCR0 without PCR1 and PCR2 to say where one part ends.
  @Test
  void pcr0AloneDoesNotSeeWhereOnePartEnds() throws RefusedException {
    Measurements one = Measurements.of(image("boot", "app"));
    Measurements other = Measurements.of(image("boota", "pp"));

    assertThat(one.pcrs().get(0)).isEqualTo(other.pcrs().get(0));
    assertThat(one.pcrs().get(1)).isNotEqualTo(other.pcrs().get(1));
    assertThat(one.pcrs().get(2)).isNotEqualTo(other.pcrs().get(2));
  }

  @Test
  void aSignedImageHasItsSignersRegister() throws RefusedException {
    Certificates signer = Certificates.onCurve("secp384r1");
    Eif unsigned = image("boot", "app");
    byte[] signature =
        ImageSignature.sign(
            Measurements.of(unsigned).register(0),
            SigningIdentity.of(signer.certificatePem(), signer.keyPem()));

    Measurements measurements = Measurements.of(unsigned.signed(signature));

    assertThat(measurements.register(8)).isEqualTo(Pcr.measure(signer.der()));
    assertThat(measurements.pcrs().headMap(8)).isEqualTo(Measurements.of(unsigned).pcrs());
  }

  /// No public document comes with its parent's role, but PCR4 has the same formula over the
  /// instance's id, and real documents say both.
  @Test
  void registersOfTextsAreWhatRealDocumentsShow() throws java.io.IOException {
    assumeThat(Files.exists(VECTORS)).as("no shared vectors at " + VECTORS).isTrue();
    int checked = 0;
    for (JsonNode document : Json.parse(Files.readAllBytes(VECTORS))) {
      String pcr4 = document.path("pcrs").path("4").asString("");
      String module = document.path("module_id").asString("");
      if (!pcr4.isEmpty() && !module.isEmpty()) {
        String instance = module.substring(0, module.indexOf("-enc"));
        byte[] register = Pcr.extend(new byte[Pcr.BYTES], instance.getBytes(US_ASCII));
        assertThat(HexFormat.of().formatHex(register)).as(module).isEqualTo(pcr4);
        checked++;
      }
    }
    assertThat(checked).isGreaterThan(5);
  }

  @Test
  void theParentsRoleIsHashedOnce() throws GeneralSecurityException {
    String role = "arn:aws:iam::111122223333:role/nitro/host";
    MessageDigest sha384 = MessageDigest.getInstance("SHA-384");
    sha384.update(new byte[48]);

    assertThat(Measurements.parentRole(role))
        .isEqualTo(HexFormat.of().formatHex(sha384.digest(role.getBytes(US_ASCII))));
    for (String wrong :
        new String[] {
          "",
          "nitro-host",
          "arn:aws:iam::111122223333:user/host",
          "arn:aws:iam::111122223333:instance-profile/host",
          "arn:aws:sts::111122223333:assumed-role/host/i-0123",
          "arn:aws:iam::111122223333:role/",
          "arn:aws:iam::111122223333:role/host\n",
        }) {
      assertThatThrownBy(() -> Measurements.parentRole(wrong))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void onlyRegistersAreTaken() {
    TreeMap<Integer, String> pcrs = new TreeMap<>();
    for (int index : new int[] {-1, 32}) {
      pcrs.clear();
      pcrs.put(index, NO_APPLICATION);
      assertThatThrownBy(() -> new Measurements(pcrs)).isInstanceOf(IllegalArgumentException.class);
    }
    for (String value :
        new String[] {"", "00", NO_APPLICATION.toUpperCase(java.util.Locale.ROOT)}) {
      pcrs.clear();
      pcrs.put(0, value);
      assertThatThrownBy(() -> new Measurements(pcrs)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
