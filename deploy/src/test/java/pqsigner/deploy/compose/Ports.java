package pqsigner.deploy.compose;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import pqsigner.local.process.FreePorts;

/// Free ports in the place of a container's fixed ones.
///
/// @param byName as `pqsigner.local.compose.Composition` calls them, and the two of management
record Ports(Map<String, Integer> byName) {
  private static final String GATEWAY_MANAGEMENT = "gateway-management";
  private static final String WORKER_MANAGEMENT = "worker-management";
  private static final String DELAY_LINE_MANAGEMENT = "delay-line-management";

  static Ports free() {
    Map<String, Integer> ports = new TreeMap<>();
    for (String name :
        List.of(
            "broker",
            "broker-published",
            "controller",
            "registry",
            "dynamodb",
            "kms",
            "kms-control",
            "gateway",
            GATEWAY_MANAGEMENT,
            WORKER_MANAGEMENT,
            DELAY_LINE_MANAGEMENT)) {
      ports.put(name, FreePorts.next());
    }
    // There is no engine here that forwards the one to the other.
    ports.put("registry-published", ports.get("registry"));
    return new Ports(Map.copyOf(ports));
  }

  int of(String name) {
    return Objects.requireNonNull(byName.get(name), name);
  }

  /// For each JVM: where the folders and ports are, and who is who.
  String javaOptions(Path root) {
    return byName.entrySet().stream()
        .map(e -> "-Dpqsigner.compose." + e.getKey() + "=" + e.getValue())
        .collect(
            Collectors.joining(
                " ",
                "-Dpqsigner.compose.root="
                    + root
                    + " -Djdk.net.hosts.file="
                    + root.resolve("hosts")
                    + " ",
                ""));
  }

  void writeHosts(Path file) throws IOException {
    String names = String.join(" ", ComposeFile.services().keySet());
    Files.writeString(file, "127.0.0.1 localhost " + names + "\n");
  }

  Map<String, String> environment(String service) {
    return switch (service) {
      case "gateway" ->
          Map.of(
              "SERVER_PORT", of("gateway") + "",
              "MANAGEMENT_SERVER_PORT", of(GATEWAY_MANAGEMENT) + "");
      case "worker" -> Map.of("MANAGEMENT_SERVER_PORT", of(WORKER_MANAGEMENT) + "");
      case "delay-line" -> Map.of("MANAGEMENT_SERVER_PORT", of(DELAY_LINE_MANAGEMENT) + "");
      default -> Map.of();
    };
  }

  /// In a health check.
  List<String> in(List<String> command) {
    return command.stream()
        .map(
            word ->
                word.replace("127.0.0.1:8081/", "127.0.0.1:" + of(GATEWAY_MANAGEMENT) + "/")
                    .replace("127.0.0.1:9091/", "127.0.0.1:" + of(WORKER_MANAGEMENT) + "/")
                    .replace("127.0.0.1:9096/", "127.0.0.1:" + of(DELAY_LINE_MANAGEMENT) + "/")
                    .replace("tcp://127.0.0.1:8444", "tcp://127.0.0.1:" + of("kms")))
        .toList();
  }
}
