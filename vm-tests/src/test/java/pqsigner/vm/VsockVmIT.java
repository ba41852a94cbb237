package pqsigner.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// A Linux kernel with AF_VSOCK and a `/dev/nsm`, the production enclave on them, and the worker's
/// client at the other end. No disk, no network, no hardware virtualisation, no privileges.
class VsockVmIT {
  private static final Duration BOOT_TO_END = Duration.ofMinutes(20);

  private static final List<String> TOOLS =
      List.of(
          "qemu-system-x86_64",
          "busybox",
          "cpio",
          "xz",
          "gcc",
          "pkg-config",
          "ldd",
          "apt-get",
          "dpkg-deb");

  private static final String INSTALL =
      "apt-get install --no-install-recommends"
          + " qemu-system-x86 busybox-static cpio xz-utils gcc libc6-dev libfuse3-dev pkg-config";

  @Test
  void theEnclaveServesTheWorkerOverVsockWithTheNsmDevice() throws Exception {
    awaitInstaller();
    List<String> missing = TOOLS.stream().filter(tool -> !Commands.has(tool)).toList();
    assumeTrue(missing.isEmpty(), () -> "SKIPPED, no " + missing + ": " + INSTALL);

    List<String> console = boot();

    assertThat(console)
        .contains("TRANSPORT CONTRACT OK vsock:any:0")
        .anyMatch(line -> line.contains("enclave.attested address=vsock:any:5005"))
        .contains("VM the worker's session gave its credentials")
        .anyMatch(line -> line.startsWith("VM status SERVING of i-"));
    for (String algorithm : List.of("ML-DSA-44", "ML-DSA-65", "ML-DSA-87")) {
      assertThat(console)
          .containsSubsequence(
              "VM " + algorithm + " key generated",
              "VM " + algorithm + " birth attestation verified",
              "VM " + algorithm + " signature verified by the JDK",
              "VM " + algorithm + " stolen record refused as KEY_RECORD_REJECTED");
    }
    assertThat(console).contains("VM OK").noneMatch(line -> line.startsWith("VM FAILED"));
  }

  /// `.ci/run` installs the tools while everything before this is built.
  private static void awaitInstaller() {
    Long installer = Long.getLong("vm.tools.installer");
    if (installer != null) {
      ProcessHandle.of(installer).ifPresent(process -> process.onExit().join());
    }
  }

  private static List<String> boot() throws Exception {
    KernelPackage kernel = KernelPackage.in(Path.of("target/kernel").toAbsolutePath());
    Path work = Path.of("target/vm").toAbsolutePath();
    delete(work);
    MachineRoot machine = new MachineRoot(Files.createDirectories(work));
    machine.fill(kernel);
    MachineSettings.write(machine);
    Path log = work.resolve("console.log");
    try {
      Commands.run(work, BOOT_TO_END, qemu(kernel.image(), machine.pack()), log);
    } catch (IOException e) {
      throw new AssertionError(e.getMessage() + "\n" + Files.readString(log), e);
    }
    // A serial console ends its lines with CR LF.
    return Files.readString(log).lines().map(String::stripTrailing).toList();
  }

  /// The machine's clock is this one's: without it the certificates would not be valid.
  ///
  /// One processor without AVX: with two, be it this model or all that QEMU 7.2 claims to know
  /// ("max"), a JVM died of SIGILL or SIGSEGV in code that it had just compiled, in two runs of
  /// five.
  private static List<String> qemu(Path kernel, Path initramfs) {
    return List.of(
        "qemu-system-x86_64",
        "-accel",
        "tcg,thread=single",
        "-cpu",
        "Westmere,+rdrand",
        "-smp",
        "1",
        "-m",
        "2048",
        "-rtc",
        "base=utc,clock=host",
        "-nodefaults",
        "-no-reboot",
        "-display",
        "none",
        "-serial",
        "stdio",
        "-kernel",
        kernel.toString(),
        "-initrd",
        initramfs.toString(),
        "-append",
        "console=ttyS0 quiet panic=-1");
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> tree = Files.walk(folder)) {
        for (Path file : tree.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
