package pqsigner.image;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static pqsigner.image.Refusals.assertRefused;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pqsigner.image.ImageCommand.Built;
import pqsigner.image.eif.Eif;
import pqsigner.image.eif.EifReader;
import pqsigner.image.eif.SigningIdentity;
import pqsigner.image.input.Architecture;
import pqsigner.image.input.Input;
import pqsigner.image.input.PinnedFile;
import pqsigner.image.input.RefusedException;
import pqsigner.image.input.RefusedException.Reason;
import pqsigner.image.measurement.MeasurementManifest;
import pqsigner.image.measurement.Measurements;
import pqsigner.image.rootfs.FileTree;

class ReproducibleImageTest {
  @TempDir private Path here;
  @TempDir private Path there;

  @Test
  void placesTimesModesAndOrdersDoNotShow() throws IOException, RefusedException {
    Ingredients one = Ingredients.in(here.resolve("a"));
    Ingredients two = Ingredients.in(there.resolve("another/place"));
    try (Stream<Path> files = Files.walk(two.path(""))) {
      for (Path file : files.toList()) {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2001-02-03T04:05:06Z")));
      }
    }

    Built first = ImageCommand.build(one.build(here.resolve("out")));
    Built second =
        ImageCommand.build(
            two.build(there.resolve("out"), two.enclave("library-c.jar", "library-b.jar"), null));

    assertThat(Files.mismatch(first.imageFile(), second.imageFile())).isEqualTo(-1);
    assertThat(Files.mismatch(first.manifestFile(), second.manifestFile())).isEqualTo(-1);
    assertThat(first.manifest().measurements()).isEqualTo(second.manifest().measurements());
    assertThat(Files.readString(first.manifestFile()))
        .doesNotContain(here.toString(), there.toString());
  }

  /// Each input, changed alone, and the registers that must tell.
  @Test
  void everyInputShowsInTheRegistersThatCoverIt() throws IOException, RefusedException {
    Ingredients ingredients = Ingredients.in(here);
    Measurements before = measured(ingredients);

    ingredients.write("kernel", "another kernel".getBytes(UTF_8));
    before = assertOnlyChanged(before, measured(ingredients), 0, 1);
    ingredients.write("cmdline", "another command line".getBytes(UTF_8));
    before = assertOnlyChanged(before, measured(ingredients), 0, 1);
    ingredients.write("init", Elf.of(Architecture.X86_64, "another init"));
    before = assertOnlyChanged(before, measured(ingredients), 0, 1);
    ingredients.write("nsm.ko", Elf.of(Architecture.X86_64, "another driver"));
    before = assertOnlyChanged(before, measured(ingredients), 0, 1);
    ingredients.write("libc.so.6", Elf.of(Architecture.X86_64, "another library"));
    before = assertOnlyChanged(before, measured(ingredients), 0, 2);
    ingredients.write("enclave.jvmopts", "-Xint\n".getBytes(UTF_8));
    before = assertOnlyChanged(before, measured(ingredients), 0, 2);
    ingredients.jar("library-b.jar", Map.of("b/B.class", "changed"));
    before = assertOnlyChanged(before, measured(ingredients), 0, 2);
    ingredients.write("runtime/lib/modules", "other classes".getBytes(UTF_8));
    before = assertOnlyChanged(before, measured(ingredients), 0, 2);
    ingredients.configuration("lease.uses-max = 7");
    before = assertOnlyChanged(before, measured(ingredients), 0, 2, 16);
    ingredients.configuration("lease.uses-max = 7\n# a comment is in the image all the same");
    var _ = assertOnlyChanged(before, measured(ingredients), 0, 2);
  }

  private Measurements measured(Ingredients ingredients) throws IOException, RefusedException {
    return ImageCommand.build(ingredients.build(there)).manifest().measurements();
  }

  private static Measurements assertOnlyChanged(
      Measurements before, Measurements after, Integer... changed) {
    assertThat(
            before.pcrs().keySet().stream()
                .filter(
                    index -> !Objects.equals(before.pcrs().get(index), after.pcrs().get(index))))
        .containsExactly(changed);
    return after;
  }

  /// What is the machine's and not the enclave's: its certificates and the JDK's tools.
  @Test
  void whatIsLeftOutOfTheRuntimeDoesNotShow() throws IOException, RefusedException {
    Ingredients ingredients = Ingredients.in(here);
    Measurements before = measured(ingredients);

    ingredients.write("runtime/lib/security/cacerts", "other roots".getBytes(UTF_8));
    ingredients.write("runtime/bin/keytool", Elf.of(Architecture.X86_64, "other"));

    assertThat(measured(ingredients)).isEqualTo(before);
  }

  @Test
  void theImageHoldsWhatInitLooksFor() throws IOException, RefusedException {
    Built built = ImageCommand.build(Ingredients.in(here).build(there));

    Eif image = EifReader.read(built.imageFile());
    FileTree application = FileTree.read(image.ramdisks().getLast());

    assertThat(image.commandLine()).isEqualTo(Ingredients.COMMAND_LINE.getBytes(US_ASCII));
    assertThat(application.content("env"))
        .hasValue(
            "GLIBC_TUNABLES=glibc.malloc.perturb=90:glibc.malloc.tcache_count=0\n".getBytes(UTF_8));
    assertThat(application.content("cmd"))
        .hasValueSatisfying(
            cmd ->
                assertThat(new String(cmd, UTF_8))
                    .isEqualTo(
                        """
                        /opt/java/bin/java
                        @/opt/pq-signer/enclave.jvmopts
                        -Dorg.conscrypt.native.workdir=/opt/pq-signer/native
                        -cp
                        /opt/pq-signer/lib/enclave.jar:/opt/pq-signer/lib/library-b.jar:/opt/pq-signer/lib/library-c.jar
                        pqsigner.enclave.boot.EnclaveMain
                        --config
                        /etc/pq-signer/enclave.properties
                        --listen
                        vsock:any:5000
                        """));
    assertThat(application.inputs())
        .extracting(Input::name)
        .containsExactly(
            "cmd",
            "env",
            "rootfs/etc/pq-signer/enclave.properties",
            "rootfs/etc/pq-signer/roots.pem",
            "rootfs/lib/x86_64-linux-gnu/libc.so.6",
            "rootfs/opt/java/bin/java",
            "rootfs/opt/java/legal/java.base/LICENSE",
            "rootfs/opt/java/lib/modules",
            "rootfs/opt/java/lib/server/libjvm.so",
            "rootfs/opt/java/release",
            "rootfs/opt/pq-signer/enclave.jvmopts",
            "rootfs/opt/pq-signer/lib/enclave.jar",
            "rootfs/opt/pq-signer/lib/library-b.jar",
            "rootfs/opt/pq-signer/lib/library-c.jar");
    assertThat(built.manifest().inputs())
        .startsWith(Input.of("kernel", "synthetic kernel".getBytes(UTF_8)))
        .containsAll(application.inputs());
  }

  @Test
  void anImageMeasuresWhatItsManifestSays() throws IOException, RefusedException {
    Ingredients ingredients = Ingredients.in(here);
    Built built = ImageCommand.build(ingredients.build(there));

    assertThat(ImageCommand.measure(built.imageFile(), built.manifestFile()))
        .isEqualTo(built.manifest().measurements());
    assertThat(MeasurementManifest.read(built.manifestFile())).isEqualTo(built.manifest());

    ingredients.configuration("lease.uses-max = 3");
    Built other = ImageCommand.build(ingredients.build(there.resolve("other")));
    assertRefused(
        Reason.MEASUREMENT_MISMATCH,
        () -> ImageCommand.measure(other.imageFile(), built.manifestFile()));
  }

  /// Only the signature section differs, and no register covers it.
  @Test
  void twoSignedImagesHaveTheSameRegisters() throws IOException, RefusedException {
    Ingredients ingredients = Ingredients.in(here);
    Certificates certificates = Certificates.onCurve("secp384r1");
    SigningIdentity signer =
        SigningIdentity.of(certificates.certificatePem(), certificates.keyPem());
    EnclaveModule enclave = ingredients.enclave("library-b.jar", "library-c.jar");

    Built unsigned = ImageCommand.build(ingredients.build(there.resolve("0")));
    Built one = ImageCommand.build(ingredients.build(there.resolve("1"), enclave, signer));
    Built two = ImageCommand.build(ingredients.build(there.resolve("2"), enclave, signer));

    assertThat(Files.mismatch(one.manifestFile(), two.manifestFile())).isEqualTo(-1);
    assertThat(one.manifest().measurements().pcrs()).containsKey(8);
    assertThat(ImageCommand.measure(one.imageFile(), two.manifestFile()))
        .isEqualTo(two.manifest().measurements());
    assertRefused(
        Reason.MEASUREMENT_MISMATCH,
        () -> ImageCommand.measure(unsigned.imageFile(), one.manifestFile()));
    assertRefused(
        Reason.MEASUREMENT_MISMATCH,
        () -> ImageCommand.measure(one.imageFile(), unsigned.manifestFile()));
  }

  @Test
  void anInputThatIsNotTheOneNamedIsRefusedAndNothingIsWritten() throws IOException {
    Ingredients ingredients = Ingredients.in(here);
    for (String name : List.of("kernel", "cmdline", "init", "nsm.ko")) {
      ImageCommand.Build build = ingredients.build(there.resolve(name));
      byte[] changed = Files.readAllBytes(ingredients.path(name));
      changed[changed.length - 1] ^= 1;
      Files.write(ingredients.path(name), changed);

      assertRefused(Reason.INPUT_MISMATCH, () -> ImageCommand.build(build));
      assertThat(there.resolve(name)).doesNotExist();
      changed[changed.length - 1] ^= 1;
      Files.write(ingredients.path(name), changed);
    }
  }

  @Test
  void aClassInTwoJarsIsRefused() throws IOException {
    Ingredients ingredients = Ingredients.in(here);
    ingredients.jar("library-c.jar", Map.of("b/B.class", "the same name"));

    assertRefused(Reason.INPUT_CONFLICT, () -> ImageCommand.build(ingredients.build(there)));
  }

  @Test
  void twoJarsOfOneNameAreRefused() throws IOException {
    Ingredients ingredients = Ingredients.in(here);
    Files.createDirectory(here.resolve("sub"));
    ingredients.jar("sub/library-b.jar", Map.of("d/D.class", "d"));
    EnclaveModule enclave = ingredients.enclave("library-b.jar", "sub/library-b.jar");

    assertRefused(
        Reason.INPUT_CONFLICT, () -> ImageCommand.build(ingredients.build(there, enclave, null)));
  }

  @Test
  void aLibraryForAnotherProcessorIsRefused() throws IOException {
    Ingredients ingredients = Ingredients.in(here);
    ingredients.write("libc.so.6", Elf.of(Architecture.AARCH64, "library"));

    assertRefused(Reason.INPUT_UNSUITABLE, () -> ImageCommand.build(ingredients.build(there)));
  }

  @Test
  void aCommandLineOfSeveralLinesIsRefused() throws IOException {
    Ingredients ingredients = Ingredients.in(here);
    for (String line : List.of("one\ntwo", " \n", "n\u00fcl", "nul\0")) {
      ingredients.write("cmdline", line.getBytes(UTF_8));
      assertRefused(Reason.INPUT_UNSUITABLE, () -> ImageCommand.build(ingredients.build(there)));
    }
  }

  @Test
  void aMissingInputIsRefused() throws IOException {
    Ingredients ingredients = Ingredients.in(here);
    ImageCommand.Build build = ingredients.build(there);
    Files.delete(ingredients.path("kernel"));

    assertRefused(Reason.INPUT_UNREADABLE, () -> ImageCommand.build(build));
    assertThat(new PinnedFile(here, "AB".repeat(32)).sha256()).isEqualTo("ab".repeat(32));
  }
}
