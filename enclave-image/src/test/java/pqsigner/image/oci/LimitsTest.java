package pqsigner.image.oci;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static pqsigner.image.Refusals.assertRefused;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pqsigner.image.input.RefusedException;
import pqsigner.image.input.RefusedException.Reason;

/// Each bound: what just fits, and one more.
class LimitsTest {
  private static final Limits FEW =
      new Limits(1 << 20, 14, 2_000, 2, 3, 60_000, 40, 10_000, 8 << 10, 60, 3);

  @TempDir private Path folder;

  private ImageRoot root(Tar... layers) throws IOException, RefusedException {
    return new Roots(folder, FEW).of(layers);
  }

  private void assertTooLarge(Tar... layers) {
    assertRefused(Reason.INPUT_TOO_LARGE, () -> root(layers));
  }

  private void read(Layout layout) throws IOException, RefusedException {
    var _ =
        ContainerImage.read(
            layout.write(folder.resolve("image.tar")),
            Files.createTempDirectory(folder, "work"),
            FEW);
  }

  private void assertTooLarge(Layout layout) {
    assertRefused(Reason.INPUT_TOO_LARGE, () -> read(layout));
  }

  @Test
  void bytesOfTheArchive() throws IOException, RefusedException {
    Layout fits = EnclaveLayers.image();
    fits.files.put("other", new byte[900_000]);
    read(fits);
    Layout more = EnclaveLayers.image();
    more.files.put("other", new byte[1 << 20]);
    assertTooLarge(more);
  }

  @Test
  void filesInTheArchive() throws IOException, RefusedException {
    // oci-layout, index.json, three layers, configuration, manifest, two folders
    read(with(5));
    assertTooLarge(with(6));
  }

  private static Layout with(int files) {
    Layout layout = EnclaveLayers.image();
    for (int i = 0; i < files; i++) {
      layout.files.put("other-" + i, new byte[0]);
    }
    return layout;
  }

  @Test
  void bytesOfAConfiguration() throws IOException, RefusedException {
    Layout layout = EnclaveLayers.image();
    layout.configuration.put("comment", "x".repeat(1_000));
    read(layout);
    Layout more = EnclaveLayers.image();
    more.configuration.put("comment", "x".repeat(2_000));
    assertTooLarge(more);
  }

  @Test
  void descriptorsInAnIndex() throws IOException, RefusedException {
    Layout layout = EnclaveLayers.image();
    layout.describe(layout.manifests().addObject(), "other/type", new byte[0]);
    read(layout);
    Layout more = EnclaveLayers.image();
    more.describe(more.manifests().addObject(), "other/type", new byte[0]);
    more.describe(more.manifests().addObject(), "other/type", new byte[0]);
    assertTooLarge(more);
  }

  @Test
  void layers() throws IOException, RefusedException {
    read(EnclaveLayers.image());
    assertTooLarge(EnclaveLayers.image().layer(new Tar()));
  }

  @Test
  void bytesOfAllLayers() throws IOException, RefusedException {
    Tar[] five = new Tar[5];
    Tar[] six = new Tar[6];
    Arrays.setAll(five, _ -> new Tar().file("f", "x".repeat(9_000)));
    Arrays.setAll(six, _ -> new Tar().file("f", "x".repeat(9_000)));

    assertThat(Roots.text(root(five), "/f")).hasSize(9_000);
    assertTooLarge(six);
  }

  /// A kilobyte that unpacks to a gigabyte is read up to the bound.
  @Test
  void bytesOfALayerThatWasPackedTightly() {
    byte[] plain = new byte[8 << 20];
    byte[] tar = new Tar().bytes();
    System.arraycopy(tar, 0, plain, 0, tar.length);
    Layout layout = new Layout().layer(plain, Tar.gzip(plain), Layout.LAYER + "+gzip");

    assertTooLarge(layout);
  }

  @Test
  void filesInAllLayersAndFoldersThatNoLayerNames() throws IOException, RefusedException {
    assertThat(root(folders(40)).files("/d0")).isEmpty();
    assertTooLarge(folders(41));
    assertTooLarge(folders(40), new Tar().folder("d0"));
    assertThat(root(folders(20), new Tar().folder("a/b/c")).files("/a")).isEmpty();
    assertTooLarge(new Tar().folder("a/".repeat(20) + "b"), new Tar().folder("c/".repeat(20)));
  }

  private static Tar folders(int count) {
    Tar tar = new Tar();
    for (int i = 0; i < count; i++) {
      tar.folder("d" + i);
    }
    return tar;
  }

  @Test
  void bytesOfAFile() throws IOException, RefusedException {
    assertThat(Roots.text(root(new Tar().file("f", "x".repeat(10_000))), "/f")).hasSize(10_000);
    assertTooLarge(new Tar().file("f", "x".repeat(10_001)));
  }

  /// Of a size that it does not have, as long as nobody reads it.
  @Test
  void bytesOfAFileThatOnlyClaimsThem() {
    byte[] tar = new Tar().file("f", "").bytes();
    byte[] claim = "77777777777\0".getBytes(UTF_8);
    System.arraycopy(claim, 0, tar, 124, claim.length);
    Tar.fixChecksum(tar, 0);

    assertRefused(Reason.INPUT_TOO_LARGE, () -> new Roots(folder, FEW).of(List.of(tar)));
  }

  @Test
  void bytesOfHeaders() throws IOException, RefusedException {
    assertThat(Roots.text(root(attributed(5_000)), "/f")).isEqualTo("f");
    assertTooLarge(attributed(8_000));
  }

  private static Tar attributed(int bytes) {
    return new Tar()
        .entry(
            "f",
            TarConstants.LF_NORMAL,
            new byte[] {'f'},
            e -> e.addPaxHeader("SCHILY.xattr.user.x", "v".repeat(bytes)));
  }

  @Test
  void charactersOfAPath() throws IOException, RefusedException {
    String sixty = "p".repeat(60);
    assertThat(Roots.text(root(new Tar().file(sixty, "f")), "/" + sixty)).isEqualTo("f");
    assertTooLarge(new Tar().file(sixty + "p", "f"));
    var _ = root(new Tar().link("l", sixty));
    assertTooLarge(new Tar().link("l", sixty + "p"));
    assertTooLarge(new Tar().hardLink("l", sixty + "p"));

    ImageRoot deep =
        root(
            new Tar().folder("a/".repeat(14)).link("l", "a/".repeat(14)),
            new Tar().file("l/" + "b/".repeat(17) + "f", "f"));
    assertRefused(Reason.INPUT_TOO_LARGE, () -> deep.files("/a"));
  }

  @Test
  void linksOnTheWay() throws IOException, RefusedException {
    ImageRoot root =
        root(new Tar().file("0", "f").link("1", "0").link("2", "1").link("3", "2").link("4", "3"));

    assertThat(Roots.text(root, "/3")).isEqualTo("f");
    assertRefused(Reason.OCI_MALFORMED, () -> root.find("/4"));
  }
}
