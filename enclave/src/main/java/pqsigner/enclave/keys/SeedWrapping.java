package pqsigner.enclave.keys;

import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import pqsigner.enclave.RefusedException;
import pqsigner.enclave.secret.BorrowedKey;
import pqsigner.enclave.secret.SecretBytes;
import pqsigner.enclave.signing.Level;
import pqsigner.protocol.Limits;
import pqsigner.protocol.Refusal;

/// AES-256-GCM over a seed. By Conscrypt, which expands the AES key in native memory; the JDK's
/// cipher leaves the expanded key in dead heap objects.
///
/// A data key wraps one seed once, so a random nonce cannot repeat under it.
final class SeedWrapping {
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final Provider conscrypt;
  private final SecureRandom random;

  SeedWrapping(Provider conscrypt, SecureRandom random) {
    this.conscrypt = conscrypt;
    this.random = random;
  }

  byte[] wrap(SecretBytes dataKey, byte[] additionalData, SecretBytes seed) {
    byte[] wrapped = new byte[Limits.WRAPPED_SEED_BYTES];
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    System.arraycopy(nonce, 0, wrapped, 0, NONCE_BYTES);
    try {
      int written =
          dataKey.expose(
              key -> {
                Cipher gcm = cipher(Cipher.ENCRYPT_MODE, key, nonce, additionalData);
                return seed.expose(
                    bytes -> gcm.doFinal(bytes, 0, bytes.length, wrapped, NONCE_BYTES));
              });
      if (NONCE_BYTES + written != wrapped.length) {
        throw new IllegalStateException("a wrapped seed has another length");
      }
      return wrapped;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM does not encrypt", e);
    }
  }

  /// @throws RefusedException KEY_RECORD_REJECTED, whatever the reason
  SecretBytes unwrap(SecretBytes dataKey, byte[] additionalData, byte[] wrapped)
      throws RefusedException {
    if (wrapped.length != Limits.WRAPPED_SEED_BYTES) {
      throw new RefusedException(Refusal.KEY_RECORD_REJECTED);
    }
    byte[] nonce = Arrays.copyOf(wrapped, NONCE_BYTES);
    byte[] seed = new byte[Level.SEED_BYTES];
    try {
      int written =
          dataKey.expose(
              key ->
                  cipher(Cipher.DECRYPT_MODE, key, nonce, additionalData)
                      .doFinal(wrapped, NONCE_BYTES, wrapped.length - NONCE_BYTES, seed, 0));
      if (written == Level.SEED_BYTES) {
        return SecretBytes.moved(seed);
      }
    } catch (GeneralSecurityException e) {
      // One code, below.
    }
    Arrays.fill(seed, (byte) 0);
    throw new RefusedException(Refusal.KEY_RECORD_REJECTED);
  }

  private Cipher cipher(int mode, byte[] key, byte[] nonce, byte[] additionalData)
      throws GeneralSecurityException {
    Cipher gcm = Cipher.getInstance("AES/GCM/NoPadding", conscrypt);
    gcm.init(mode, new BorrowedKey(key), new GCMParameterSpec(TAG_BITS, nonce));
    gcm.updateAAD(additionalData);
    return gcm;
  }
}
