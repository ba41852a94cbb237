package pqsigner.enclave.testing;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;

/// Writes a CiphertextForRecipient as AWS does: outer values of indefinite length, the recipient's
/// of definite length. With the JDK's ciphers, so that the reader's are checked against others.
public final class AwsEnvelope {
  private static final String SHA256_OAEP =
      "303c06092a864886f70d010107302fa00f300d06096086480165030402010500"
          + "a11c301a06092a864886f70d010108300d06096086480165030402010500";

  private AwsEnvelope() {}

  public static byte[] seal(byte[] subjectPublicKeyInfo, byte[] plaintext) {
    return seal(subjectPublicKeyInfo, plaintext, random(32));
  }

  /// @param contentKey encrypts the content, and is itself encrypted to the recipient
  static byte[] seal(byte[] subjectPublicKeyInfo, byte[] plaintext, byte[] contentKey) {
    return seal(
        new Sealing(subjectPublicKeyInfo, contentKey, SHA256_OAEP, "SHA-256"),
        plaintext,
        Integer.MAX_VALUE);
  }

  /// @param chunkBytes longest octet string of the content; 0 for a primitive content
  public static byte[] sealInChunks(byte[] subjectPublicKeyInfo, byte[] plaintext, int chunkBytes) {
    return seal(
        new Sealing(subjectPublicKeyInfo, random(32), SHA256_OAEP, "SHA-256"),
        plaintext,
        chunkBytes);
  }

  /// What no KMS should send: OAEP with SHA-1, which is what absent parameters mean.
  public static byte[] sealWithSha1(byte[] subjectPublicKeyInfo, byte[] plaintext) {
    return seal(
        new Sealing(subjectPublicKeyInfo, random(32), "300d06092a864886f70d0101073000", "SHA-1"),
        plaintext,
        Integer.MAX_VALUE);
  }

  /// @param oaepIdentifier DER, hex
  private record Sealing(byte[] spki, byte[] key, String oaepIdentifier, String hash) {}

  private static byte[] seal(Sealing with, byte[] plaintext, int chunkBytes) {
    try {
      byte[] spki = with.spki;
      byte[] key = with.key;
      String hash = with.hash;
      byte[] iv = random(16);
      PublicKey recipient =
          KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(spki));
      Cipher rsa = Cipher.getInstance("RSA/ECB/OAEPPadding");
      rsa.init(
          Cipher.ENCRYPT_MODE,
          recipient,
          new OAEPParameterSpec(
              hash,
              "MGF1",
              hash.equals("SHA-1") ? MGF1ParameterSpec.SHA1 : MGF1ParameterSpec.SHA256,
              PSource.PSpecified.DEFAULT));
      Cipher aes = Cipher.getInstance("AES/CBC/PKCS5Padding");
      aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(iv));
      byte[] keyId = MessageDigest.getInstance("SHA-256").digest(spki);
      return envelope(
          keyId,
          hex(with.oaepIdentifier),
          rsa.doFinal(key),
          iv,
          aes.doFinal(plaintext),
          chunkBytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] envelope(
      byte[] keyId, byte[] oaep, byte[] encryptedKey, byte[] iv, byte[] content, int chunkBytes) {
    byte[] recipient =
        definite(
            0x30, join(hex("020102"), definite(0x80, keyId), oaep, definite(0x04, encryptedKey)));
    byte[] cipher = definite(0x30, join(hex("060960864801650304012a"), definite(0x04, iv)));
    byte[] encryptedContent =
        indefinite(0x30, join(hex("06092a864886f70d010701"), cipher, content(content, chunkBytes)));
    byte[] enveloped =
        indefinite(0x30, join(hex("020102"), definite(0x31, recipient), encryptedContent));
    return indefinite(0x30, join(hex("06092a864886f70d010703"), indefinite(0xA0, enveloped)));
  }

  private static byte[] content(byte[] content, int chunkBytes) {
    if (chunkBytes == 0) {
      return definite(0x80, content);
    }
    ByteArrayOutputStream chunks = new ByteArrayOutputStream();
    for (int i = 0; i < content.length; i += Math.min(chunkBytes, content.length)) {
      int length = Math.min(chunkBytes, content.length - i);
      chunks.writeBytes(definite(0x04, java.util.Arrays.copyOfRange(content, i, i + length)));
    }
    return indefinite(0xA0, chunks.toByteArray());
  }

  private static byte[] definite(int tag, byte[] value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (value.length >= 0x100) {
      out.write(0x82);
      out.write(value.length >>> 8);
    } else if (value.length >= 0x80) {
      out.write(0x81);
    }
    out.write(value.length);
    out.writeBytes(value);
    return out.toByteArray();
  }

  private static byte[] indefinite(int tag, byte[] value) {
    return join(new byte[] {(byte) tag, (byte) 0x80}, value, new byte[2]);
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new SecureRandom().nextBytes(bytes);
    return bytes;
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }
}
