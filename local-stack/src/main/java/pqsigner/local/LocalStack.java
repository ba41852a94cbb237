package pqsigner.local;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import pqsigner.local.kms.KmsFaults;
import pqsigner.local.pki.LocalPki;
import pqsigner.local.process.ChildProcess;
import pqsigner.local.process.Children;
import pqsigner.local.process.Launch;
import pqsigner.local.process.LaunchException;
import pqsigner.local.process.Readiness;

/// A running stack. Closing it, or the end of this JVM in whatever way, ends every process.
///
/// Processes are named `broker`, `dynamodb`, `registry`, `kms`, `enclave`, `worker`, `delay-line`,
/// `gateway`, and `worker-2`, `gateway-2` and so on where there are more.
public final class LocalStack implements AutoCloseable {

  /// Where this stack pretends to be.
  public static final String REGION = "eu-central-1";

  private final StackLayout layout;
  private final LocalStackOptions options;
  private final Launches launches;
  private final EnclaveLaunches enclaves;
  private final Children children;
  private final Map<String, ChildProcess> processes = new ConcurrentHashMap<>();
  private final Thread certificates;
  private volatile boolean keepFiles;

  private LocalStack(
      StackFolder folder, StackLayout layout, LocalStackOptions options, Detours detours) {
    this.layout = layout;
    this.options = options;
    this.enclaves = new EnclaveLaunches(layout, options);
    this.launches = new Launches(layout, options, detours, enclaves);
    this.children = new Children(layout.modules().parentWatch(), () -> folder.release(keepFiles));
    this.certificates = CertificateRequests.serve(layout.directory(), layout.pki());
  }

  /// Starts the parts and returns when all are ready.
  ///
  /// @param progress told a line for each part that became ready
  /// @throws LaunchException when one does not come up; nothing is left running then
  public static LocalStack start(LocalStackOptions options, Consumer<String> progress) {
    return start(options, Detours.NONE, progress);
  }

  /// Likewise, with something between a gateway or a worker and what it depends on.
  public static LocalStack start(
      LocalStackOptions options, Detours detours, Consumer<String> progress) {
    LocalStack stack = prepare(options, detours);
    try {
      new StackStart(stack, options, progress).run();
      if (options.parts().size() == Part.values().length) {
        LocalEnv.write(stack);
      }
      return stack;
    } catch (IOException | RuntimeException e) {
      stack.abandon();
      throw new LaunchException(
          "the local stack did not start; its logs are in " + stack.directory(), e);
    }
  }

  private static LocalStack prepare(LocalStackOptions options, Detours detours) {
    try {
      StackFolder folder = StackFolder.open(options.directory());
      Path directory = folder.path();
      var pki = LocalPki.create(directory, options.custodians(), REGION, Instant.now());
      var layout =
          StackLayout.choose(
              directory, Modules.find(), pki, LocalIdentities.random(REGION), options);
      layout.settings(options).writeEnclave(layout.enclaveFile());
      return new LocalStack(folder, layout, options, detours);
    } catch (IOException e) {
      throw new LaunchException("cannot prepare the local stack's folder", e);
    }
  }

  public Path directory() {
    return layout.directory();
  }

  public LocalPki pki() {
    return layout.pki();
  }

  /// The custodian whom `local.env` is about.
  public String firstCustodian() {
    return options.custodians().getFirst();
  }

  /// HTTPS addresses.
  public List<URI> gateways() {
    return IntStream.range(0, layout.gateways().size()).mapToObj(layout::gateway).toList();
  }

  /// Plain HTTP with health and metrics: of the gateways first, then of the workers.
  public List<URI> managements() {
    return layout.managements().stream().map(p -> URI.create("http://127.0.0.1:" + p)).toList();
  }

  /// Likewise of the delay line.
  public URI delayLineManagement() {
    return URI.create("http://127.0.0.1:" + layout.delayLineManagement());
  }

  public String bootstrapServers() {
    return layout.broker().bootstrapServers();
  }

  /// The value of `schema.registry.url`.
  public URI registry() {
    return layout.registry().url();
  }

  public URI dynamoDb() {
    return layout.dynamoDb();
  }

  /// Environment with the gateway's credentials, by the names that AWS's SDK reads.
  public Map<String, String> gatewayCredentials() {
    return layout.identities().environment(layout.identities().gateway());
  }

  /// Likewise, of the Nitro host's role.
  public Map<String, String> nitroHostCredentials() {
    return layout.identities().environment(layout.identities().nitroHost());
  }

  public String kmsKeyArn() {
    return layout.identities().keyArn();
  }

  /// HTTPS address of the KMS stand-in; its certificate is for `kms.<region>.amazonaws.com` and
  /// `localhost`, under [LocalPki#kmsCa()].
  public URI kms() {
    return URI.create("https://localhost:" + layout.kmsPort());
  }

  public KmsFaults kmsFaults() {
    return new KmsFaults(layout.kmsControl());
  }

  /// `tcp:host:port`
  public String enclaveAddress() {
    return layout.enclaveAddress();
  }

  public Path attestationRoot() {
    return layout.pki().nitro().root();
  }

  /// Of the genuine enclave, 96 hex digits.
  public String pcr0() {
    return layout.enclaveMeasurement(List.of()).pcr0Hex();
  }

  /// A process by name.
  public ChildProcess process(String name) {
    return Optional.ofNullable(processes.get(name))
        .orElseThrow(() -> new IllegalArgumentException("no process " + name + " was started"));
  }

  /// All that were started.
  public List<ChildProcess> processes() {
    return List.copyOf(processes.values());
  }

  /// Puts an enclave with other code, and so another PCR0, in the place of the genuine one. Returns
  /// when the worker has found it, and KMS has denied it what it asked.
  ///
  /// @param extraCode a file that counts as the enclave's own code
  public void replaceEnclaveBy(Path extraCode) {
    exchangeEnclave(List.of(extraCode), enclaves::isDenied);
  }

  /// Puts the genuine one back. Returns when it serves.
  public void restoreEnclave() {
    exchangeEnclave(List.of(), enclaves::serves);
  }

  private void exchangeEnclave(List<Path> extraCode, Readiness found) {
    process("enclave").kill();
    ChildProcess enclave = launch(enclaves.enclave(extraCode));
    if (options.parts().contains(Part.WORKER)) {
      enclave.await(found);
    }
  }

  /// Waits for the next process that ends without being asked to.
  public ChildProcess.UnexpectedEnd awaitUnexpectedEnd() throws InterruptedException {
    return children.awaitUnexpectedEnd();
  }

  /// Starts a process that ended and says its new id in `local.env`.
  ///
  /// @throws LaunchException when it does not come up
  public void restart(ChildProcess process) {
    process.restart();
    try {
      LocalEnv.write(this);
    } catch (IOException e) {
      throw new LaunchException("cannot write " + LocalEnv.FILE, e);
    }
  }

  /// What `local.env` says, by variable.
  public Map<String, String> environment() {
    Map<String, String> variables =
        LocalEnv.variables(layout.settings(options), gateways().getFirst());
    for (String name : List.of("gateway", "worker", "enclave", "broker")) {
      variables.put(
          "PQ_SIGNER_PID_" + name.toUpperCase(Locale.ROOT), Long.toString(process(name).pid()));
    }
    return variables;
  }

  @Override
  public void close() {
    certificates.interrupt();
    children.close();
  }

  /// Ends everything and keeps the logs that say why.
  void abandon() {
    keepFiles = true;
    close();
  }

  Launches launches() {
    return launches;
  }

  EnclaveLaunches enclaves() {
    return enclaves;
  }

  StackLayout layout() {
    return layout;
  }

  /// Starts a process and returns when it is ready.
  ChildProcess launch(Launch launch) {
    ChildProcess child = children.start(launch);
    processes.put(launch.name(), child);
    child.awaitReady();
    return child;
  }
}
