package pqsigner.guarantees.stack;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import pqsigner.local.Modules;

/// A command as a process: `bin/pq-signer` by the built tree, from another folder, or any other.
///
/// @param exit the exit code
public record CommandLineRun(int exit, String out, String err) {

  public static CommandLineRun of(
      Path folder, Duration limit, Map<String, String> environment, byte[] in, String... arguments)
      throws IOException, InterruptedException {
    return of(builder(folder, environment, arguments), folder, limit, in);
  }

  /// Any program.
  ///
  /// @param folder for what it prints
  public static CommandLineRun of(ProcessBuilder program, Path folder, Duration limit, byte[] in)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile(folder, "out", ".txt");
    Path err = Files.createTempFile(folder, "err", ".txt");
    Process process = program.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    try (OutputStream stdin = process.getOutputStream()) {
      stdin.write(in);
    } catch (IOException e) {
      // It ended without reading; its exit code says whether that was right.
    }
    if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
      process.destroy();
      process.waitFor();
      throw new AssertionError(
          "not finished after " + limit + "\n" + Files.readString(out) + Files.readString(err));
    }
    return new CommandLineRun(
        process.exitValue(), Files.readString(out, UTF_8), Files.readString(err, UTF_8));
  }

  /// A process that is not started yet.
  public static ProcessBuilder builder(
      Path folder, Map<String, String> environment, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Modules.find().root().resolve("bin/pq-signer").toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("PQ_SIGNER_"));
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("PQ_SIGNER_BUILD", "never");
    builder.environment().putAll(environment);
    return builder;
  }
}
