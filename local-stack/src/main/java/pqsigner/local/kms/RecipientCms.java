package pqsigner.local.kms;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;
import pqsigner.attestation.Sha2;

/// `CiphertextForRecipient`: CMS EnvelopedData in the mixture of definite and indefinite lengths
/// that AWS emits, written from a template so that it is those bytes and no library's.
final class RecipientCms {

  /// How the encrypted content is written; AWS has been seen to use both.
  enum Content {
    /// `[0]` of indefinite length around one OCTET STRING, seen for data keys.
    CONSTRUCTED,
    /// `[0]` with the bytes themselves, seen for short plaintexts.
    PRIMITIVE
  }

  private static final byte[] END_OF_CONTENTS = {0, 0};
  private static final byte[] ENVELOPED = hex("3080 06092a864886f70d010703 a080 3080 020102");
  private static final byte[] KEY_TRANSPORT_VERSION = hex("020102");
  private static final byte[] OAEP_SHA256 =
      hex(
          "303c 06092a864886f70d010107 302f"
              + "a00f 300d 0609608648016503040201 0500"
              + "a11c 301a 06092a864886f70d010108 300d 0609608648016503040201 0500");
  private static final byte[] CONTENT = hex("3080 06092a864886f70d010701");
  private static final byte[] AES_256_CBC = hex("301d 060960864801650304012a 0410");

  private static final OAEPParameterSpec OAEP =
      new OAEPParameterSpec(
          "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT);
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int KEY_BYTES = 32;
  private static final int IV_BYTES = 16;

  private RecipientCms() {}

  static byte[] seal(byte[] plaintext, RSAPublicKey recipient, Content form) {
    byte[] key = random(KEY_BYTES);
    byte[] iv = random(IV_BYTES);
    try {
      Cipher wrap = Cipher.getInstance("RSA/ECB/OAEPPadding");
      wrap.init(Cipher.ENCRYPT_MODE, recipient, OAEP);
      Cipher aes = Cipher.getInstance("AES/CBC/PKCS5Padding");
      aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(iv));
      byte[] keyId = Sha2.sha256(recipient.getEncoded());
      return encode(keyId, wrap.doFinal(key), iv, aes.doFinal(plaintext), form);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static byte[] encode(byte[] keyId, byte[] wrapped, byte[] iv, byte[] encrypted, Content form) {
    byte[] recipient =
        tlv(0x30, join(KEY_TRANSPORT_VERSION, tlv(0x80, keyId), OAEP_SHA256, tlv(0x04, wrapped)));
    byte[] content =
        switch (form) {
          case CONSTRUCTED -> join(hex("a080"), tlv(0x04, encrypted), END_OF_CONTENTS);
          case PRIMITIVE -> tlv(0x80, encrypted);
        };
    return join(
        ENVELOPED,
        tlv(0x31, recipient),
        CONTENT,
        AES_256_CBC,
        iv,
        content,
        END_OF_CONTENTS, // EncryptedContentInfo
        END_OF_CONTENTS, // EnvelopedData
        END_OF_CONTENTS, // its explicit tag
        END_OF_CONTENTS); // ContentInfo
  }

  private static byte[] tlv(int tag, byte[] value) {
    var out = new ByteArrayOutputStream();
    out.write(tag);
    if (value.length < 0x80) {
      out.write(value.length);
    } else if (value.length <= 0xFF) {
      out.write(0x81);
      out.write(value.length);
    } else {
      out.write(0x82);
      out.write(value.length >> 8);
      out.write(value.length);
    }
    out.writeBytes(value);
    return out.toByteArray();
  }

  private static byte[] join(byte[]... parts) {
    var out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private static byte[] random(int bytes) {
    byte[] random = new byte[bytes];
    RANDOM.nextBytes(random);
    return random;
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits.replace(" ", ""));
  }
}
