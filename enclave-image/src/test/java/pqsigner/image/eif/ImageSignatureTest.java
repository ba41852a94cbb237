package pqsigner.image.eif;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static pqsigner.image.Refusals.assertRefused;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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

  /// Of the certificate only its key is under the signature; its other bytes are PCR8's to tell.
  @Test
  void noByteOfASignatureCanBeChanged() throws RefusedException, CborException {
    Cbor.Map entry =
        CborReader.read(section(), new CborLimits(32 * 1024, 3, false))
            .asArray()
            .getFirst()
            .asMap();
    List<Cbor> cose = entry.require("signature").asArray();

    for (int i = 0; i < cose.size(); i++) {
      List<Cbor> changed = new ArrayList<>(cose);
      changed.set(i, Cbor.of(cose.get(i).asInt() ^ (1 << i % Byte.SIZE)));
      byte[] section =
          CborWriter.write(
              Cbor.array(
                  Cbor.map()
                      .with("signing_certificate", entry.require("signing_certificate"))
                      .with("signature", new Cbor.Array(changed))));
      assertRefused(Reason.EIF_SIGNATURE, () -> ImageSignature.verify(section, PCR0));
    }
  }

  @Test
  void aTruncatedSignatureIsRefused() throws RefusedException {
    byte[] section = section();

    for (int length = 0; length < section.length; length++) {
      byte[] truncated = Arrays.copyOf(section, length);
      assertRefused(Reason.EIF_SIGNATURE, () -> ImageSignature.verify(truncated, PCR0));
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
