package pqsigner.local;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import pqsigner.enclave.boot.ConfigurationException;
import pqsigner.enclave.boot.EnclaveConfiguration;
import pqsigner.enclave.boot.FreedMemory;
import pqsigner.local.process.Launch;
import pqsigner.local.process.LaunchException;
import pqsigner.protocol.Answer;
import pqsigner.protocol.Frame;
import pqsigner.protocol.Phase;
import pqsigner.protocol.Refusal;
import pqsigner.protocol.Request;
import pqsigner.protocol.transport.Connection;
import pqsigner.protocol.transport.EndpointAddress;
import pqsigner.protocol.transport.Transport;

/// How the enclave is started: with its own flags, its own dependencies, its measured
/// configuration, and of this module nothing but the simulated NSM.
final class EnclaveLaunches {

  private static final String MAIN = "pqsigner.local.enclave.SimulatedEnclaveMain";

  private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);

  private final StackLayout layout;
  private final LocalStackOptions options;

  EnclaveLaunches(StackLayout layout, LocalStackOptions options) {
    this.layout = layout;
    this.options = options;
  }

  /// @param extraCode further files to measure as the enclave's own
  Launch enclave(List<Path> extraCode) {
    var arguments =
        new ArrayList<>(layout.settings(options).enclaveArguments(layout.enclaveFile()));
    extraCode.forEach(file -> arguments.addAll(List.of("--also-measure", file.toString())));
    List<Path> classPath = new ArrayList<>();
    classPath.add(layout.modules().code("local-stack"));
    classPath.addAll(layout.modules().classPath("enclave"));
    return new Launch(
        "enclave",
        layout.modules().enclaveJvmOptions(),
        classPath,
        MAIN,
        arguments,
        FreedMemory.environment(),
        layout.log("enclave"),
        this::takesCredentials,
        Duration.ofMinutes(1),
        Duration.ofSeconds(5));
  }

  /// As the enclave will read it.
  EnclaveConfiguration configuration() {
    try {
      return EnclaveConfiguration.read(layout.enclaveFile());
    } catch (ConfigurationException e) {
      throw new LaunchException("the enclave would refuse its configuration", e);
    }
  }

  /// It listens from the first moment; what counts is that it has measured itself and booted.
  private boolean takesCredentials() {
    return status()
        .filter(told -> told.phase() == Phase.ATTESTED || told.phase() == Phase.SERVING)
        .isPresent();
  }

  /// The worker found it and gave it credentials that KMS took.
  boolean serves() {
    return status().filter(told -> told.phase() == Phase.SERVING).isPresent();
  }

  /// The worker found it and gave it credentials, and KMS did not let it work.
  boolean isDenied() {
    return status().stream()
        .flatMap(told -> told.stats().kms().stream())
        .anyMatch(calls -> calls.refusal() == Refusal.KMS_DENIED);
  }

  private Optional<Answer.Status> status() {
    try (Connection connection =
        Transport.connect(EndpointAddress.parse(layout.enclaveAddress()), PROBE_TIMEOUT)) {
      connection.readTimeout(PROBE_TIMEOUT);
      connection.output().write(Frame.of(1, new Request.Status()).encode());
      Frame frame = Frame.read(connection.input());
      return frame != null
              && Answer.decode(frame.type(), frame.body()) instanceof Answer.Status status
          ? Optional.of(status)
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
