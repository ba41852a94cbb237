package pqsigner.local.compose;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import pqsigner.enclave.boot.ConfigurationException;
import pqsigner.enclave.boot.EnclaveConfiguration;
import pqsigner.local.LocalEnv;
import pqsigner.local.LocalIdentities;
import pqsigner.local.LocalStack;
import pqsigner.local.LocalStackOptions;
import pqsigner.local.StackSettings;
import pqsigner.local.enclave.CodeMeasurement;
import pqsigner.local.kafka.BrokerSettings;
import pqsigner.local.kafka.BrokerSettings.Listener;
import pqsigner.local.pki.LocalPki;
import pqsigner.local.pki.OwnerOnly;
import pqsigner.local.pki.Pem;
import pqsigner.local.process.LaunchException;
import tools.jackson.databind.json.JsonMapper;

/// Certificates, credentials and settings, each service's in a folder that no other service mounts.
final class StackFiles {

  /// The simulated module's certificate lives a day; a stack that is started again keeps its files
  /// while there is enough of that left.
  private static final Duration LEFT = Duration.ofHours(1);

  private final Composition composition;
  private final StackSettings settings;
  private final CodeMeasurement code;

  private StackFiles(Composition composition, StackSettings settings) throws IOException {
    this.composition = composition;
    this.settings = settings;
    this.code = measureEnclave(composition.enclaveCode());
  }

  /// Does nothing when all is there, so that starting again does not pull the certificates from
  /// under what runs.
  ///
  /// @param host what the host calls the folder of the clients
  static void write(Composition composition, Path host) throws IOException {
    if (present(composition)) {
      System.out.println("files of an earlier start are still good");
      return;
    }
    Files.deleteIfExists(composition.clients().resolve("local.env"));
    Path all = Files.createTempDirectory("pki-");
    LocalStackOptions options = LocalStackOptions.onALaptop();
    var pki = LocalPki.create(all, options.custodians(), LocalStack.REGION, Instant.now());
    var settings =
        new StackSettings(
            pki, LocalIdentities.random(LocalStack.REGION), composition.inside(), options);
    var files = new StackFiles(composition, settings);
    files.broker();
    files.topics();
    EnclaveConfiguration enclave = files.enclave();
    files.gateway(enclave);
    files.worker();
    files.delayLine();
    files.kms(enclave);
    files.clients(host);
  }

  /// The clients' folder may be another than last time, so it must hold this stack's authority.
  private static boolean present(Composition composition) throws IOException {
    Path authority = composition.clients().resolve("ca.crt");
    Path own = composition.folder("gateway").resolve("ca.crt");
    Path leaf = composition.folder("enclave").resolve("nsm-leaf.crt");
    return Stream.of(authority, own, leaf).allMatch(Files::exists)
        && Files.mismatch(authority, own) == -1
        && Pem.certificate(leaf).getNotAfter().toInstant().isAfter(Instant.now().plus(LEFT));
  }

  private void broker() throws IOException {
    Path folder = composition.brokerFolder();
    String inside = composition.inside().bootstrapServers();
    int colon = inside.indexOf(':');
    var listeners =
        List.of(
            new Listener(
                "SSL",
                "",
                inside.substring(0, colon),
                Integer.parseInt(inside.substring(colon + 1))),
            new Listener("PUBLISHED", "", "127.0.0.1", composition.publishedBrokerPort()));
    new BrokerSettings(listeners, composition.controllerPort(), folder, composition.brokerData())
        .write(settings.pki().copyTo(folder, "broker", "ca.crt"));
  }

  private void topics() throws IOException {
    settings.pki().copyTo(composition.folder("topics"), "admin", "ca.crt");
  }

  private void gateway(EnclaveConfiguration enclave) throws IOException {
    Path folder = composition.folder("gateway");
    LocalPki view =
        settings
            .pki()
            .copyTo(
                folder,
                "gateway",
                "ca.crt",
                "custodian-ca.crt",
                "operator-ca.crt",
                "attestation-root.pem");
    OwnerOnly.writeProperties(
        folder.resolve("application.properties"), settings.with(view).gateway(code, enclave));
    OwnerOnly.write(
        folder.resolve("credentials"), LocalIdentities.profile(settings.identities().gateway()));
  }

  private void worker() throws IOException {
    Path folder = composition.folder("worker");
    LocalPki view = settings.pki().copyTo(folder, "worker", "ca.crt");
    OwnerOnly.writeProperties(
        folder.resolve("application.properties"), settings.with(view).worker());
    OwnerOnly.write(
        folder.resolve("credentials"), LocalIdentities.profile(settings.identities().nitroHost()));
  }

  private void delayLine() throws IOException {
    Path folder = composition.folder("delay-line");
    LocalPki view = settings.pki().copyTo(folder, "delay-line", "ca.crt");
    OwnerOnly.writeProperties(
        folder.resolve("delay-line.properties"), settings.with(view).delayLine());
  }

  private EnclaveConfiguration enclave() throws IOException {
    Path folder = composition.folder("enclave");
    LocalPki view = settings.pki().copyTo(folder, "kms-ca.crt", "nsm-cabundle.pem", "nsm-leaf");
    Path file = folder.resolve("enclave.properties");
    StackSettings own = settings.with(view);
    own.writeEnclave(file);
    OwnerOnly.write(folder.resolve("arguments"), String.join("\n", own.enclaveArguments(file)));
    try {
      return EnclaveConfiguration.read(file);
    } catch (ConfigurationException e) {
      throw new LaunchException("the enclave would refuse its configuration", e);
    }
  }

  private void kms(EnclaveConfiguration enclave) throws IOException {
    Path folder = composition.folder("kms");
    LocalPki view = settings.pki().copyTo(folder, "kms", "attestation-root.pem");
    var kms =
        settings
            .with(view)
            .kms(enclave, code.pcr0Hex(), composition.kmsPort(), composition.kmsControlPort());
    OwnerOnly.write(folder.resolve("kms.json"), new JsonMapper().writeValueAsString(kms));
  }

  private void clients(Path host) throws IOException {
    Path folder = composition.clients();
    for (String custodian : settings.options().custodians()) {
      settings.pki().copyTo(folder, custodian);
    }
    settings.pki().copyTo(folder, "operator", "intruder", "ca.crt", "attestation-root.pem");
    var seen =
        new StackSettings(
            settings.pki().in(host),
            settings.identities(),
            composition.published(),
            settings.options());
    LocalEnv.draft(folder, LocalEnv.variables(seen, composition.gateway()));
  }

  /// The jar `enclave.jar` and what is in `lib`.
  private static CodeMeasurement measureEnclave(Path code) throws IOException {
    try (Stream<Path> libraries = Files.list(code.resolve("lib"))) {
      List<Path> classPath =
          Stream.concat(Stream.of(code.resolve("enclave.jar")), libraries).toList();
      return CodeMeasurement.of(classPath, List.of());
    }
  }
}
