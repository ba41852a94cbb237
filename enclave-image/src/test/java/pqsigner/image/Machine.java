package pqsigner.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import pqsigner.image.rootfs.NativeLibrary;

/// Programs and libraries of the machine that runs the tests.
final class Machine {
  static final Path JDK = Path.of(System.getProperty("java.home"));

  private Machine() {}

  record Finished(int code, String output) {}

  /// @return code 127 when there is no such program
  static Finished run(List<String> command) throws IOException, InterruptedException {
    Path output = Files.createTempFile("output", ".txt");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      try {
        if (!process.waitFor(5, TimeUnit.MINUTES)) {
          throw new AssertionError("did not end: " + command);
        }
      } finally {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
      return new Finished(process.exitValue(), Files.readString(output, UTF_8));
    } catch (IOException e) {
      return new Finished(127, String.valueOf(e.getMessage()));
    } finally {
      Files.delete(output);
    }
  }

  /// What the JVM asks for, by the machine's own loader.
  static List<NativeLibrary> libraries() throws IOException, InterruptedException {
    Finished ldd = run(List.of("ldd", JDK.resolve("lib/server/libjvm.so").toString()));
    assumeThat(ldd.code()).as("no ldd: " + ldd.output()).isZero();
    List<NativeLibrary> libraries = new ArrayList<>();
    Matcher paths = Pattern.compile("(?m)(?:=> |^\\s+)(/\\S+) \\(0x").matcher(ldd.output());
    while (paths.find()) {
      libraries.add(NativeLibrary.parse(paths.group(1)));
    }
    return libraries;
  }
}
