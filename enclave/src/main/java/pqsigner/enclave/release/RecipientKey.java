package pqsigner.enclave.release;

import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import pqsigner.attestation.Sha2;
import pqsigner.enclave.secret.BorrowedKey;
import pqsigner.enclave.secret.SecretBytes;

/// An RSA-2048 pair that the KMS encrypts data keys to. Made and used by Conscrypt: the private key
/// is in native memory and zeroed when it is freed, whereas the JDK's would be a set of BigIntegers
/// that nothing can wipe.
final class RecipientKey {
  private static final int CONTENT_KEY_BYTES = 32;
  private static final int BLOCK_BYTES = 16;

  /// Said in full: the JDK reads the short name "OAEPWithSHA-256AndMGF1Padding" as MGF1 with SHA-1,
  /// other providers do not.
  private static final OAEPParameterSpec OAEP =
      new OAEPParameterSpec(
          "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT);

  private final KeyPair pair;
  private final Provider conscrypt;
  private final byte[] subjectPublicKeyInfo;
  private final byte[] keyId;

  RecipientKey(KeyPair pair, Provider conscrypt) {
    this.pair = pair;
    this.conscrypt = conscrypt;
    this.subjectPublicKeyInfo = pair.getPublic().getEncoded();
    this.keyId = Sha2.sha256(subjectPublicKeyInfo);
  }

  static RecipientKey generate(Provider conscrypt) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA", conscrypt);
      generator.initialize(new RSAKeyGenParameterSpec(2048, RSAKeyGenParameterSpec.F4));
      return new RecipientKey(generator.generateKeyPair(), conscrypt);
    } catch (NoSuchAlgorithmException | InvalidAlgorithmParameterException e) {
      throw new IllegalStateException("Conscrypt cannot make RSA keys", e);
    }
  }

  /// What goes into the attestation document.
  byte[] subjectPublicKeyInfo() {
    return subjectPublicKeyInfo.clone();
  }

  /// Opens an answer of the KMS to this key.
  SecretBytes open(byte[] ciphertextForRecipient) throws EnvelopeException {
    CiphertextForRecipient envelope = CiphertextForRecipient.parse(ciphertextForRecipient);
    if (!MessageDigest.isEqual(keyId, envelope.recipientKeyId())
        || envelope.iv().length != BLOCK_BYTES
        || envelope.content().length == 0
        || envelope.content().length % BLOCK_BYTES != 0) {
      throw new EnvelopeException();
    }
    boolean[] good = {true};
    try (SecretBytes contentKey = contentKey(envelope.encryptedKey(), good)) {
      byte[] padded = decrypt(contentKey, envelope.iv(), envelope.content());
      try {
        int length = unpadded(padded);
        if (!good[0] || length < 0) {
          throw new EnvelopeException();
        }
        return SecretBytes.moved(Arrays.copyOf(padded, length));
      } finally {
        Arrays.fill(padded, (byte) 0);
      }
    }
  }

  /// A random key where decryption fails, so that the content is decrypted all the same and the
  /// time does not tell a bad RSA block from a bad content.
  private SecretBytes contentKey(byte[] encryptedKey, boolean[] good) {
    byte[] random = new byte[CONTENT_KEY_BYTES];
    new SecureRandom().nextBytes(random);
    try {
      Cipher rsa = Cipher.getInstance("RSA/ECB/OAEPPadding", conscrypt);
      rsa.init(Cipher.DECRYPT_MODE, pair.getPrivate(), OAEP);
      byte[] key = rsa.doFinal(encryptedKey);
      if (key.length == CONTENT_KEY_BYTES) {
        return SecretBytes.moved(key);
      }
      Arrays.fill(key, (byte) 0);
    } catch (GeneralSecurityException | RuntimeException e) {
      // Falls through: one way out for every failure.
    }
    good[0] = false;
    return SecretBytes.moved(random);
  }

  private byte[] decrypt(SecretBytes key, byte[] iv, byte[] content) throws EnvelopeException {
    try {
      return key.expose(
          bytes -> {
            Cipher aes = Cipher.getInstance("AES/CBC/NoPadding", conscrypt);
            aes.init(Cipher.DECRYPT_MODE, new BorrowedKey("AES", bytes), new IvParameterSpec(iv));
            return aes.doFinal(content);
          });
    } catch (GeneralSecurityException e) {
      throw new EnvelopeException();
    }
  }

  /// PKCS#7 without a branch on its bytes.
  ///
  /// @return the length before padding, or -1
  private static int unpadded(byte[] padded) {
    int count = padded[padded.length - 1] & 0xFF;
    int wrong = ((count - 1) | (BLOCK_BYTES - count)) >>> 31;
    for (int i = 1; i <= BLOCK_BYTES; i++) {
      int isPadding = ~((count - i) >> 31);
      wrong |= isPadding & ((padded[padded.length - i] & 0xFF) ^ count);
    }
    return wrong == 0 ? padded.length - count : -1;
  }

  @Override
  public String toString() {
    return "RecipientKey[RSA-2048]";
  }
}
