package pqsigner.image.oci;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static pqsigner.image.Refusals.assertRefused;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.image.input.Json;
import pqsigner.image.input.RefusedException;
import pqsigner.image.input.RefusedException.Reason;
import pqsigner.image.rootfs.EnclaveParts;

/// The archive around an image.
class LayoutArchiveTest {
  @TempDir private Path folder;
  private final Layout layout = EnclaveLayers.image();

  private EnclaveParts read(byte[] archive, String digest) throws IOException, RefusedException {
    Path file = Files.write(folder.resolve("image.tar"), archive);
    return ContainerImage.read(
        new PinnedImage(file, digest), Files.createTempDirectory(folder, "work"));
  }

  @Test
  void anArchiveIsAnImageLayout() throws IOException {
    String digest = layout.manifestDigest();
    layout.files.put("oci-layout", "{\"imageLayoutVersion\":\"2.0.0\"}".getBytes(UTF_8));
    assertRefused(Reason.OCI_UNSUPPORTED, () -> read(layout.archive(), digest));
    layout.files.remove("oci-layout");
    assertRefused(Reason.OCI_MALFORMED, () -> read(layout.archive(), digest));

    byte[] text = "no archive at all ".repeat(100).getBytes(UTF_8);
    assertRefused(Reason.OCI_MALFORMED, () -> read(text, digest));
    assertRefused(Reason.OCI_MALFORMED, () -> read(new byte[0], digest));
    PinnedImage none = new PinnedImage(folder.resolve("none"), digest);
    assertRefused(Reason.INPUT_UNREADABLE, () -> ContainerImage.read(none, folder));
  }

  /// As `tar -C layout -cf image.tar .` names them, and as Docker adds others.
  @Test
  void whatIsNoPartOfALayoutIsPassedOver() throws IOException, RefusedException {
    String digest = layout.manifestDigest();
    layout.files.put("index.json", Json.line(layout.index));
    Tar tar = new Tar().file("manifest.json", "[").link("repositories", "/etc/passwd");
    layout.files.forEach((name, content) -> tar.file("./" + name, content));

    assertThat(read(tar.bytes(), digest).version()).isEqualTo("1.2.3");
  }

  @Test
  void nothingIsThereTwice() {
    String digest = layout.manifestDigest();
    byte[] index = Json.line(layout.index);
    layout.files.put("index.json", index);
    Tar tar = new Tar();
    layout.files.forEach(tar::file);
    byte[] archive = tar.file("./index.json", index).bytes();

    assertRefused(Reason.INPUT_CONFLICT, () -> read(archive, digest));
  }

  @Test
  void aBlobIsAFileOfTheArchive() {
    String digest = layout.manifestDigest();
    layout.files.put("index.json", Json.line(layout.index));
    Tar tar = new Tar();
    layout.files.forEach(
        (name, content) -> {
          if (name.endsWith(digest.replace("sha256:", ""))) {
            tar.link(name, "/etc/passwd");
          } else {
            tar.file(name, content);
          }
        });
    byte[] archive = tar.bytes();

    assertRefused(Reason.OCI_MALFORMED, () -> read(archive, digest));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "{} {}", "{\"schemaVersion\":2,\"schemaVersion\":2}"})
  void jsonIsReadWithoutForgiveness(String json) {
    String digest = layout.manifestDigest();
    Tar tar = new Tar();
    layout.files.put("index.json", json.getBytes(UTF_8));
    layout.files.forEach(tar::file);
    byte[] archive = tar.bytes();

    assertRefused(Reason.OCI_MALFORMED, () -> read(archive, digest));
  }
}
