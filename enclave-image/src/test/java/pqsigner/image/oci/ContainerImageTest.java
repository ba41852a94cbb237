package pqsigner.image.oci;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static pqsigner.image.Refusals.assertRefused;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.image.Elf;
import pqsigner.image.input.Architecture;
import pqsigner.image.input.RefusedException;
import pqsigner.image.input.RefusedException.Reason;
import pqsigner.image.rootfs.EnclaveParts;
import pqsigner.image.rootfs.Jar;
import pqsigner.image.rootfs.NativeLibrary;

/// Which files of an image are the enclave's.
class ContainerImageTest {
  @TempDir private Path folder;

  private EnclaveParts read(Layout layout) throws IOException, RefusedException {
    Path work = Files.createTempDirectory(folder, "work");
    return ContainerImage.read(layout.write(folder.resolve("image.tar")), work);
  }

  /// The image with one more layer on top.
  private EnclaveParts read(Tar change) throws IOException, RefusedException {
    return read(EnclaveLayers.image().layer(change));
  }

  private void assertRefusedWith(Reason reason, Tar change) {
    assertRefused(reason, () -> read(change));
  }

  @Test
  void thePartsOfTheEnclaveAreFoundAndNothingElseIs() throws IOException, RefusedException {
    EnclaveParts parts = read(new Tar().file("etc/passwd", "x").file("opt/other", "x"));

    assertThat(parts.version()).isEqualTo("1.2.3");
    assertThat(parts.runtime().files().keySet())
        .containsExactly("bin/java", "lib/libjli.so", "lib/server/libjvm.so", "release");
    assertThat(parts.jars())
        .extracting(Jar::name)
        .containsExactlyInAnyOrder("enclave-1.2.3.jar", "library-b.jar");
    assertThat(parts.jvmOptions()).hasContent("-Xint");
    assertThat(parts.libraries())
        .extracting(NativeLibrary::target)
        .containsExactly("/lib/x86_64-linux-gnu/libc.so.6", "/lib64/ld-linux-x86-64.so.2");
  }

  @Test
  void noNameOfTheImageIsANameOfThisMachine() throws IOException, RefusedException {
    EnclaveParts parts = read(new Tar());

    assertThat(parts.jars()).allSatisfy(jar -> assertNumbered(jar.file()));
    assertThat(parts.runtime().files().values()).allSatisfy(ContainerImageTest::assertNumbered);
    assertThat(parts.libraries()).allSatisfy(library -> assertNumbered(library.source()));
  }

  private static void assertNumbered(Path file) {
    assertThat(file.getFileName().toString()).matches("content-[0-9]+");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "app/.wh.enclave.jar",
        "app/.wh.lib",
        "app/.wh.enclave.jvmopts",
        "opt/.wh.java",
        "opt/java/bin/.wh.java",
        "opt/java/lib/server/.wh.libjvm.so",
        "lib64/.wh.ld-linux-x86-64.so.2",
        "lib/x86_64-linux-gnu/.wh.libc.so.6"
      })
  void whatIsMissingIsRefused(String whiteout) {
    assertRefusedWith(Reason.INPUT_UNREADABLE, new Tar().file(whiteout, ""));
  }

  @Test
  void aLinkThatLeadsOutOfTheImageLeadsToNothing() throws IOException {
    Path outside = Files.writeString(folder.resolve("outside"), "the machine's");

    assertRefusedWith(Reason.INPUT_UNREADABLE, new Tar().link("app/enclave.jvmopts", "" + outside));
    assertRefusedWith(
        Reason.INPUT_UNREADABLE,
        new Tar().link("app/enclave.jvmopts", "../../../../../../../../" + outside));
    assertRefusedWith(Reason.OCI_MALFORMED, new Tar().link("app/enclave.jar", "enclave.jar"));
    assertRefusedWith(
        Reason.INPUT_UNREADABLE, new Tar().special("app/enclave.jar", TarConstants.LF_FIFO));
  }

  @Test
  void theClassPathIsWhatTheJvmMakesOfTheFolder() throws IOException, RefusedException {
    EnclaveParts parts =
        read(
            new Tar()
                .file("app/lib/notes.txt", "x")
                .file("app/lib/sub/inner.jar", EnclaveLayers.jar("1"))
                .file("other/linked", EnclaveLayers.jar("1"))
                .link("app/lib/linked.jar", "../../other/linked"));

    assertThat(parts.jars())
        .extracting(Jar::name)
        .containsExactlyInAnyOrder("enclave-1.2.3.jar", "library-b.jar", "linked.jar");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "1/../2", "1 2", "1\u00fc"})
  void aVersionIsOneOrTheJarIsRefused(String version) {
    assertRefusedWith(
        Reason.INPUT_UNSUITABLE, new Tar().file("app/enclave.jar", EnclaveLayers.jar(version)));
  }

  @Test
  void aJarWithoutAManifestOrThatIsNoneIsRefused() {
    assertRefusedWith(
        Reason.INPUT_UNSUITABLE, new Tar().file("app/enclave.jar", EnclaveLayers.jar(Map.of())));
    assertRefusedWith(Reason.INPUT_UNREADABLE, new Tar().file("app/enclave.jar", "no jar"));
    assertRefusedWith(Reason.INPUT_UNREADABLE, new Tar().file("app/lib/no.jar", "no jar"));
    byte[] broken =
        EnclaveLayers.jar(Map.of("META-INF/MANIFEST.MF", "no header\r\n\r\n".getBytes(UTF_8)));
    assertRefusedWith(Reason.INPUT_UNREADABLE, new Tar().file("app/enclave.jar", broken));
  }

  @Test
  void librariesOfLibrariesAndOfJarsAreTakenFromWhereTheLoaderLooks()
      throws IOException, RefusedException {
    byte[] jar =
        EnclaveLayers.jar(
            Map.of(
                "META-INF/native/x.so", Elf.needing("", "libpthread.so.0"),
                "META-INF/native/arm.so", Elf.needing(Architecture.AARCH64, "", "libarm.so.1")));

    EnclaveParts parts =
        read(
            new Tar()
                .file("app/lib/native.jar", jar)
                .file("lib/libpthread.so.0", Elf.needing("", "libm.so.6"))
                .file("usr/lib/x86_64-linux-gnu/libm.so.6", Elf.needing("", "libpthread.so.0")));

    assertThat(parts.libraries())
        .extracting(NativeLibrary::target)
        .containsExactly(
            "/lib/libpthread.so.0",
            "/lib/x86_64-linux-gnu/libc.so.6",
            "/lib/x86_64-linux-gnu/libm.so.6",
            "/lib64/ld-linux-x86-64.so.2");
  }

  /// As before Debian merged the folders: `/lib` is one of its own.
  @Test
  void aBaseWithTwoLibraryFoldersIsReadToo() throws IOException, RefusedException {
    Tar base =
        new Tar()
            .file("lib/x86_64-linux-gnu/libc.so.6", Elf.needing(""))
            .file("lib/x86_64-linux-gnu/ld-2.31.so", Elf.needing(""))
            .link("lib/x86_64-linux-gnu/ld-linux-x86-64.so.2", "ld-2.31.so")
            .link("lib64/ld-linux-x86-64.so.2", "/lib/x86_64-linux-gnu/ld-2.31.so");

    EnclaveParts parts =
        read(new Layout().layer(base).layer(EnclaveLayers.java()).layer(EnclaveLayers.enclave()));

    assertThat(parts.libraries())
        .extracting(NativeLibrary::target)
        .containsExactly("/lib/x86_64-linux-gnu/libc.so.6", "/lib64/ld-linux-x86-64.so.2");
  }

  @Test
  void aLibraryForAnotherProcessorOrOfNoKindIsRefused() {
    String jli = "opt/java/lib/libjli.so";
    for (Tar change :
        List.of(
            new Tar().file("lib/x86_64-linux-gnu/libc.so.6", Elf.of(Architecture.AARCH64, "")),
            new Tar().file("opt/java/bin/java", Elf.of(Architecture.AARCH64, "")),
            new Tar().file("opt/java/bin/java", Elf.needing("", "libc.so.6")),
            new Tar().file(jli, "no library"),
            new Tar().file(jli, Elf.needing("", "../../etc/passwd")),
            new Tar().file(jli, Elf.needing("", "")))) {
      assertRefusedWith(Reason.INPUT_UNSUITABLE, change);
    }
  }

  @Test
  void librariesAreBounded() throws IOException, RefusedException {
    int there = 2;
    assertThat(read(chain(SharedLibraries.LIBRARIES_MAX - there)).libraries())
        .hasSize(SharedLibraries.LIBRARIES_MAX);
    assertRefusedWith(Reason.INPUT_TOO_LARGE, chain(SharedLibraries.LIBRARIES_MAX - there + 1));
    assertRefusedWith(
        Reason.INPUT_UNSUITABLE,
        new Tar()
            .file(
                "opt/java/lib/libjli.so",
                Elf.needing(
                    "",
                    Collections.nCopies(SharedObject.NEEDED_MAX + 1, "libc.so.6")
                        .toArray(String[]::new))));
    assertThat(read(natives(SharedLibraries.LIBRARIES_MAX)).jars()).hasSize(3);
    assertRefusedWith(Reason.INPUT_TOO_LARGE, natives(SharedLibraries.LIBRARIES_MAX + 1));
  }

  private static Tar natives(int count) {
    Map<String, byte[]> entries = new HashMap<>();
    for (int i = 0; i < count; i++) {
      entries.put(i + ".so", Elf.needing(""));
    }
    return new Tar().file("app/lib/native.jar", EnclaveLayers.jar(entries));
  }

  private static Tar chain(int length) {
    Tar tar = new Tar().file("opt/java/lib/libx.so", Elf.needing("", "lib0"));
    for (int i = 0; i < length; i++) {
      tar.file("lib/lib" + i, i + 1 < length ? Elf.needing("", "lib" + (i + 1)) : Elf.needing(""));
    }
    return tar;
  }
}
