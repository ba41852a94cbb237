package pqsigner.enclave.testing;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import pqsigner.attestation.Pcr;
import pqsigner.attestation.cbor.Cbor;
import pqsigner.attestation.cbor.CborException;
import pqsigner.attestation.cbor.CborLimits;
import pqsigner.attestation.cbor.CborReader;
import pqsigner.attestation.cbor.CborWriter;
import pqsigner.enclave.nsm.Nsm;
import pqsigner.enclave.nsm.NsmException;

/// Keeps registers as the NSM does; its documents are unsigned maps.
public final class FakeNsm implements Nsm {
  private final byte[][] registers = new byte[Pcr.COUNT][Pcr.BYTES];
  private final Set<Integer> locked = new HashSet<>();
  private boolean broken;

  public FakeNsm() {
    Arrays.fill(registers[0], (byte) 0xAA);
    for (int i = 0; i < 16; i++) {
      locked.add(i);
    }
  }

  public FakeNsm inDebugMode() {
    Arrays.fill(registers[0], (byte) 0);
    return this;
  }

  public synchronized void breakAttestation() {
    broken = true;
  }

  @Override
  public synchronized Description describe() {
    return new Description(1, 0, 0, "i-0123456789abcdef0-enc0123", Pcr.COUNT, locked, "SHA384");
  }

  @Override
  public synchronized Register describePcr(int index) {
    return new Register(locked.contains(index), registers[index].clone());
  }

  @Override
  public synchronized byte[] extendPcr(int index, byte[] data) throws NsmException {
    if (locked.contains(index)) {
      throw new NsmException(NsmException.Code.READ_ONLY_INDEX, "locked");
    }
    registers[index] = Pcr.extend(registers[index], data);
    return registers[index].clone();
  }

  @Override
  public synchronized void lockPcr(int index) throws NsmException {
    if (!locked.add(index)) {
      throw new NsmException(NsmException.Code.READ_ONLY_INDEX, "locked");
    }
  }

  @Override
  public byte[] random() {
    byte[] random = new byte[256];
    new SecureRandom().nextBytes(random);
    return random;
  }

  @Override
  public synchronized byte[] attest(
      byte @Nullable [] userData, byte @Nullable [] nonce, byte @Nullable [] publicKey)
      throws NsmException {
    if (broken) {
      throw new NsmException(NsmException.Code.INTERNAL_ERROR, "as told");
    }
    return CborWriter.write(
        Cbor.map()
            .with("pcr16", Cbor.of(registers[16]))
            .with("user_data", Cbor.ofNullable(userData))
            .with("nonce", Cbor.ofNullable(nonce))
            .with("public_key", Cbor.ofNullable(publicKey)));
  }

  /// A field of such a document.
  public static byte[] field(byte[] document, String name) {
    try {
      return CborReader.read(document, new CborLimits(16 * 1024, 2, false))
          .asMap()
          .require(name)
          .asBytes();
    } catch (CborException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
