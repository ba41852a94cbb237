package pqsigner.image.eif;

import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import pqsigner.attestation.cbor.Cbor;
import pqsigner.attestation.cbor.CborException;
import pqsigner.attestation.cbor.CborLimits;
import pqsigner.attestation.cbor.CborReader;
import pqsigner.attestation.cbor.CborWriter;
import pqsigner.attestation.nitro.CoseSign1;
import pqsigner.attestation.nitro.DocumentException;
import pqsigner.image.input.RefusedException;
import pqsigner.image.input.RefusedException.Reason;

/// The content of a signature section: who vouches for PCR0.
///
/// ```
/// [{"signing_certificate": PEM, "signature": COSE_Sign1, ES384, untagged}]
/// payload of the signature: {"register_index": 0, "register_value": PCR0}
/// ```
///
/// Byte strings are arrays of integers here, since AWS's tools write and read them so; within
/// COSE_Sign1 they are byte strings. ECDSA is randomised, so two signed images differ in this
/// section; no PCR covers it.
public final class ImageSignature {
  private static final String ALGORITHM = "SHA384withECDSAinP1363Format";
  private static final String CERTIFICATE = "signing_certificate";
  private static final String SIGNATURE = "signature";
  private static final String INDEX = "register_index";
  private static final String VALUE = "register_value";

  private static final CborLimits SECTION = new CborLimits(32 * 1024, 3, false);
  private static final CborLimits PAYLOAD = new CborLimits(1024, 2, false);

  private ImageSignature() {}

  /// @throws RefusedException when the identity's key is not its certificate's
  public static byte[] sign(byte[] pcr0, SigningIdentity identity) throws RefusedException {
    byte[] payload =
        CborWriter.write(Cbor.map().with(INDEX, Cbor.of(0)).with(VALUE, integers(pcr0)));
    byte[] section;
    try {
      Signature signer = Signature.getInstance(ALGORITHM);
      signer.initSign(identity.key());
      signer.update(CoseSign1.signedBytes(payload));
      byte[] cose = new CoseSign1(payload, signer.sign()).encode();
      section =
          CborWriter.write(
              Cbor.array(
                  Cbor.map()
                      .with(CERTIFICATE, integers(identity.certificatePem()))
                      .with(SIGNATURE, integers(cose))));
    } catch (GeneralSecurityException e) {
      throw new RefusedException(Reason.INPUT_UNSUITABLE, "the key cannot sign", e);
    }
    var _ = verify(section, pcr0);
    return section;
  }

  /// Whether the signature is good is all that is decided here: PCR8 tells whose it is, and the
  /// hypervisor judges the certificate's validity when the enclave starts.
  ///
  /// @return DER of the certificate, which PCR8 measures
  public static byte[] verify(byte[] section, byte[] pcr0) throws RefusedException {
    try {
      List<Cbor> all = CborReader.read(section, SECTION).asArray();
      if (all.size() != 1) {
        throw refused("not exactly one signature");
      }
      Cbor.Map entry = all.getFirst().asMap();
      X509Certificate certificate = SigningIdentity.certificate(bytes(entry.require(CERTIFICATE)));
      CoseSign1 cose = CoseSign1.parse(bytes(entry.require(SIGNATURE)));
      requirePayload(cose.payload(), pcr0);
      Signature verifier = Signature.getInstance(ALGORITHM);
      verifier.initVerify(certificate);
      verifier.update(CoseSign1.signedBytes(cose.payload()));
      if (!verifier.verify(cose.signature())) {
        throw refused("it does not verify under its certificate");
      }
      return encoded(certificate);
    } catch (CborException | DocumentException | GeneralSecurityException e) {
      throw new RefusedException(Reason.EIF_SIGNATURE, "malformed", e);
    }
  }

  private static void requirePayload(byte[] payload, byte[] pcr0)
      throws RefusedException, CborException {
    Cbor.Map register = CborReader.read(payload, PAYLOAD).asMap();
    if (register.require(INDEX).asInt() != 0
        || !Arrays.equals(bytes(register.require(VALUE)), pcr0)) {
      throw refused("it signs another image");
    }
  }

  private static byte[] encoded(X509Certificate certificate) throws CertificateEncodingException {
    return certificate.getEncoded();
  }

  private static Cbor integers(byte[] bytes) {
    List<Cbor> items = new ArrayList<>(bytes.length);
    for (byte b : bytes) {
      items.add(Cbor.of(Byte.toUnsignedLong(b)));
    }
    return new Cbor.Array(items);
  }

  private static byte[] bytes(Cbor integers) throws CborException, RefusedException {
    List<Cbor> items = integers.asArray();
    byte[] bytes = new byte[items.size()];
    for (int i = 0; i < bytes.length; i++) {
      long value = items.get(i).asInt();
      if (value < 0 || value > 0xFF) {
        throw refused("not a byte: " + value);
      }
      bytes[i] = (byte) value;
    }
    return bytes;
  }

  private static RefusedException refused(String detail) {
    return new RefusedException(Reason.EIF_SIGNATURE, detail);
  }
}
