package pqsigner.enclave.residue;

import java.nio.file.Path;
import pqsigner.enclave.boot.Enclave;
import pqsigner.enclave.boot.EnclaveConfiguration;
import pqsigner.enclave.testing.FakeNsm;
import pqsigner.protocol.transport.EndpointAddress;

/// An enclave process on a fake NSM, to be looked into from outside.
public final class ResidueEnclaveMain {
  private ResidueEnclaveMain() {}

  public static void main(String[] arguments) throws Exception {
    EnclaveConfiguration configuration = EnclaveConfiguration.read(Path.of(arguments[0]));
    EndpointAddress any = new EndpointAddress.Tcp("127.0.0.1", 0);
    try (Enclave enclave = Enclave.start(configuration, new FakeNsm(), any)) {
      System.out.println("listening " + enclave.address());
      // Lives until its parent closes the pipe.
      while (System.in.read() >= 0) {}
    }
  }
}
