package pqsigner.enclave.testing;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A process with the flags of an enclave's JVM and the class path of the tests.
public final class EnclaveJvm {
  private EnclaveJvm() {}

  public static ProcessBuilder of(Class<?> main, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@"
                    + Path.of(
                        System.getProperty("enclave.jvmopts", "src/main/jvm/enclave.jvmopts")),
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
  }
}
