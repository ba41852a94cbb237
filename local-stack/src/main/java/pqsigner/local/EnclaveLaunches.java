package pqsigner.local;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import pqsigner.local.pki.LocalNitroChain;
import pqsigner.local.pki.LocalPki;
import pqsigner.local.pki.OwnerOnly;
import pqsigner.local.process.Launch;
import pqsigner.local.process.Readiness;

/// How the enclave is started: with its own flags, its own dependencies, its measured
/// configuration, and of this module nothing but the simulated NSM.
final class EnclaveLaunches {

  private static final String MAIN = "pqsigner.local.enclave.SimulatedEnclaveMain";

  private final StackLayout layout;
  private final LocalStackOptions options;

  EnclaveLaunches(StackLayout layout, LocalStackOptions options) {
    this.layout = layout;
    this.options = options;
  }

  /// @param extraCode further files to measure as the enclave's own
  Launch enclave(List<Path> extraCode) throws IOException {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("--config", configuration().toString()));
    arguments.addAll(List.of("--listen", layout.enclaveAddress()));
    LocalNitroChain nitro = layout.pki().nitro();
    arguments.addAll(List.of("--nsm-module-id", nitro.moduleId()));
    arguments.addAll(List.of("--nsm-cabundle", nitro.caBundle().toString()));
    arguments.addAll(List.of("--nsm-certificate", nitro.leaf().certificate().toString()));
    arguments.addAll(List.of("--nsm-key", nitro.leaf().key().toString()));
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
        Map.of(),
        layout.log("enclave"),
        new Readiness.Port(layout.enclavePort()),
        Duration.ofMinutes(1),
        Duration.ofSeconds(5));
  }

  /// The measured configuration. The trust roots are a file beside it, so they are named without a
  /// folder.
  private Path configuration() throws IOException {
    LocalIdentities identities = layout.identities();
    Map<String, String> properties = new TreeMap<>();
    properties.put("kms.key-arn", identities.keyArn());
    properties.put("kms.region", identities.region());
    properties.put("kms.endpoint-host", LocalPki.kmsHost(identities.region()));
    properties.put("kms.address", "tcp:127.0.0.1:" + layout.kmsPort());
    properties.put("kms.trust-roots", layout.pki().kmsCa().getFileName().toString());
    properties.putAll(options.overrides().enclave());
    String text =
        properties.entrySet().stream()
            .map(e -> e.getKey() + "=" + e.getValue())
            .collect(Collectors.joining("\n", "", "\n"));
    return OwnerOnly.write(layout.directory().resolve("enclave.properties"), text);
  }
}
