package pqsigner.attestation;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import pqsigner.attestation.cbor.StrictUtf8;

/// SHA-384 over a sequence of fields, each preceded by its length as u32 big endian, so that no two
/// sequences have the same encoding. The first field is a label that keeps statements of different
/// kinds apart.
final class Commitment {
  private final MessageDigest sha384 = Sha2.sha384();

  Commitment(String label) {
    text(label);
  }

  Commitment bytes(byte[] field) {
    sha384.update(u32(field.length));
    sha384.update(field);
    return this;
  }

  Commitment text(String field) {
    return bytes(StrictUtf8.encode(field));
  }

  Commitment number(int field) {
    return bytes(u32(field));
  }

  byte[] digest() {
    return sha384.digest();
  }

  /// SHA-256 over fields, framed as above.
  static byte[] framedSha256(byte[]... fields) {
    MessageDigest sha256 = Sha2.sha256();
    for (byte[] field : fields) {
      sha256.update(u32(field.length));
      sha256.update(field);
    }
    return sha256.digest();
  }

  private static byte[] u32(int value) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
  }
}
