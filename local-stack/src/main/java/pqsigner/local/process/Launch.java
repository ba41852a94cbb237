package pqsigner.local.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// How a JVM is started, each time the same.
///
/// @param name of the part, and of its log file
/// @param classPath without [ParentWatch], which is put before it
/// @param environment all of it, besides what [ChildProcess#INHERITED] names; secrets go here,
///   since arguments are readable by every user
/// @param grace between TERM and KILL when the stack stops; zero for parts with nothing to finish
public record Launch(
    String name,
    List<String> jvmOptions,
    List<Path> classPath,
    String mainClass,
    List<String> arguments,
    Map<String, String> environment,
    Path log,
    Readiness readiness,
    Duration startTimeout,
    Duration grace) {

  /// For processes whose time is spent on starting: no profiling tier, one collector thread.
  public static final List<String> QUICK_START =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto");

  public Launch {
    jvmOptions = List.copyOf(jvmOptions);
    classPath = List.copyOf(classPath);
    arguments = List.copyOf(arguments);
    environment = Map.copyOf(environment);
  }

  /// @param parentWatch the jar or folder that holds [ParentWatch]
  List<String> command(Path parentWatch) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmOptions);
    command.add("-cp");
    command.add(
        parentWatch
            + ":"
            + classPath.stream().map(Path::toString).collect(Collectors.joining(":")));
    command.add(ParentWatch.class.getName());
    command.add(mainClass);
    command.addAll(arguments);
    return command;
  }

  /// Environment values may be secrets.
  @Override
  public String toString() {
    return "Launch[" + name + ": " + mainClass + "]";
  }
}
