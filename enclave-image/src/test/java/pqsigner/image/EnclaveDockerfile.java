package pqsigner.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import pqsigner.image.input.Json;
import pqsigner.image.oci.Tar;
import tools.jackson.databind.JsonNode;

/// Does what `deploy/images/enclave.Dockerfile` says for the enclave, with this machine's JDK and a
/// layer for each COPY, since there may be no engine here.
final class EnclaveDockerfile {
  private static final Path CONTEXT = Path.of("..");

  /// What other modules' images need is after it.
  private static final String END = "FROM code AS simulated";

  private EnclaveDockerfile() {}

  /// @param work an empty folder for the runtime
  static List<Tar> layers(Path work) throws IOException, InterruptedException {
    String text = Files.readString(CONTEXT.resolve("deploy/images/enclave.Dockerfile"), UTF_8);
    List<Tar> layers = new ArrayList<>();
    for (String line : text.replace("\\\n", "").lines().toList()) {
      if (line.equals(END)) {
        return layers;
      }
      if (line.startsWith("RUN ")) {
        link(Json.parse(line.substring("RUN ".length()).getBytes(UTF_8)), work);
      }
      if (line.startsWith("COPY ")) {
        String[] words = line.split(" +", -1);
        boolean built = words[1].equals("--from=runtime");
        Path from = built ? work.resolve("java") : CONTEXT.resolve(words[1]);
        layers.add(copy(from, words[words.length - 1].substring(1)));
      }
    }
    throw new AssertionError("no more " + END);
  }

  private static void link(JsonNode command, Path work) throws IOException, InterruptedException {
    List<String> here = new ArrayList<>();
    command.forEach(argument -> here.add(argument.stringValue()));
    assertThat(here).startsWith("jlink").contains("/opt/java");
    here.set(0, Machine.JDK.resolve("bin/jlink").toString());
    here.replaceAll(each -> each.equals("/opt/java") ? work.resolve("java").toString() : each);
    Machine.Finished jlink = Machine.run(here);
    assertThat(jlink.code()).as(jlink.output()).isZero();
  }

  private static Tar copy(Path from, String to) throws IOException {
    Tar layer = new Tar();
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.sorted().toList()) {
        add(layer, file, to + "/" + from.relativize(file));
      }
    }
    return layer;
  }

  private static void add(Tar layer, Path file, String name) throws IOException {
    String plain = name.replaceFirst("/$", "");
    if (Files.isSymbolicLink(file)) {
      layer.link(plain, Files.readSymbolicLink(file).toString());
    } else if (Files.isDirectory(file)) {
      layer.folder(plain + "/");
    } else {
      layer.file(plain, Files.readAllBytes(file));
    }
  }

  /// The base image's part: these files where the machine has them, with each link on the way.
  static Tar placed(List<Path> files) throws IOException {
    Tar layer = new Tar();
    List<Path> there = new ArrayList<>();
    for (Path file : files) {
      Path left = file;
      while (left != null) {
        left = place(layer, left, there);
      }
    }
    return layer;
  }

  /// @return where it goes on after a link; null at the file
  private static @Nullable Path place(Tar layer, Path path, List<Path> there) throws IOException {
    for (int names = 1; names <= path.getNameCount(); names++) {
      Path part = Path.of("/").resolve(path.subpath(0, names));
      boolean first = !there.contains(part);
      if (Files.isSymbolicLink(part)) {
        Path target = Files.readSymbolicLink(part);
        if (first) {
          there.add(part);
          layer.link(part.toString().substring(1), target.toString());
        }
        Path to = part.resolveSibling(target);
        return names == path.getNameCount()
            ? to.normalize()
            : to.resolve(path.subpath(names, path.getNameCount())).normalize();
      }
      if (first && Files.isRegularFile(part)) {
        there.add(part);
        layer.file(part.toString().substring(1), Files.readAllBytes(part));
      }
    }
    return null;
  }
}
