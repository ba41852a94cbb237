package pqsigner.image.oci;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static pqsigner.image.Refusals.assertRefused;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pqsigner.image.input.RefusedException;
import pqsigner.image.input.RefusedException.Reason;

/// What is left to the tar format itself; [ImageRootTest] has what its entries mean.
class LayerReaderTest {
  private static final int TYPE = 156;

  @TempDir private Path work;

  private ImageRoot root(byte[] layer) throws IOException, RefusedException {
    return new Roots(work, Limits.DEFAULT).of(List.of(layer));
  }

  @Test
  void formsThatTwoReadersReadDifferentlyAreRefused() {
    for (char type : new char[] {'1', '2', '3', '4', '5', '6', 'M', 'S', 'V', '?'}) {
      byte[] tar = new Tar().file("f", "content").bytes();
      tar[TYPE] = (byte) type;
      Tar.fixChecksum(tar, 0);
      assertRefused(Reason.OCI_MALFORMED, () -> root(tar));
    }
    byte[] fileLikeAFolder = new Tar().file("f", "content").bytes();
    fileLikeAFolder[1] = '/';
    Tar.fixChecksum(fileLikeAFolder, 0);
    assertRefused(Reason.OCI_MALFORMED, () -> root(fileLikeAFolder));
  }

  @Test
  void aSparseFileIsRefused() {
    byte[] extended =
        "22 GNU.sparse.major=0\n22 GNU.sparse.minor=1\n24 GNU.sparse.map=0,512\n25 GNU.sparse.size=1024\n"
            .getBytes(UTF_8);
    Tar tar =
        new Tar()
            .entry("x", TarConstants.LF_PAX_EXTENDED_HEADER_LC, extended, _ -> {})
            .file("s", "s".repeat(512));

    assertRefused(Reason.OCI_MALFORMED, () -> root(tar.bytes()));
  }

  @Test
  void onlyZerosFollowTheEnd() throws IOException, RefusedException {
    byte[] tar = new Tar().file("f", "f").bytes();

    byte[] longer = Arrays.copyOf(tar, tar.length + 200 * 512);
    assertThat(Roots.text(root(longer), "/f")).isEqualTo("f");
    longer[longer.length - 1] = 1;
    assertRefused(Reason.OCI_MALFORMED, () -> root(longer));
  }

  @Test
  void aLayerThatEndsWithinAnEntryIsRefused() throws IOException, RefusedException {
    byte[] tar = new Tar().file("f", "f".repeat(600)).folder("d/").bytes();
    for (int record = 0; record < 4; record++) { // a header, two of content, a header
      for (int more : new int[] {1, 256, 511}) {
        byte[] cut = Arrays.copyOf(tar, record * 512 + more);
        assertRefused(Reason.OCI_MALFORMED, () -> root(cut));
      }
    }
    assertRefused(Reason.OCI_MALFORMED, () -> root(Arrays.copyOf(tar, 512)));
    assertRefused(Reason.OCI_MALFORMED, () -> root(Arrays.copyOf(tar, 1024)));
    // Between two entries: tar has no count. The digests tell.
    assertThat(Roots.text(root(new byte[0]), "/f")).isEqualTo("-");
    assertThat(Roots.text(root(Arrays.copyOf(tar, 1536)), "/f")).hasSize(600);
  }

  @Test
  void aNameInAnyOfTheFormatsWaysIsTheSameName() throws IOException, RefusedException {
    String name = "d".repeat(90) + "/" + "e".repeat(90) + "/ü" + "f".repeat(90);

    assertThat(Roots.text(root(new Tar().file(name, "x").bytes()), "/" + name)).isEqualTo("x");
    ImageRoot attributed =
        root(
            new Tar()
                .entry(
                    "f",
                    TarConstants.LF_NORMAL,
                    new byte[] {'y'},
                    e -> e.addPaxHeader("SCHILY.xattr.user.x", "v"))
                .bytes());
    assertThat(Roots.text(attributed, "/f")).isEqualTo("y");
  }
}
