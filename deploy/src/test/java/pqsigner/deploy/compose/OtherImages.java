package pqsigner.deploy.compose;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import pqsigner.local.Modules;
import pqsigner.local.process.Launch;
import pqsigner.local.registry.SchemaRegistry;

/// Stand-ins for images that are not ours: the same programs in the same versions, from Maven.
///
/// @param root stands for the root of each container
record OtherImages(Path root, Ports ports) {
  /// What Apache's image gives when nobody does.
  private static final String CLUSTER_ID = "5L6g3nShT-eMCtK--X86sw";

  List<String> command(String service) throws IOException, InterruptedException {
    return switch (service) {
      case "broker" -> broker();
      case "registry" -> registry();
      case "dynamodb" ->
          java(
              localStack(),
              "pqsigner.local.dynamodb.DynamoDbMain",
              List.of(ports.of("dynamodb") + ""));
      default -> throw new IllegalArgumentException(service);
    };
  }

  /// As the image's own script does it: its wrapper takes the mounted settings and formats, then
  /// Kafka starts with what the wrapper wrote.
  private List<String> broker() throws IOException, InterruptedException {
    Path defaults = Files.createDirectories(root.resolve("etc/kafka/docker"));
    Path settings = Files.createDirectories(root.resolve("opt/kafka/config"));
    List<String> wrapper =
        java(
            localStack(),
            "kafka.docker.KafkaDockerWrapper",
            List.of(
                "setup",
                "--default-configs-dir=" + defaults,
                "--mounted-configs-dir=" + root.resolve("mnt/shared/config"),
                "--final-configs-dir=" + settings));
    var builder =
        new ProcessBuilder(wrapper)
            .redirectErrorStream(true)
            .redirectOutput(root.resolve("broker-setup.log").toFile());
    builder.environment().put("CLUSTER_ID", CLUSTER_ID);
    builder.environment().putAll(ComposeFile.environment(ComposeFile.service("broker")));
    if (builder.start().waitFor() != 0) {
      throw new IOException(Files.readString(root.resolve("broker-setup.log")));
    }
    return java(localStack(), "kafka.Kafka", List.of(settings.resolve("server.properties") + ""));
  }

  private List<String> registry() {
    Launch launch =
        new SchemaRegistry(
                Modules.find().target("local-stack").resolve("registry"),
                ports.of("registry"),
                pqsigner.local.process.FreePorts.next())
            .launch(root.resolve("registry.log"));
    List<String> command = java(launch.classPath(), launch.mainClass(), List.of());
    command.addAll(1, launch.jvmOptions());
    return command;
  }

  private static List<Path> localStack() {
    return Modules.find().classPath("local-stack");
  }

  private static List<String> java(List<Path> classPath, String main, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(Launch.QUICK_START);
    command.addAll(List.of("-Xmx384m", "--enable-native-access=ALL-UNNAMED", "-cp"));
    command.add(classPath.stream().map(Path::toString).collect(Collectors.joining(":")));
    command.add(main);
    command.addAll(arguments);
    return command;
  }
}
