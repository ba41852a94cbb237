package pqsigner.image;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import pqsigner.attestation.Pcr;
import pqsigner.enclave.boot.Enclave;
import pqsigner.enclave.boot.EnclaveConfiguration;
import pqsigner.enclave.nsm.Nsm;
import pqsigner.protocol.transport.EndpointAddress;

/// Runs inside an image's root file system, as nothing but the class path and the runtime that the
/// image has: boots the enclave on registers in memory and prints what it extended.
///
/// Arguments: configuration, socket to listen on.
public final class BootProbe {
  private BootProbe() {}

  private static final class Registers implements Nsm {
    private final byte[][] values = new byte[Pcr.COUNT][Pcr.BYTES];
    private final Set<Integer> locked = new HashSet<>();

    @Override
    public Description describe() {
      return new Description(1, 0, 0, "i-0123456789abcdef0-enc0123", Pcr.COUNT, locked, "SHA384");
    }

    @Override
    public Register describePcr(int index) {
      return new Register(locked.contains(index), values[index].clone());
    }

    @Override
    public byte[] extendPcr(int index, byte[] data) {
      values[index] = Pcr.extend(values[index], data);
      return values[index].clone();
    }

    @Override
    public void lockPcr(int index) {
      locked.add(index);
    }

    @Override
    public byte[] random() {
      byte[] random = new byte[256];
      new SecureRandom().nextBytes(random);
      return random;
    }

    @Override
    public byte[] attest(
        byte @Nullable [] userData, byte @Nullable [] nonce, byte @Nullable [] publicKey) {
      throw new UnsupportedOperationException();
    }
  }

  public static void main(String[] arguments) throws Exception {
    Registers nsm = new Registers();
    Arrays.fill(nsm.values[0], (byte) 1);
    EnclaveConfiguration configuration = EnclaveConfiguration.read(Path.of(arguments[0]));
    EndpointAddress listen = EndpointAddress.parse(arguments[1]);
    try (Enclave enclave = Enclave.start(configuration, nsm, listen)) {
      System.out.println("jvm=" + ManagementFactory.getRuntimeMXBean().getInputArguments());
      System.out.println("phase=" + enclave.phase());
      System.out.println("pcr16=" + HexFormat.of().formatHex(nsm.values[16]));
    }
  }
}
