package pqsigner.image.eif;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static pqsigner.image.Refusals.assertRefused;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import pqsigner.attestation.cbor.Cbor;
import pqsigner.attestation.cbor.CborException;
import pqsigner.attestation.cbor.CborLimits;
import pqsigner.attestation.cbor.CborReader;
import pqsigner.attestation.cbor.CborWriter;
import pqsigner.image.Certificates;
import pqsigner.image.input.RefusedException;
import pqsigner.image.input.RefusedException.Reason;

class ImageSignatureTest {
  private static final Certificates SIGNER = Certificates.onCurve("secp384r1");
  private static final byte[] PCR0 = new byte[48];

  static {
    Arrays.fill(PCR0, (byte) 0xAB);
  }

  private static byte[] section() throws RefusedException {
    return ImageSignature.sign(PCR0, SigningIdentity.of(SIGNER.certificatePem(), SIGNER.keyPem()));
  }

  @Test
  void aSignatureVerifiesUnderItsCertificate() throws RefusedException {
    assertThat(ImageSignature.verify(section(), PCR0)).isEqualTo(SIGNER.der());
  }

  /// AWS's library serialises byte vectors as lists of numbers, and reads nothing else.
  @Test
  void bytesAreListsOfNumbersAsAwsReadsThem() throws RefusedException, CborException {
    Cbor.Map entry =
        CborReader.read(section(), new CborLimits(32 * 1024, 3, false))
            .asArray()
            .getFirst()
            .asMap();

    assertThat(entry.entries().keySet())
        .containsExactly(Cbor.of("signing_certificate"), Cbor.of("signature"));
    assertThat(entry.require("signing_certificate").asArray())
        .hasSize(SIGNER.certificatePem().length)
        .startsWith(Cbor.of('-'), Cbor.of('-'));
    assertThat(entry.require("signature").asArray().subList(0, 7))
        .containsExactly(
            Cbor.of(0x84),
            Cbor.of(0x44),
            Cbor.of(0xA1),
            Cbor.of(0x01),
            Cbor.of(0x38),
            Cbor.of(0x22),
            Cbor.of(0xA0));
  }

  @Test
  void aSignatureForAnotherImageIsRefused() throws RefusedException {
    byte[] section = section();

    assertRefused(Reason.EIF_SIGNATURE, () -> ImageSignature.verify(section, new byte[48]));
  }

  @Test
  void nothingOfASignatureCanBeChanged() throws RefusedException {
    byte[] section = section();

    for (int i = 0; i < section.length; i++) {
      byte[] changed = section.clone();
      changed[i] ^= 1;
      RefusedException refused =
          catchThrowableOfType(RefusedException.class, () -> requireSameCertificate(changed));
      assertThat(refused).as("byte %d", i).isNotNull();
    }
    for (int length = 0; length < section.length; length += 7) {
      byte[] truncated = Arrays.copyOf(section, length);
      assertRefused(Reason.EIF_SIGNATURE, () -> ImageSignature.verify(truncated, PCR0));
    }
  }

  /// PEM has slack around its base64 and nobody relies on the text: PCR8 is over the DER.
  private static void requireSameCertificate(byte[] section) throws RefusedException {
    if (Arrays.equals(ImageSignature.verify(section, PCR0), SIGNER.der())) {
      throw new RefusedException(Reason.EIF_SIGNATURE, "only the text around the DER changed");
    }
  }

  @Test
  void anotherKeyThanTheCertificatesIsRefusedBeforeAnythingIsWritten() throws RefusedException {
    SigningIdentity mixed =
        SigningIdentity.of(SIGNER.certificatePem(), Certificates.onCurve("secp384r1").keyPem());

    assertRefused(Reason.EIF_SIGNATURE, () -> ImageSignature.sign(PCR0, mixed));
  }

  @Test
  void onlyP384Signs() throws RefusedException {
    Certificates smaller = Certificates.onCurve("secp256r1");

    assertRefused(
        Reason.INPUT_UNSUITABLE,
        () -> SigningIdentity.of(smaller.certificatePem(), smaller.keyPem()));
    SigningIdentity mixed = SigningIdentity.of(SIGNER.certificatePem(), smaller.keyPem());
    assertRefused(Reason.EIF_SIGNATURE, () -> ImageSignature.sign(PCR0, mixed));
  }

  @Test
  void onlyOneCertificateAndOneKeyAreTaken() {
    byte[] twice = new byte[2 * SIGNER.certificatePem().length];
    System.arraycopy(SIGNER.certificatePem(), 0, twice, 0, twice.length / 2);
    System.arraycopy(SIGNER.certificatePem(), 0, twice, twice.length / 2, twice.length / 2);

    for (byte[] certificate :
        new byte[][] {twice, SIGNER.keyPem(), "no PEM".getBytes(US_ASCII), new byte[0]}) {
      assertRefused(
          Reason.INPUT_UNSUITABLE, () -> SigningIdentity.of(certificate, SIGNER.keyPem()));
    }
    assertRefused(
        Reason.INPUT_UNSUITABLE,
        () -> SigningIdentity.of(SIGNER.certificatePem(), SIGNER.certificatePem()));
  }

  @Test
  void severalSignaturesOrNoneAreRefused() throws RefusedException, CborException {
    Cbor one = CborReader.read(section(), new CborLimits(32 * 1024, 3, false)).asArray().getFirst();

    assertRefused(
        Reason.EIF_SIGNATURE,
        () -> ImageSignature.verify(CborWriter.write(Cbor.array(one, one)), PCR0));
    assertRefused(
        Reason.EIF_SIGNATURE, () -> ImageSignature.verify(CborWriter.write(Cbor.array()), PCR0));
  }
}
