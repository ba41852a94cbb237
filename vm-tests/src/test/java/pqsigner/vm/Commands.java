package pqsigner.vm;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Runs the tools that make and boot the machine.
final class Commands {
  private Commands() {}

  /// Whether the search path has it.
  static boolean has(String tool) {
    return Stream.of(System.getenv("PATH").split(":", -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
  }

  /// @return what it printed, errors included
  /// @throws IOException when it fails
  static String run(Path folder, Duration allowed, List<String> command)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile(folder, "command", ".log");
    try {
      int code = run(folder, allowed, command, output);
      String text = Files.readString(output, UTF_8);
      if (code != 0) {
        throw new IOException(command + " exited with " + code + ": " + text);
      }
      return text;
    } finally {
      Files.delete(output);
    }
  }

  /// @return its exit code
  /// @throws IOException when it does not end in time; it is ended then
  static int run(Path folder, Duration allowed, List<String> command, Path output)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(output.toFile())
            .start();
    try {
      if (!process.waitFor(allowed.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException(command.getFirst() + " did not end within " + allowed);
      }
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }
}
