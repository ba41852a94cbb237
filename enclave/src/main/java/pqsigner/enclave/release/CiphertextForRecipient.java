package pqsigner.enclave.release;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;

/// CMS EnvelopedData exactly as the KMS writes it:
///
/// ```
/// ContentInfo SEQUENCE
///   OID envelopedData
///   [0] SEQUENCE
///     INTEGER 2
///     SET, one element: SEQUENCE
///       INTEGER 2
///       [0] subjectKeyIdentifier, 32 bytes = SHA-256(recipient's SubjectPublicKeyInfo)
///       AlgorithmIdentifier RSAES-OAEP, SHA-256, MGF1-SHA-256        byte for byte
///       OCTET STRING, the AES-256 key under it
///     SEQUENCE
///       OID data
///       SEQUENCE OID aes256-CBC, OCTET STRING iv
///       [0] content: constructed of OCTET STRINGs, or primitive
/// ```
///
/// The KMS writes the outer values with indefinite length. Another algorithm, a second recipient or
/// a byte too many is not an answer of the KMS.
record CiphertextForRecipient(
    byte[] recipientKeyId, byte[] encryptedKey, byte[] iv, byte[] content) {
  /// A data key makes about 470 bytes.
  static final int BYTES_MAX = 8 * 1024;

  private static final int SEQUENCE = 0x30;
  private static final int SET = 0x31;
  private static final int INTEGER = 0x02;
  private static final int OCTET_STRING = 0x04;
  private static final int CONTEXT_0 = 0x80;
  private static final int CONTEXT_0_CONSTRUCTED = 0xA0;

  private static final byte[] OID_ENVELOPED_DATA = hex("06092a864886f70d010703");
  private static final byte[] OID_DATA = hex("06092a864886f70d010701");
  private static final byte[] OID_AES_256_CBC = hex("060960864801650304012a");
  private static final byte[] RSAES_OAEP_SHA_256 =
      hex(
          "303c06092a864886f70d010107302f"
              + "a00f300d06096086480165030402010500"
              + "a11c301a06092a864886f70d010108300d06096086480165030402010500");

  static CiphertextForRecipient parse(byte[] encoded) throws EnvelopeException {
    if (encoded.length > BYTES_MAX) {
      throw new EnvelopeException();
    }
    BerReader in = new BerReader(encoded);
    in.enter(SEQUENCE);
    in.exactly(OID_ENVELOPED_DATA);
    in.enter(CONTEXT_0_CONSTRUCTED);
    in.enter(SEQUENCE);
    version2(in);

    in.enter(SET);
    in.enter(SEQUENCE);
    version2(in);
    byte[] keyId = in.primitive(CONTEXT_0);
    in.exactly(RSAES_OAEP_SHA_256);
    byte[] encryptedKey = in.primitive(OCTET_STRING);
    in.leave();
    in.leave();

    in.enter(SEQUENCE);
    in.exactly(OID_DATA);
    in.enter(SEQUENCE);
    in.exactly(OID_AES_256_CBC);
    byte[] iv = in.primitive(OCTET_STRING);
    in.leave();
    byte[] content = content(in);
    in.leave();

    in.leave();
    in.leave();
    in.leave();
    in.end();
    return new CiphertextForRecipient(keyId, encryptedKey, iv, content);
  }

  private static void version2(BerReader in) throws EnvelopeException {
    byte[] version = in.primitive(INTEGER);
    if (version.length != 1 || version[0] != 2) {
      throw new EnvelopeException();
    }
  }

  private static byte[] content(BerReader in) throws EnvelopeException {
    if (!in.next(CONTEXT_0_CONSTRUCTED)) {
      return in.primitive(CONTEXT_0);
    }
    ByteArrayOutputStream chunks = new ByteArrayOutputStream();
    in.enter(CONTEXT_0_CONSTRUCTED);
    while (in.next(OCTET_STRING)) {
      chunks.writeBytes(in.primitive(OCTET_STRING));
    }
    in.leave();
    return chunks.toByteArray();
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }
}
