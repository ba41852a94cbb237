package pqsigner.enclave.boot;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import pqsigner.enclave.nsm.DeviceNsm;
import pqsigner.protocol.transport.EndpointAddress;

/// The production process. It knows one NSM, the device; there is no option for another.
///
/// ```
/// java @enclave.jvmopts -cp ... pqsigner.enclave.boot.EnclaveMain --config FILE --listen ADDRESS
/// ```
///
/// Exit codes: 0 stopped, 1 must not or cannot start, 2 usage.
public final class EnclaveMain {
  private EnclaveMain() {}

  public static void main(String[] arguments) {
    if (arguments.length != 4
        || !arguments[0].equals("--config")
        || !arguments[2].equals("--listen")) {
      System.err.println("usage: EnclaveMain --config FILE --listen ADDRESS");
      System.exit(2);
    }
    System.exit(run(Path.of(arguments[1]), arguments[3]));
  }

  private static int run(Path config, String listen) {
    long started = System.nanoTime();
    try (DeviceNsm nsm = DeviceNsm.open(DeviceNsm.DEVICE)) {
      ProductionChecks.requireMeasuredJvm(System.getenv());
      ProductionChecks.requireNsmEntropy(ProductionChecks.CURRENT_HWRNG);
      EnclaveConfiguration configuration = EnclaveConfiguration.read(config);
      try (Enclave enclave = Enclave.start(configuration, nsm, EndpointAddress.parse(listen))) {
        Duration boot = Duration.ofNanos(System.nanoTime() - started);
        System.out.printf(
            "event=attested address=%s boot_ms=%d%n", enclave.address(), boot.toMillis());
        Runtime.getRuntime().addShutdownHook(new Thread(enclave::close, "drain"));
        enclave.awaitClosed();
        System.out.println("event=stopped");
        return 0;
      }
    } catch (IOException | ConfigurationException | IllegalArgumentException e) {
      System.out.printf("event=not_started reason=\"%s\"%n", e.getMessage());
      return 1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }
}
