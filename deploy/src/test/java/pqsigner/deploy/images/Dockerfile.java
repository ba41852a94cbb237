package pqsigner.deploy.images;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import pqsigner.deploy.Yaml;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// What the project's Dockerfiles use of the language, and an error for the rest.
///
/// @param arguments what a build must be told: an `ARG` before the first stage, without a default
/// @param stages in the order of the file; the last is what a plain build makes
public record Dockerfile(String name, List<String> arguments, List<Stage> stages) {

  private static final List<String> KNOWN =
      List.of("COPY", "RUN", "USER", "ENV", "EXPOSE", "HEALTHCHECK", "ENTRYPOINT", "CMD");

  /// @param base an image, or the name of a stage before
  /// @param name empty when it has none
  public record Stage(String base, String name, List<Instruction> instructions) {

    Stream<Instruction> all(String keyword) {
      return instructions.stream().filter(i -> i.keyword.equals(keyword));
    }
  }

  /// @param options such as `--from=runtime`
  /// @param rest what follows them, in one line
  public record Instruction(String keyword, List<String> options, String rest) {

    /// Of the exec form, which needs no shell.
    ///
    /// @throws IllegalArgumentException when it is the shell form
    public List<String> arguments() {
      String json = keyword.equals("HEALTHCHECK") ? rest.substring("CMD".length()) : rest;
      try {
        return List.of(JsonMapper.shared().readValue(json, String[].class));
      } catch (JacksonException e) {
        throw new IllegalArgumentException("not the exec form: " + keyword + " " + rest, e);
      }
    }

    /// Of `COPY`: sources, and at the end where to.
    public List<String> paths() {
      return List.of(rest.split(" +", -1));
    }

    /// @return empty when the option is missing
    String option(String name) {
      String prefix = "--" + name + "=";
      return options.stream()
          .filter(o -> o.startsWith(prefix))
          .map(o -> o.substring(prefix.length()))
          .findFirst()
          .orElse("");
    }
  }

  public static Dockerfile read(Path file) {
    String name = String.valueOf(file.getFileName()).replace(".Dockerfile", "");
    List<String> arguments = new ArrayList<>();
    List<Stage> stages = new ArrayList<>();
    for (String line : logicalLines(Yaml.text(file))) {
      String[] words = line.split(" +", -1);
      if (words[0].equals("ARG") && stages.isEmpty() && words[1].matches("[A-Z]+")) {
        arguments.add(words[1]);
      } else if (words[0].equals("FROM")) {
        stages.add(new Stage(words[1], words.length == 4 ? words[3] : "", new ArrayList<>()));
      } else if (KNOWN.contains(words[0])) {
        stages.getLast().instructions().add(instruction(line));
      } else {
        throw new IllegalArgumentException(name + ": " + line);
      }
    }
    return new Dockerfile(name, List.copyOf(arguments), List.copyOf(stages));
  }

  /// What a build makes.
  ///
  /// @param target a stage's name; empty for the last
  public Stage stage(String target) {
    return target.isEmpty()
        ? stages.getLast()
        : stages.stream().filter(s -> s.name.equals(target)).findFirst().orElseThrow();
  }

  /// Its instructions and those of the stages it is made from, oldest first.
  Stage whole(Stage stage) {
    var earlier = stages.stream().filter(s -> s.name.equals(stage.base)).findFirst();
    if (earlier.isEmpty()) {
      return stage;
    }
    Stage base = whole(earlier.get());
    return new Stage(
        base.base,
        stage.name,
        Stream.concat(base.instructions.stream(), stage.instructions.stream()).toList());
  }

  private static List<String> logicalLines(String text) {
    List<String> lines = new ArrayList<>();
    var line = new StringBuilder();
    for (String each : text.lines().map(String::strip).toList()) {
      if (each.isEmpty() || each.startsWith("#")) {
        continue;
      }
      if (each.endsWith("\\")) {
        line.append(each, 0, each.length() - 1);
      } else {
        lines.add(line + each);
        line.setLength(0);
      }
    }
    return lines;
  }

  private static Instruction instruction(String line) {
    String[] words = line.split(" +", 2);
    List<String> options = new ArrayList<>();
    String rest = words[1];
    while (rest.startsWith("--")) {
      String[] next = rest.split(" +", 2);
      options.add(next[0]);
      rest = next[1];
    }
    return new Instruction(words[0], List.copyOf(options), rest);
  }
}
