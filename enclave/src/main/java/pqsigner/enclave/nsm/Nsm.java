package pqsigner.enclave.nsm;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the enclave needs of its security module. Calls may block and may come from any thread.
public interface Nsm {

  /// Bounds that a document's fields keep when the enclave asks for one. AWS's own texts give 512
  /// as well as 1024 for the first two; the smaller holds for both.
  int USER_DATA_BYTES_MAX = 512;

  int NONCE_BYTES_MAX = 512;
  int PUBLIC_KEY_BYTES_MAX = 1024;

  Description describe() throws NsmException;

  /// @param index 0 to 31
  Register describePcr(int index) throws NsmException;

  /// Sets the register to SHA-384(old ‖ data).
  ///
  /// @return the new value, 48 bytes
  byte[] extendPcr(int index, byte[] data) throws NsmException;

  /// From now on the register cannot be extended, and documents list it.
  void lockPcr(int index) throws NsmException;

  /// Hardware randomness, 256 bytes on real hardware.
  byte[] random() throws NsmException;

  /// A signed document over this enclave's locked registers and the given fields.
  byte[] attest(byte @Nullable [] userData, byte @Nullable [] nonce, byte @Nullable [] publicKey)
      throws NsmException;

  /// @param moduleId instance id, `-enc`, enclave id
  /// @param digest always SHA384 today
  record Description(
      int versionMajor,
      int versionMinor,
      int versionPatch,
      String moduleId,
      int maxPcrs,
      Set<Integer> lockedPcrs,
      String digest) {
    public Description {
      lockedPcrs = Set.copyOf(lockedPcrs);
    }
  }

  /// @param value 48 bytes
  record Register(boolean locked, byte[] value) {}
}
