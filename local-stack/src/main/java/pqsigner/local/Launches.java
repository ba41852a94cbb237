package pqsigner.local;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import pqsigner.local.dynamodb.DynamoDbMain;
import pqsigner.local.enclave.CodeMeasurement;
import pqsigner.local.kafka.BrokerMain;
import pqsigner.local.kms.KmsMain;
import pqsigner.local.pki.OwnerOnly;
import pqsigner.local.process.Launch;
import pqsigner.local.process.Readiness;
import tools.jackson.databind.json.JsonMapper;

/// How each part is started in this layout: its configuration file, where it has one, its options
/// and the condition under which it counts as started.
final class Launches {

  private static final Duration START_TIMEOUT = Duration.ofMinutes(2);
  private static final List<String> NATIVE = List.of("--enable-native-access=ALL-UNNAMED");

  /// Of slf4j-simple, which is on the class path of these processes only.
  private static final List<String> LOGGING =
      List.of(
          "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
          "-Dorg.slf4j.simpleLogger.showDateTime=true",
          "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSXXX");

  private final StackLayout layout;
  private final LocalStackOptions options;
  private final Detours detours;
  private final EnclaveLaunches enclaves;

  Launches(
      StackLayout layout, LocalStackOptions options, Detours detours, EnclaveLaunches enclaves) {
    this.detours = detours;
    this.enclaves = enclaves;
    this.layout = layout;
    this.options = options;
  }

  Launch broker() throws IOException {
    Path settings = layout.broker().write(layout.pki());
    return infrastructure(
        "broker",
        "-Xmx320m",
        BrokerMain.class,
        List.of(settings.toString(), clusterId()),
        layout.broker().port());
  }

  Launch dynamoDb() {
    return infrastructure(
        "dynamodb",
        "-Xmx192m",
        DynamoDbMain.class,
        List.of(Integer.toString(layout.dynamoDbPort())),
        layout.dynamoDbPort());
  }

  Launch registry() {
    return layout.registry().launch(layout.log("registry"));
  }

  Launch kms() throws IOException {
    var settings =
        layout
            .settings(options)
            .kms(
                enclaves.configuration(),
                measured().pcr0Hex(),
                layout.kmsPort(),
                layout.kmsControlPort());
    Path file =
        OwnerOnly.write(
            layout.directory().resolve("kms.json"), new JsonMapper().writeValueAsString(settings));
    return infrastructure(
        "kms", "-Xmx96m", KmsMain.class, List.of(file.toString()), layout.kmsControlPort());
  }

  Launch gateway(int index) {
    Map<String, String> properties = new TreeMap<>();
    properties.put("server.address", "127.0.0.1");
    properties.put("server.port", Integer.toString(layout.gateways().get(index)));
    properties.putAll(layout.settings(options).gateway(measured(), enclaves.configuration()));
    if (index == 0) {
      properties.computeIfPresent(
          "pq-signer.dynamodb.endpoint",
          (_, url) -> detours.database().apply(URI.create(url)).toString());
    }
    String name = index == 0 ? "gateway" : "gateway-" + (index + 1);
    return new SpringService(
            name,
            "gateway-api",
            "pqsigner.gateway.GatewayApplication",
            layout.managements().get(index),
            options.shortLived())
        .launch(
            layout.modules(),
            properties,
            layout.identities().environment(layout.identities().gateway()),
            layout.log(name));
  }

  Launch worker(int index) {
    Map<String, String> properties = new TreeMap<>(layout.settings(options).worker());
    if (index == 0) {
      properties.computeIfPresent(
          "pq-signer.enclave.address", (_, address) -> detours.enclave().apply(address));
    }
    String name = index == 0 ? "worker" : "worker-" + (index + 1);
    return new SpringService(
            name,
            "signing-worker",
            "pqsigner.worker.WorkerApplication",
            layout.managements().get(options.processes().gateways() + index),
            options.shortLived())
        .launch(
            layout.modules(),
            properties,
            layout.identities().environment(layout.identities().nitroHost()),
            layout.log(name));
  }

  /// Without credentials of AWS: it calls nothing but the broker. It copies records, for which the
  /// optimising compiler would never pay.
  Launch delayLine() {
    return new SpringService(
            "delay-line",
            "signing-worker",
            "pqsigner.delayline.DelayLineApplication",
            layout.delayLineManagement(),
            true)
        .launch(
            layout.modules(),
            layout.settings(options).delayLine(),
            Map.of(),
            layout.log("delay-line"));
  }

  private CodeMeasurement measured() {
    return layout.enclaveMeasurement(List.of());
  }

  private Launch infrastructure(
      String name, String heap, Class<?> mainClass, List<String> arguments, int port) {
    List<String> jvm = new ArrayList<>(Launch.QUICK_START);
    jvm.add(heap);
    jvm.addAll(NATIVE);
    jvm.addAll(LOGGING);
    return new Launch(
        name,
        jvm,
        layout.modules().classPath("local-stack"),
        mainClass.getName(),
        arguments,
        Map.of(),
        layout.log(name),
        new Readiness.Port(port),
        START_TIMEOUT,
        Duration.ZERO);
  }

  /// Kafka writes 16 random bytes as base64 without padding.
  private static String clusterId() {
    return org.apache.kafka.common.Uuid.randomUuid().toString();
  }
}
