package pqsigner.image.rootfs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import pqsigner.image.input.RefusedException;
import pqsigner.image.input.RefusedException.Reason;

/// A program in a JDK's `bin`, run to its end without the caller's environment.
record JdkTool(Path jdk, String name) {
  /// They run for seconds, which the optimizing compiler would double.
  private static final List<String> QUICK =
      List.of("-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC");

  private static final long MINUTES_MAX = 10;
  private static final int OUTPUT_MAX = 64 * 1024;

  /// @return what it printed
  String run(List<String> arguments) throws RefusedException {
    Path program = jdk.resolve("bin").resolve(name);
    if (!Files.isExecutable(program)) {
      throw new RefusedException(Reason.TOOL_FAILED, jdk + " is not a JDK: it has no bin/" + name);
    }
    List<String> command = new ArrayList<>();
    command.add(program.toString());
    command.addAll(QUICK);
    command.addAll(arguments);
    try (TemporaryFolder folder = new TemporaryFolder()) {
      return run(command, folder.path().resolve("output"));
    } catch (IOException e) {
      throw new RefusedException(Reason.TOOL_FAILED, name + " cannot be run", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RefusedException(Reason.TOOL_FAILED, name + " was interrupted", e);
    }
  }

  private String run(List<String> command, Path output)
      throws IOException, InterruptedException, RefusedException {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().clear();
    builder.environment().put("LC_ALL", "C");
    Process process = builder.start();
    try {
      if (!process.waitFor(MINUTES_MAX, TimeUnit.MINUTES)) {
        throw new RefusedException(
            Reason.TOOL_FAILED, name + " ran longer than " + MINUTES_MAX + " minutes");
      }
    } finally {
      process.destroyForcibly();
    }
    String printed;
    try (var in = Files.newInputStream(output)) {
      printed = new String(in.readNBytes(OUTPUT_MAX), UTF_8);
    }
    if (process.exitValue() != 0) {
      throw new RefusedException(Reason.TOOL_FAILED, name + ": " + printed.strip());
    }
    return printed;
  }
}
