package pqsigner.image;

import static org.assertj.core.api.Assertions.assertThat;
import static pqsigner.image.Refusals.assertRefused;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pqsigner.image.ImageCommand.Built;
import pqsigner.image.ImageCommand.RuntimeSource;
import pqsigner.image.ImageCommand.Source;
import pqsigner.image.input.RefusedException;
import pqsigner.image.input.RefusedException.Reason;
import pqsigner.image.oci.Layout;
import pqsigner.image.oci.Tar;
import pqsigner.image.rootfs.NativeLibrary;

/// A container image and the folders that it was made from. [ContainerImageIT] does the same with
/// the real parts.
class ContainerImageBuildTest {
  private static final String LIBC = "/lib/x86_64-linux-gnu/libc.so.6";
  private static final String LOADER = "/lib64/ld-linux-x86-64.so.2";

  @TempDir private Path folder;
  @TempDir private Path out;
  private Ingredients ingredients;

  @BeforeEach
  void ingredients() throws IOException {
    ingredients = Ingredients.in(folder);
    ingredients.write("runtime/bin/java", Elf.needing(LOADER, "libc.so.6"));
    ingredients.write("ld.so", Elf.needing(""));
    // As jlink leaves what several modules have alike.
    Path legal = Files.createDirectories(folder.resolve("runtime/legal/java.sql"));
    Files.createSymbolicLink(legal.resolve("LICENSE"), Path.of("../java.base/LICENSE"));
    ingredients.jar(
        "enclave-1.2.3.jar",
        Map.of(
            "META-INF/MANIFEST.MF",
            "Manifest-Version: 1.0\r\nImplementation-Version: 1.2.3\r\n\r\n",
            "a/Enclave.class",
            "a"));
  }

  private Source folders() {
    return new Source.Folders(
        ingredients.enclave("library-b.jar", "library-c.jar"),
        new RuntimeSource.Linked(ingredients.path("runtime")),
        List.of(
            new NativeLibrary(ingredients.path("libc.so.6"), LIBC),
            new NativeLibrary(ingredients.path("ld.so"), LOADER)));
  }

  private Source container(Layout layout) throws IOException {
    return new Source.Container(layout.write(folder.resolve("image.tar")));
  }

  private byte[] content(String name) throws IOException {
    return Files.readAllBytes(ingredients.path(name));
  }

  private Tar base() throws IOException {
    return new Tar()
        .link("lib", "usr/lib")
        .link("lib64", "usr/lib64")
        .file("usr" + LIBC, content("libc.so.6"))
        .file("usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2", content("ld.so"))
        .link("usr" + LOADER, "/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2");
  }

  private Tar java() throws IOException {
    Tar tar = new Tar();
    for (String name :
        List.of(
            "bin/java",
            "bin/keytool",
            "lib/modules",
            "lib/server/libjvm.so",
            "lib/security/cacerts",
            "legal/java.base/LICENSE",
            "release")) {
      tar.file("opt/java/" + name, content("runtime/" + name));
    }
    return tar.link("opt/java/legal/java.sql/LICENSE", "../java.base/LICENSE");
  }

  private Tar app() throws IOException {
    return new Tar()
        .file("app/lib/library-c.jar", content("library-c.jar"))
        .file("app/lib/library-b.jar", content("library-b.jar"))
        .file("app/enclave.jar", content("enclave-1.2.3.jar"))
        .file("app/enclave.jvmopts", content("enclave.jvmopts"));
  }

  private Built build(String name, Source source) throws IOException, RefusedException {
    return ImageCommand.build(ingredients.build(out.resolve(name), source, null));
  }

  private static void assertSame(Built one, Built other) throws IOException {
    assertThat(one.manifest().measurements()).isEqualTo(other.manifest().measurements());
    assertThat(Files.readString(one.manifestFile()))
        .isEqualTo(Files.readString(other.manifestFile()));
    assertThat(Files.mismatch(one.imageFile(), other.imageFile())).isEqualTo(-1);
  }

  @Test
  void anImageAndItsPartsInFoldersMakeTheSameEnclave() throws IOException, RefusedException {
    Layout layout = new Layout().layer(base()).layer(java()).layer(app());

    assertSame(build("image", container(layout)), build("folders", folders()));
  }

  @Test
  void howAnImageIsLayeredAndWhatElseIsInItDoesNotShow() throws IOException, RefusedException {
    Layout layout =
        new Layout()
            .gzipped(app().file("opt/java/lib/later-removed", "x").file("etc/passwd", "root"))
            .gzipped(base().file("app/lib/README", "x").file("opt/java/.wh.lib", ""))
            .gzipped(java())
            .layer(new Tar().file("app/health.jar", "x"));

    assertSame(build("image", container(layout)), build("folders", folders()));
  }

  @Test
  void aChangedFileOfTheImageShows() throws IOException, RefusedException {
    Layout layout = new Layout().layer(base()).layer(java()).layer(app());
    layout.layer(new Tar().file("app/enclave.jvmopts", "-Xint\n"));

    Built changed = build("image", container(layout));
    Built folders = build("folders", folders());
    assertThat(changed.manifest().pcr(2)).isNotEqualTo(folders.manifest().pcr(2));
    assertThat(changed.manifest().pcr(1)).isEqualTo(folders.manifest().pcr(1));
  }

  @Test
  void anImageWithoutTheEnclaveIsRefusedAndNothingIsWritten() throws IOException {
    Source source = container(new Layout().layer(base()).layer(java()));

    assertRefused(Reason.INPUT_UNREADABLE, () -> build("image", source));
    assertThat(out.resolve("image")).doesNotExist();
  }
}
