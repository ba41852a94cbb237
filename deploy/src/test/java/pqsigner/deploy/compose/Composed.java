package pqsigner.deploy.compose;

import static pqsigner.deploy.compose.ComposeFile.environment;
import static pqsigner.deploy.compose.ComposeFile.services;
import static pqsigner.deploy.compose.ComposeFile.texts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import pqsigner.deploy.images.BuiltImage;
import pqsigner.deploy.images.Images;
import pqsigner.local.compose.Composition;
import tools.jackson.databind.JsonNode;

/// The services of the compose file as processes: in its order, with its commands, environments and
/// health checks, in the runtimes of the images. What containers would add is missing: one folder
/// stands for the root of each of them, and ports are free ones of this machine.
final class Composed implements AutoCloseable {
  private static final long SECONDS_MAX = 180;

  private final Path root;
  private final Ports ports = Ports.free();
  private final OtherImages others;
  private final Map<String, BuiltImage> images = new HashMap<>();
  private final Map<String, Process> processes = new LinkedHashMap<>();

  /// @param root empty, with a short name: it holds Unix sockets
  Composed(Path root) throws IOException {
    this.root = root;
    this.others = new OtherImages(root, ports);
    for (JsonNode service : services().values()) {
      for (String target : ComposeFile.mounts(service).keySet()) {
        Files.createDirectories(inRoot(target));
      }
    }
    Files.createDirectories(inRoot("/var/lib/kafka/data"));
    ports.writeHosts(root.resolve("hosts"));
    Runtime.getRuntime().addShutdownHook(new Thread(this::close));
  }

  Composition composition() {
    return new Composition(root);
  }

  /// Returns when the last service has been started.
  void up() throws IOException, InterruptedException {
    for (Map.Entry<String, JsonNode> each : services().entrySet()) {
      for (Map.Entry<String, JsonNode> needed : each.getValue().path("depends_on").properties()) {
        await(needed.getKey(), needed.getValue().get("condition").asString());
      }
      start(each.getKey());
    }
  }

  /// Waits for a service that ends.
  ///
  /// @return what it printed
  String awaitEnd(String name) throws IOException, InterruptedException {
    Process process = process(name);
    if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IllegalStateException(name + " did not end well:\n" + log(name));
    }
    return log(name);
  }

  void start(String name) throws IOException, InterruptedException {
    JsonNode service = ComposeFile.service(name);
    List<String> command =
        service.has("build")
            ? ports.in(image(service).command(command(service)))
            : others.command(name);
    var builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(root.resolve(name + ".log").toFile());
    builder.environment().clear();
    builder.environment().put("JAVA_TOOL_OPTIONS", ports.javaOptions(root));
    builder.environment().putAll(ports.environment(name));
    if (service.has("build")) {
      BuiltImage image = image(service);
      builder.environment().putAll(image.environment());
      environment(service).forEach((k, v) -> builder.environment().put(k, image.here(v)));
    }
    processes.put(name, builder.start());
  }

  private void await(String name, String condition) throws IOException, InterruptedException {
    switch (condition) {
      case "service_started" -> process(name);
      case "service_completed_successfully" -> awaitEnd(name);
      case "service_healthy" -> awaitHealthy(name);
      default -> throw new IllegalArgumentException(condition);
    }
  }

  private void awaitHealthy(String name) throws IOException, InterruptedException {
    JsonNode service = ComposeFile.service(name);
    BuiltImage image = image(service);
    JsonNode own = service.at("/healthcheck/test");
    List<String> check =
        own.isMissingNode()
            ? image.healthCheck()
            : texts(own).stream().skip(1).map(image::here).toList();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_MAX);
    while (new ProcessBuilder(ports.in(check))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor()
        != 0) {
      if (!process(name).isAlive() || System.nanoTime() - deadline > 0) {
        throw new IllegalStateException(name + " is not healthy:\n" + log(name));
      }
      Thread.sleep(500);
    }
  }

  private Process process(String name) {
    Process process = processes.get(name);
    if (process == null) {
      throw new IllegalStateException(name + " is needed before it is started");
    }
    return process;
  }

  private String log(String name) throws IOException {
    return Files.readString(root.resolve(name + ".log"));
  }

  /// The host's folder stands in the place of the variable that names it.
  private List<String> command(JsonNode service) {
    return texts(service.path("command")).stream()
        .map(word -> word.startsWith("${PQ_SIGNER_DIR") ? composition().clients() + "" : word)
        .toList();
  }

  private BuiltImage image(JsonNode service) throws IOException, InterruptedException {
    String name = service.get("image").asString();
    BuiltImage known = images.get(name);
    if (known != null) {
      return known;
    }
    JsonNode build = service.get("build");
    BuiltImage image =
        BuiltImage.build(
            Images.at(build.get("dockerfile").asString()),
            build.path("target").asString(""),
            root.resolve("images").resolve(name));
    image.mount(root, List.of("pq-signer", "run"));
    if (Files.exists(image.root().resolve("app/enclave"))) {
      Files.createDirectories(root.resolve("app"));
      Files.createSymbolicLink(root.resolve("app/enclave"), image.root().resolve("app/enclave"));
    }
    images.put(name, image);
    return image;
  }

  private Path inRoot(String path) {
    return root.resolve(path.substring(1));
  }

  /// Those that run, in the order in which they were started.
  List<String> alive() {
    return processes.entrySet().stream()
        .filter(e -> e.getValue().isAlive())
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(ArrayList::new));
  }

  @Override
  public void close() {
    processes.values().forEach(Process::destroyForcibly);
  }
}
