package pqsigner.local.kms;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Data keys under the master key: version byte, 12-byte nonce, AES-256-GCM ciphertext and tag,
/// with the key's ARN and the encryption context as additional data.
final class CiphertextBlobs {

  private static final byte VERSION = 1;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final SecretKeySpec masterKey;
  private final String keyArn;

  CiphertextBlobs(byte[] masterKey, String keyArn) {
    this.masterKey = new SecretKeySpec(masterKey, "AES");
    this.keyArn = keyArn;
  }

  byte[] seal(byte[] plaintext, Map<String, String> context) {
    byte[] nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    try {
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, context).doFinal(plaintext);
      return ByteBuffer.allocate(1 + NONCE_BYTES + sealed.length)
          .put(VERSION)
          .put(nonce)
          .put(sealed)
          .array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  byte[] open(byte[] blob, Map<String, String> context) throws KmsError {
    // As with AWS, nothing says whether the blob or the context is wrong.
    var invalid = new KmsError(KmsError.Type.INVALID_CIPHERTEXT, "");
    if (blob.length < 1 + NONCE_BYTES + TAG_BITS / 8 || blob[0] != VERSION) {
      throw invalid;
    }
    byte[] nonce = Arrays.copyOfRange(blob, 1, 1 + NONCE_BYTES);
    try {
      return cipher(Cipher.DECRYPT_MODE, nonce, context)
          .doFinal(blob, 1 + NONCE_BYTES, blob.length - 1 - NONCE_BYTES);
    } catch (GeneralSecurityException e) {
      throw invalid;
    }
  }

  private Cipher cipher(int mode, byte[] nonce, Map<String, String> context)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, masterKey, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(additionalData(context));
    return cipher;
  }

  private byte[] additionalData(Map<String, String> context) {
    var out = new ByteArrayOutputStream();
    put(out, keyArn);
    new TreeMap<>(context)
        .forEach(
            (name, value) -> {
              put(out, name);
              put(out, value);
            });
    return out.toByteArray();
  }

  private static void put(ByteArrayOutputStream out, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
    out.writeBytes(bytes);
  }
}
