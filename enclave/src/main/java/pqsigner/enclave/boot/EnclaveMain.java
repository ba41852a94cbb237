package pqsigner.enclave.boot;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import pqsigner.enclave.EventLog;
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
      ProductionChecks.requireOverwrittenMemory();
      ProductionChecks.requireNsmEntropy(ProductionChecks.CURRENT_HWRNG);
      EnclaveConfiguration configuration = EnclaveConfiguration.read(config);
      try (Enclave enclave = Enclave.start(configuration, nsm, EndpointAddress.parse(listen))) {
        Duration boot = Duration.ofNanos(System.nanoTime() - started);
        EventLog.event(
            "enclave.attested", "address=" + enclave.address() + " boot_ms=" + boot.toMillis());
        Runtime.getRuntime().addShutdownHook(new Thread(enclave::close, "drain"));
        enclave.awaitClosed();
        EventLog.event("enclave.stopped", "phase=" + enclave.phase());
        return 0;
      }
    } catch (IOException | ConfigurationException | IllegalArgumentException e) {
      // Before the boot there is no secret that a message could quote.
      EventLog.event("start.failed", "reason=\"" + e.getMessage() + "\"");
      return 1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }
}
