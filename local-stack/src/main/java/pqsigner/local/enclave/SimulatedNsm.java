package pqsigner.local.enclave;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import pqsigner.attestation.Pcr;
import pqsigner.enclave.nsm.Nsm;
import pqsigner.enclave.nsm.NsmException;
import pqsigner.enclave.nsm.NsmException.Code;

/// A security module that is none: registers in this process's memory, documents under the local
/// root. It keeps the real one's rules and error codes, and it proves nothing to anybody.
public final class SimulatedNsm implements Nsm {

  private static final int LOCKED_AT_BOOT = 16;
  private static final int RANDOM_BYTES = 256;

  /// The real module takes this much in each field of a document.
  private static final int FIELD_BYTES_MAX = 1024;

  /// What is left for data in a request of at most 0x1000 bytes.
  private static final int EXTEND_BYTES_MAX = 4000;

  private final DocumentWriter documents;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();
  private final byte[][] registers = new byte[Pcr.COUNT][Pcr.BYTES];
  private final boolean[] locked = new boolean[Pcr.COUNT];

  /// @param bootRegisters measured by the hypervisor; the rest of the first 16 is zero, and all 16
  ///   are locked
  public SimulatedNsm(
      DocumentWriter documents, Map<Integer, byte[]> bootRegisters, InstantSource clock) {
    this.documents = documents;
    this.clock = clock;
    bootRegisters.forEach(
        (index, value) -> {
          if (index < 0 || index >= LOCKED_AT_BOOT || value.length != Pcr.BYTES) {
            throw new IllegalArgumentException("not a register of the hypervisor's: " + index);
          }
          registers[index] = value.clone();
        });
    for (int i = 0; i < LOCKED_AT_BOOT; i++) {
      locked[i] = true;
    }
  }

  @Override
  public synchronized Description describe() {
    Set<Integer> lockedIndexes = new HashSet<>();
    for (int i = 0; i < Pcr.COUNT; i++) {
      if (locked[i]) {
        lockedIndexes.add(i);
      }
    }
    return new Description(1, 0, 0, documents.moduleId(), Pcr.COUNT, lockedIndexes, "SHA384");
  }

  @Override
  public synchronized Register describePcr(int index) throws NsmException {
    requireIndex(index);
    return new Register(locked[index], registers[index].clone());
  }

  @Override
  public synchronized byte[] extendPcr(int index, byte[] data) throws NsmException {
    requireIndex(index);
    requireUnlocked(index);
    requireSize(data, EXTEND_BYTES_MAX);
    registers[index] = Pcr.extend(registers[index], data);
    return registers[index].clone();
  }

  @Override
  public synchronized void lockPcr(int index) throws NsmException {
    requireIndex(index);
    requireUnlocked(index);
    locked[index] = true;
  }

  @Override
  public byte[] random() {
    byte[] bytes = new byte[RANDOM_BYTES];
    random.nextBytes(bytes);
    return bytes;
  }

  @Override
  public synchronized byte[] attest(
      byte @Nullable [] userData, byte @Nullable [] nonce, byte @Nullable [] publicKey)
      throws NsmException {
    requireSize(userData, FIELD_BYTES_MAX);
    requireSize(nonce, FIELD_BYTES_MAX);
    requireSize(publicKey, FIELD_BYTES_MAX);
    Map<Integer, byte[]> listed = new HashMap<>();
    for (int i = 0; i < Pcr.COUNT; i++) {
      if (locked[i]) {
        listed.put(i, registers[i]);
      }
    }
    return documents.write(
        listed, clock.instant(), new DocumentWriter.Fields(publicKey, userData, nonce));
  }

  private static void requireIndex(int index) throws NsmException {
    if (index < 0 || index >= Pcr.COUNT) {
      throw new NsmException(Code.INVALID_INDEX, "simulated");
    }
  }

  private void requireUnlocked(int index) throws NsmException {
    if (locked[index]) {
      throw new NsmException(Code.READ_ONLY_INDEX, "simulated");
    }
  }

  private static void requireSize(byte @Nullable [] bytes, int max) throws NsmException {
    if (bytes != null && bytes.length > max) {
      throw new NsmException(Code.INPUT_TOO_LARGE, "simulated");
    }
  }
}
