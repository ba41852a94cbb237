package pqsigner.deploy.images;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import pqsigner.deploy.images.Dockerfile.Instruction;
import pqsigner.deploy.images.Dockerfile.Stage;

/// An image laid out in a folder, by the Dockerfile's own instructions and this machine's JDK,
/// since there may be no engine here. What comes from the base image is not in it.
///
/// @param root the folder that stands for `/`
public record BuiltImage(Path root, Stage stage) {

  /// Takes half of the processor time off a tool of the JDK, and changes nothing of what it makes.
  static final List<String> QUICK_TOOL = List.of("-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC");

  private static final Path RUNTIMES = Path.of("target", "runtimes").toAbsolutePath();

  /// @param target a stage; empty for the last
  /// @param work an empty folder
  public static BuiltImage build(Dockerfile file, String target, Path work)
      throws IOException, InterruptedException {
    Stage wanted = file.stage(target);
    Map<String, Path> stages = new HashMap<>();
    for (Stage stage : file.stages()) {
      if (stage.name().equals("runtime") || stage.equals(wanted)) {
        Path root = Files.createDirectories(work.resolve("stage-" + stages.size()));
        Stage whole = file.whole(stage);
        for (Instruction each : whole.instructions()) {
          switch (each.keyword()) {
            case "RUN" -> run(root, each.arguments());
            case "COPY" ->
                copy(stages.getOrDefault(each.option("from"), Images.CONTEXT), root, each);
            default -> {
              // Says how to run, not what is in it.
            }
          }
        }
        stages.put(stage.name(), root);
        if (stage.equals(wanted)) {
          return new BuiltImage(root, whole);
        }
      }
    }
    throw new IllegalArgumentException("no stage " + target);
  }

  /// What the engine would start, with the image's paths turned into those of the folder.
  ///
  /// @param command in the place of the image's own; empty for that
  public List<String> command(List<String> command) {
    List<String> all = new ArrayList<>(last("ENTRYPOINT"));
    all.addAll(command.isEmpty() ? last("CMD") : command);
    return all.stream().map(this::here).toList();
  }

  public List<String> healthCheck() {
    return last("HEALTHCHECK").stream().map(this::here).toList();
  }

  /// One variable for each instruction, without quotes.
  public Map<String, String> environment() {
    return stage
        .all("ENV")
        .map(each -> each.rest().split("=", 2))
        .collect(Collectors.toMap(each -> each[0], each -> each[1]));
  }

  /// Every jar on its class path.
  List<Path> jars() throws IOException {
    try (Stream<Path> files = Files.walk(root.resolve("app"))) {
      return files.filter(f -> f.toString().endsWith(".jar")).sorted().toList();
    }
  }

  private List<String> last(String keyword) {
    return stage
        .all(keyword)
        .reduce((earlier, later) -> later)
        .map(Instruction::arguments)
        .orElse(List.of());
  }

  /// Puts folders of one place that stands for all containers' in the place of the image's own.
  public void mount(Path place, List<String> folders) throws IOException {
    for (String folder : folders) {
      if (!Files.exists(root.resolve(folder))) {
        Files.createSymbolicLink(root.resolve(folder), place.resolve(folder));
      }
    }
  }

  /// A path of the image as one of this machine.
  public String here(String argument) {
    return argument.replaceAll("(^|[@:])(/(app|opt|pq-signer|run|etc)/)", "$1" + root + "$2");
  }

  private static void run(Path root, List<String> command)
      throws IOException, InterruptedException {
    List<String> here = new ArrayList<>();
    for (String argument : command) {
      here.add(argument.startsWith("/") ? root + argument : argument);
    }
    if (here.getFirst().equals("jlink")) {
      Path made = runtime(command.subList(1, command.size()));
      copy(made, root.resolve("opt/java"));
      return;
    }
    execute(here);
  }

  /// What jlink makes of these arguments, which takes as long as starting a service. Several images
  /// have the same one, so it is made once.
  private static Path runtime(List<String> arguments) throws IOException, InterruptedException {
    List<String> options = new ArrayList<>(arguments);
    if (!options.removeFirst().equals("--output") || !options.removeFirst().equals("/opt/java")) {
      throw new IllegalArgumentException("another place than /opt/java: " + arguments);
    }
    UUID key = UUID.nameUUIDFromBytes((Runtime.version() + " " + options).getBytes(UTF_8));
    Path made = RUNTIMES.resolve(key.toString());
    if (!Files.exists(made)) {
      Files.createDirectories(RUNTIMES);
      Path fresh = Files.createTempDirectory(RUNTIMES, "new").resolve("java");
      List<String> jlink = new ArrayList<>();
      jlink.add(Path.of(System.getProperty("java.home"), "bin", "jlink").toString());
      jlink.addAll(QUICK_TOOL);
      jlink.addAll(List.of("--output", fresh.toString()));
      jlink.addAll(options);
      execute(jlink);
      Files.move(fresh, made, StandardCopyOption.ATOMIC_MOVE);
    }
    return made;
  }

  private static void execute(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).inheritIO().start();
    if (process.waitFor() != 0) {
      throw new IOException(command + " ended with " + process.exitValue());
    }
  }

  private static void copy(Path from, Path root, Instruction copy) throws IOException {
    copy(
        from.resolve(relative(copy.paths().getFirst())),
        root.resolve(relative(copy.paths().getLast())));
  }

  private static void copy(Path source, Path target) throws IOException {
    List<Path> all;
    try (Stream<Path> tree = Files.walk(source)) {
      all = tree.toList();
    }
    for (Path each : all) {
      Path to = target.resolve(source.relativize(each).toString());
      if (Files.isDirectory(each)) {
        Files.createDirectories(to);
      } else {
        Files.createDirectories(to.getParent());
        Files.copy(
            each, to, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  private static String relative(String path) {
    return path.startsWith(File.separator) ? path.substring(1) : path;
  }
}
