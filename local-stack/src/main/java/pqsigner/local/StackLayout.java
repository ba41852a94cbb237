package pqsigner.local;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import pqsigner.local.enclave.CodeMeasurement;
import pqsigner.local.kafka.BrokerSettings;
import pqsigner.local.pki.LocalPki;
import pqsigner.local.process.FreePorts;
import pqsigner.local.registry.SchemaRegistry;

/// Everything that is decided before the first process starts, so that each of them, and each
/// restart, finds the others where they were.
///
/// @param gateways port of HTTPS, by gateway
/// @param delayLineManagement port of the delay line's health and metrics
/// @param managements ports of plain health and metrics: gateways first, then workers
record StackLayout(
    Path directory,
    Modules modules,
    LocalPki pki,
    LocalIdentities identities,
    BrokerSettings broker,
    SchemaRegistry registry,
    int dynamoDbPort,
    int kmsPort,
    int kmsControlPort,
    int enclavePort,
    int delayLineManagement,
    List<Integer> gateways,
    List<Integer> managements) {

  static StackLayout choose(
      Path directory,
      Modules modules,
      LocalPki pki,
      LocalIdentities identities,
      LocalStackOptions options) {
    return new StackLayout(
        directory,
        modules,
        pki,
        identities,
        new BrokerSettings(
            List.of(BrokerSettings.Listener.loopback(FreePorts.next())),
            FreePorts.next(),
            directory,
            directory.resolve(StackFolder.BROKER_DATA)),
        new SchemaRegistry(
            modules.target("local-stack").resolve("registry"), FreePorts.next(), FreePorts.next()),
        FreePorts.next(),
        FreePorts.next(),
        FreePorts.next(),
        FreePorts.next(),
        FreePorts.next(),
        Stream.generate(FreePorts::next).limit(options.processes().gateways()).toList(),
        Stream.generate(FreePorts::next)
            .limit(options.processes().gateways() + options.processes().workers())
            .toList());
  }

  Path log(String name) {
    return directory.resolve(name + ".log");
  }

  URI dynamoDb() {
    return URI.create("http://127.0.0.1:" + dynamoDbPort);
  }

  URI kmsControl() {
    return URI.create("http://127.0.0.1:" + kmsControlPort);
  }

  URI gateway(int index) {
    return URI.create("https://localhost:" + gateways.get(index));
  }

  StackSettings settings(LocalStackOptions options) {
    var addresses =
        new StackAddresses(
            broker.bootstrapServers(),
            registry.url(),
            dynamoDb(),
            enclaveAddress(),
            "tcp:127.0.0.1:" + kmsPort);
    return new StackSettings(pki, identities, addresses, options);
  }

  /// The enclave's measured configuration.
  Path enclaveFile() {
    return directory.resolve("enclave.properties");
  }

  String enclaveAddress() {
    return "tcp:127.0.0.1:" + enclavePort;
  }

  CodeMeasurement enclaveMeasurement(List<Path> extra) {
    return CodeMeasurement.of(modules.classPath("enclave"), extra);
  }
}
