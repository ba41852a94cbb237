package pqsigner.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pqsigner.image.ImageCommand.Build;
import pqsigner.image.ImageCommand.Built;
import pqsigner.image.ImageCommand.RuntimeSource;
import pqsigner.image.ImageCommand.Source;
import pqsigner.image.eif.EifReader;
import pqsigner.image.input.RefusedException;

/// The real enclave and a real runtime, linked twice; kernel and init are synthetic, so nothing
/// boots. Instead, what is in the image is unpacked and started as AWS's init would: in a root of
/// its own, with the image's command and environment.
@Tag("proof")
class EnclaveImageIT {
  private static final Path ENCLAVE = Path.of("../enclave");

  @TempDir private static Path folder;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static Built image;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static Ingredients ingredients;

  @BeforeAll
  static void build() throws IOException, InterruptedException, RefusedException {
    assumeThat(ENCLAVE.resolve("target/runtime.classpath")).as("the enclave is not built").exists();
    assumeThat(Machine.JDK.resolve("bin/jlink")).as("this is no JDK").exists();
    ingredients = Ingredients.in(folder.resolve("ingredients"));
    image = build(folder.resolve("first"));
  }

  private static Built build(Path out) throws IOException, InterruptedException, RefusedException {
    return ImageCommand.build(
        new Build(
            new Source(
                EnclaveModule.in(ENCLAVE), new RuntimeSource.Jdk(Machine.JDK), Machine.libraries()),
            ingredients.path("enclave.properties"),
            ingredients.pinned("kernel"),
            ingredients.pinned("cmdline"),
            ingredients.pinned("init"),
            null,
            null,
            "vsock:any:5000",
            out));
  }

  @Test
  void aSecondRuntimeAndImageAreTheSameBytes()
      throws IOException, InterruptedException, RefusedException {
    Built second = build(folder.resolve("second"));

    assertThat(Files.mismatch(second.imageFile(), image.imageFile())).isEqualTo(-1);
    assertThat(Files.mismatch(second.manifestFile(), image.manifestFile())).isEqualTo(-1);
    System.out.println(
        "image of " + Files.size(image.imageFile()) + " bytes: " + image.manifest().measurements());
  }

  @Test
  void theImagesCommandReachesTheNsmAndStopsThereWithoutOne()
      throws IOException, InterruptedException, RefusedException {
    Path root = unpacked("command");
    List<String> command = Files.readAllLines(root.resolveSibling("cmd"), UTF_8);

    Machine.Finished enclave = enter(root, command);

    assertThat(enclave.output()).contains("start.failed").contains("nsm");
    assertThat(enclave.code()).isEqualTo(1);
  }

  @Test
  void theEnclaveBootsOnWhatTheImageHasAndExtendsWhatWasForetold()
      throws IOException, InterruptedException, RefusedException {
    Path root = unpacked("boot");
    addProbe(root);
    List<String> command = new ArrayList<>();
    for (String argument : Files.readAllLines(root.resolveSibling("cmd"), UTF_8)) {
      if (argument.equals("pqsigner.enclave.boot.EnclaveMain")) {
        break;
      }
      command.add(argument);
    }
    command.set(command.size() - 1, command.getLast() + ":/probe");
    command.addAll(
        List.of(BootProbe.class.getName(), "/etc/pq-signer/enclave.properties", "unix:/run/probe"));

    Machine.Finished probe = enter(root, command);

    assertThat(probe.code()).as(probe.output()).isZero();
    assertThat(probe.output())
        .contains("-XX:+DisableAttachMechanism")
        .contains("phase=ATTESTED")
        .contains("pcr16=" + image.manifest().pcr(16));
  }

  /// By another program's reading of the format than ours.
  private static Path unpacked(String name)
      throws IOException, InterruptedException, RefusedException {
    Path to = Files.createDirectories(folder.resolve(name));
    Path archive = folder.resolve(name + ".cpio");
    Files.write(archive, EifReader.read(image.imageFile()).ramdisks().getLast());
    Machine.Finished cpio =
        Machine.run(
            List.of(
                "sh",
                "-c",
                "cd \"$1\" && cpio -idm < \"$2\"",
                "sh",
                to.toString(),
                archive.toString()));
    assumeThat(cpio.code()).as("no cpio: " + cpio.output()).isZero();
    return to.resolve("rootfs");
  }

  private static void addProbe(Path root) throws IOException {
    for (String name : List.of("BootProbe", "BootProbe$Registers")) {
      Path to = root.resolve("probe/pqsigner/image/" + name + ".class");
      Files.createDirectories(Objects.requireNonNull(to.getParent()));
      try (InputStream in = BootProbe.class.getResourceAsStream(name + ".class")) {
        Files.copy(Objects.requireNonNull(in), to);
      }
    }
  }

  /// Mounts what init mounts, /tmp without the right to execute included, and changes the root.
  private static Machine.Finished enter(Path root, List<String> command)
      throws IOException, InterruptedException {
    String script =
        """
        set -e
        root=$1; shift
        mount --rbind /dev "$root/dev"
        mount -t proc proc "$root/proc" || mount --rbind /proc "$root/proc"
        mount --rbind /sys "$root/sys"
        mount -t tmpfs -o nodev,nosuid,noexec tmpfs "$root/run"
        mount -t tmpfs -o nodev,nosuid,noexec tmpfs "$root/tmp"
        exec env -i PATH=/sbin:/usr/sbin:/bin:/usr/bin $(cat "$root/../env") chroot "$root" "$@"
        """;
    List<String> unshare =
        List.of("unshare", "--map-root-user", "--mount", "--pid", "--fork", "--kill-child");
    List<String> trial = new ArrayList<>(unshare);
    trial.addAll(List.of("sh", "-c", "mount -t tmpfs tmpfs \"$1\"", "sh", root + "/run"));
    Machine.Finished tried = Machine.run(trial);
    assumeThat(tried.code()).as("this machine lends no namespaces: " + tried.output()).isZero();

    List<String> all = new ArrayList<>(unshare);
    all.addAll(List.of("sh", "-c", script, "sh", root.toString()));
    all.addAll(command);
    return Machine.run(all);
  }
}
