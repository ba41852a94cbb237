package pqsigner.local.enclave;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import pqsigner.attestation.cbor.Cbor;
import pqsigner.attestation.cbor.CborWriter;

/// Attestation documents in the bytes of real ones: an untagged COSE_Sign1 with an ES384 signature
/// in raw form, the payload's keys in AWS's order, unused fields present as null.
public final class DocumentWriter {

  /// The only protected header that was ever seen: algorithm ES384.
  private static final byte[] PROTECTED = {(byte) 0xa1, 0x01, 0x38, 0x22};

  /// How the payload's map is written. Real documents changed in 2025.
  public enum PayloadMap {
    DEFINITE,
    INDEFINITE
  }

  private final String moduleId;
  private final List<X509Certificate> caBundle;
  private final X509Certificate leaf;
  private final PrivateKey key;
  private final PayloadMap form;

  /// @param caBundle root first
  public DocumentWriter(
      String moduleId,
      List<X509Certificate> caBundle,
      X509Certificate leaf,
      PrivateKey key,
      PayloadMap form) {
    this.moduleId = moduleId;
    this.caBundle = List.copyOf(caBundle);
    this.leaf = leaf;
    this.key = key;
    this.form = form;
  }

  /// What the caller of the module chooses.
  public record Fields(
      byte @Nullable [] publicKey, byte @Nullable [] userData, byte @Nullable [] nonce) {}

  String moduleId() {
    return moduleId;
  }

  /// @param pcrs locked registers by index
  public byte[] write(Map<Integer, byte[]> pcrs, Instant timestamp, Fields fields) {
    Cbor.Map registers = Cbor.map();
    for (Map.Entry<Integer, byte[]> pcr : new TreeMap<>(pcrs).entrySet()) {
      registers = registers.with(pcr.getKey(), Cbor.of(pcr.getValue()));
    }
    Cbor.Map payload =
        Cbor.map()
            .with("module_id", Cbor.of(moduleId))
            .with("digest", Cbor.of("SHA384"))
            .with("timestamp", Cbor.of(timestamp.toEpochMilli()))
            .with("pcrs", registers)
            .with("certificate", certificate(leaf))
            .with(
                "cabundle",
                Cbor.array(caBundle.stream().map(DocumentWriter::certificate).toArray(Cbor[]::new)))
            .with("public_key", Cbor.ofNullable(fields.publicKey))
            .with("user_data", Cbor.ofNullable(fields.userData))
            .with("nonce", Cbor.ofNullable(fields.nonce));
    byte[] bytes =
        switch (form) {
          case DEFINITE -> CborWriter.write(payload);
          case INDEFINITE -> CborWriter.writeIndefinite(payload);
        };
    return CborWriter.write(
        Cbor.array(
            Cbor.of(PROTECTED), Cbor.map(), Cbor.of(bytes), Cbor.of(sign(signedBytes(bytes)))));
  }

  private static byte[] signedBytes(byte[] payload) {
    return CborWriter.write(
        Cbor.array(
            Cbor.of("Signature1"), Cbor.of(PROTECTED), Cbor.of(new byte[0]), Cbor.of(payload)));
  }

  private byte[] sign(byte[] bytes) {
    try {
      Signature es384 = Signature.getInstance("SHA384withECDSAinP1363Format");
      es384.initSign(key);
      es384.update(bytes);
      return es384.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the simulated module cannot sign", e);
    }
  }

  private static Cbor certificate(X509Certificate certificate) {
    try {
      return Cbor.of(certificate.getEncoded());
    } catch (CertificateEncodingException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
