package pqsigner.attestation.nitro;

import static pqsigner.attestation.nitro.RejectionReason.COSE_NOT_SIGN1;
import static pqsigner.attestation.nitro.RejectionReason.COSE_PROTECTED_HEADER;
import static pqsigner.attestation.nitro.RejectionReason.COSE_SIGNATURE_LENGTH;
import static pqsigner.attestation.nitro.RejectionReason.COSE_TAGGED;
import static pqsigner.attestation.nitro.RejectionReason.COSE_UNPROTECTED_HEADER;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import pqsigner.attestation.cbor.Cbor;
import pqsigner.attestation.cbor.CborLimits;
import pqsigner.attestation.cbor.CborWriter;

/// COSE_Sign1 (RFC 9052) as the NSM writes it and in no other way: no tag, the protected header
/// `{1: -35}` (ES384) byte for byte, no unprotected header, a signature of 96 bytes.
///
/// The algorithm is therefore a constant and never read from the document.
///
/// @param payload as received; it is what was signed, so it is never encoded again
/// @param signature r ‖ s of 48 bytes each; s may be high, so the signature of a document can be
///   changed into another valid one and must not serve as an identity
public record CoseSign1(byte[] payload, byte[] signature) {
  private static final int SIGNATURE_BYTES = 96;
  private static final int TAG_MAJOR_TYPE = 6;
  private static final byte[] ES384_HEADER = HexFormat.of().parseHex("a1013822");

  /// The NSM's response buffer has 0x3000 bytes; no real document can be longer.
  static final int BYTES_MAX = 0x3000;

  private static final CborLimits LIMITS = new CborLimits(BYTES_MAX, 4, false);

  public static CoseSign1 parse(byte[] encoded) throws DocumentException {
    if (encoded.length == 0) {
      throw new DocumentException(RejectionReason.EMPTY, "no bytes");
    }
    if (encoded.length > BYTES_MAX) {
      throw new DocumentException(
          RejectionReason.TOO_LARGE, encoded.length + " bytes, at most " + BYTES_MAX);
    }
    if ((encoded[0] & 0xFF) >>> 5 == TAG_MAJOR_TYPE) {
      throw new DocumentException(COSE_TAGGED, "the NSM writes COSE_Sign1 without a tag");
    }
    if (!(DocumentParser.read(encoded, LIMITS, "envelope") instanceof Cbor.Array(List<Cbor> parts))
        || parts.size() != 4
        || !(parts.get(2) instanceof Cbor.Bytes(byte[] payload))
        || !(parts.get(3) instanceof Cbor.Bytes(byte[] signature))) {
      throw new DocumentException(COSE_NOT_SIGN1, "not [header, header, payload, signature]");
    }
    if (!(parts.get(0) instanceof Cbor.Bytes(byte[] header))
        || !Arrays.equals(header, ES384_HEADER)) {
      throw new DocumentException(COSE_PROTECTED_HEADER, "not exactly {1: -35} (ES384)");
    }
    if (!(parts.get(1) instanceof Cbor.Map map) || !map.entries().isEmpty()) {
      throw new DocumentException(COSE_UNPROTECTED_HEADER, "not an empty map");
    }
    if (signature.length != SIGNATURE_BYTES) {
      throw new DocumentException(
          COSE_SIGNATURE_LENGTH, signature.length + " bytes, not " + SIGNATURE_BYTES);
    }
    return new CoseSign1(payload, signature);
  }

  /// The bytes under the signature of a document with this payload: the Sig_structure of RFC 9052,
  /// section 4.4.
  public static byte[] signedBytes(byte[] payload) {
    return CborWriter.write(
        Cbor.array(
            Cbor.of("Signature1"), Cbor.of(ES384_HEADER), Cbor.of(new byte[0]), Cbor.of(payload)));
  }

  public byte[] encode() {
    return CborWriter.write(
        Cbor.array(Cbor.of(ES384_HEADER), Cbor.map(), Cbor.of(payload), Cbor.of(signature)));
  }
}
