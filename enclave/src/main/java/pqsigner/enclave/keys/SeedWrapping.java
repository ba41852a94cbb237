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
import pqsigner.mldsa.ParameterSet;
import pqsigner.protocol.Limits;
import pqsigner.protocol.Refusal;

/// AES-256-GCM over a seed. A data key wraps one seed once, so a random nonce cannot repeat under
/// it.
///
/// By Conscrypt, because the JDK's cipher leaves its key schedule in dead heap objects. Conscrypt
/// leaves it on the native stack of the thread, where it stays until something is called that
/// reaches as deep. So each operation is followed by the same with a key that is worth nothing: it
/// runs through the same frames and writes its own schedule over the other. (Both were seen by
/// looking into the process.)
final class SeedWrapping {
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final byte[] NO_DATA = new byte[0];

  private final Provider conscrypt;
  private final SecureRandom random;
  private final SecretBytes decoyKey = SecretBytes.moved(new byte[32]);
  private final byte[] decoy;

  SeedWrapping(Provider conscrypt, SecureRandom random) {
    this.conscrypt = conscrypt;
    this.random = random;
    try (SecretBytes nothing = SecretBytes.moved(new byte[ParameterSet.SEED_BYTES])) {
      this.decoy = encrypt(decoyKey, NO_DATA, nothing);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM failed to encrypt", e);
    }
  }

  byte[] wrap(SecretBytes dataKey, byte[] additionalData, SecretBytes seed) {
    try (SecretBytes nothing = SecretBytes.moved(new byte[ParameterSet.SEED_BYTES])) {
      byte[] wrapped = encrypt(dataKey, additionalData, seed);
      byte[] covered = encrypt(decoyKey, NO_DATA, nothing);
      if (wrapped.length != covered.length) {
        throw new IllegalStateException("a wrapped seed has the wrong length");
      }
      return wrapped;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM failed to encrypt", e);
    }
  }

  /// @throws RefusedException KEY_RECORD_REJECTED, whatever the reason
  SecretBytes unwrap(SecretBytes dataKey, byte[] additionalData, byte[] wrapped)
      throws RefusedException {
    byte[] seed = new byte[ParameterSet.SEED_BYTES];
    boolean opened = decrypt(dataKey, additionalData, wrapped, seed);
    boolean covered = decrypt(decoyKey, NO_DATA, decoy, new byte[ParameterSet.SEED_BYTES]);
    if (opened && covered) {
      return SecretBytes.moved(seed);
    }
    Arrays.fill(seed, (byte) 0);
    throw new RefusedException(Refusal.KEY_RECORD_REJECTED);
  }

  private byte[] encrypt(SecretBytes dataKey, byte[] additionalData, SecretBytes seed)
      throws GeneralSecurityException {
    byte[] wrapped = new byte[Limits.WRAPPED_SEED_BYTES];
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    System.arraycopy(nonce, 0, wrapped, 0, NONCE_BYTES);
    int written =
        dataKey.expose(
            key -> {
              Cipher gcm = cipher(Cipher.ENCRYPT_MODE, key, nonce, additionalData);
              return seed.expose(
                  bytes -> gcm.doFinal(bytes, 0, bytes.length, wrapped, NONCE_BYTES));
            });
    if (NONCE_BYTES + written != wrapped.length) {
      throw new IllegalStateException("a wrapped seed has the wrong length");
    }
    return wrapped;
  }

  private boolean decrypt(SecretBytes dataKey, byte[] additionalData, byte[] wrapped, byte[] seed) {
    if (wrapped.length != Limits.WRAPPED_SEED_BYTES) {
      return false;
    }
    byte[] nonce = Arrays.copyOf(wrapped, NONCE_BYTES);
    try {
      int written =
          dataKey.expose(
              key ->
                  cipher(Cipher.DECRYPT_MODE, key, nonce, additionalData)
                      .doFinal(wrapped, NONCE_BYTES, wrapped.length - NONCE_BYTES, seed, 0));
      return written == ParameterSet.SEED_BYTES;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private Cipher cipher(int mode, byte[] key, byte[] nonce, byte[] additionalData)
      throws GeneralSecurityException {
    Cipher gcm = Cipher.getInstance("AES/GCM/NoPadding", conscrypt);
    gcm.init(mode, new BorrowedKey("AES", key), new GCMParameterSpec(TAG_BITS, nonce));
    gcm.updateAAD(additionalData);
    return gcm;
  }
}
