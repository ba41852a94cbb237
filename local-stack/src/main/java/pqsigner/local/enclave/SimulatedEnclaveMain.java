package pqsigner.local.enclave;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import pqsigner.attestation.Pcr;
import pqsigner.enclave.boot.ConfigurationException;
import pqsigner.enclave.boot.Enclave;
import pqsigner.enclave.boot.EnclaveConfiguration;
import pqsigner.local.pki.Pem;
import pqsigner.local.process.ParentWatch;
import pqsigner.protocol.transport.EndpointAddress;

/// The enclave on a simulated module, for the local stack and nowhere else: it is not in the
/// enclave's jar.
///
/// ```
/// --config FILE --listen ADDRESS
/// --nsm-module-id ID --nsm-role ARN --nsm-cabundle PEM --nsm-certificate PEM --nsm-key PEM
/// [--also-measure FILE]...
/// ```
///
/// or `@FILE` that holds these, one a line.
public final class SimulatedEnclaveMain {

  private SimulatedEnclaveMain() {}

  public static void main(String[] arguments) throws Exception {
    Map<String, List<String>> options = parse(written(arguments));
    System.out.println("SIMULATED NSM: this enclave is an ordinary process and protects nothing");
    CodeMeasurement code =
        CodeMeasurement.of(
            measuredClassPath(),
            options.getOrDefault("--also-measure", List.of()).stream().map(Path::of).toList());
    System.out.println("enclave.measured pcr0=" + code.pcr0Hex());
    System.exit(run(options, nsm(options, code)));
  }

  private static int run(Map<String, List<String>> options, SimulatedNsm nsm)
      throws InterruptedException {
    try {
      EnclaveConfiguration configuration =
          EnclaveConfiguration.read(Path.of(one(options, "--config")));
      EndpointAddress listen = EndpointAddress.parse(one(options, "--listen"));
      try (Enclave enclave = Enclave.start(configuration, nsm, listen)) {
        System.out.println("enclave.attested address=" + enclave.address());
        Runtime.getRuntime().addShutdownHook(new Thread(enclave::close, "drain"));
        enclave.awaitClosed();
        System.out.println("enclave.stopped");
        return 0;
      }
    } catch (IOException | ConfigurationException e) {
      System.out.println("start.failed reason=\"" + e.getMessage() + "\"");
      return 1;
    }
  }

  private static SimulatedNsm nsm(Map<String, List<String>> options, CodeMeasurement code) {
    String moduleId = one(options, "--nsm-module-id");
    var documents =
        new DocumentWriter(
            moduleId,
            Pem.certificates(Path.of(one(options, "--nsm-cabundle"))),
            Pem.certificate(Path.of(one(options, "--nsm-certificate"))),
            Pem.privateKey(Path.of(one(options, "--nsm-key"))),
            DocumentWriter.PayloadMap.INDEFINITE);
    return new SimulatedNsm(
        documents,
        bootRegisters(code, one(options, "--nsm-role"), moduleId),
        InstantSource.system());
  }

  /// As AWS fills them: image, kernel, application, the parent's role and instance.
  static Map<Integer, byte[]> bootRegisters(CodeMeasurement code, String roleArn, String moduleId) {
    String instance = moduleId.substring(0, moduleId.indexOf("-enc"));
    return Map.of(
        0, code.pcr0(),
        1, code.pcr1(),
        2, code.pcr2(),
        3, Pcr.ofRole(roleArn),
        4, Pcr.extend(new byte[Pcr.BYTES], instance.getBytes(StandardCharsets.US_ASCII)));
  }

  /// All but the simulation itself and the watch on the parent.
  private static List<Path> measuredClassPath() {
    List<Path> simulation = List.of(place(SimulatedEnclaveMain.class), place(ParentWatch.class));
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(entry -> Path.of(entry).toAbsolutePath())
        .filter(entry -> !simulation.contains(entry))
        .toList();
  }

  private static Path place(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
          .toAbsolutePath();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> written(String[] arguments) throws IOException {
    return arguments.length == 1 && arguments[0].startsWith("@")
        ? Files.readAllLines(Path.of(arguments[0].substring(1)))
        : List.of(arguments);
  }

  private static Map<String, List<String>> parse(List<String> arguments) {
    Map<String, List<String>> options = new HashMap<>();
    for (int i = 0; i + 1 < arguments.size(); i += 2) {
      options
          .computeIfAbsent(arguments.get(i), name -> new ArrayList<>())
          .add(arguments.get(i + 1));
    }
    return options;
  }

  private static String one(Map<String, List<String>> options, String name) {
    List<String> values = options.getOrDefault(name, List.of());
    if (values.size() != 1) {
      throw new IllegalArgumentException(name + " must be given once");
    }
    return values.getFirst();
  }
}
