package pqsigner.image.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static pqsigner.image.Refusals.assertRefused;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.image.input.RefusedException;
import pqsigner.image.input.RefusedException.Reason;

class ImageRootTest {
  @TempDir private Path work;

  private ImageRoot root(Tar... layers) throws IOException, RefusedException {
    return new Roots(work, Limits.DEFAULT).of(layers);
  }

  private void assertMalformed(Tar... layers) {
    assertRefused(Reason.OCI_MALFORMED, () -> root(layers));
  }

  @Test
  void aLaterLayerReplacesWhatAnEarlierOneHad() throws IOException, RefusedException {
    ImageRoot root =
        root(
            new Tar().file("a/f", "old").file("a/stays", "old").file("was-file", "f"),
            new Tar().file("./a/f", "new").folder("was-file/").file("was-file/in", "x"));

    assertThat(Roots.text(root, "/a/f")).isEqualTo("new");
    assertThat(Roots.text(root, "/a/stays")).isEqualTo("old");
    assertThat(Roots.text(root, "/was-file/in")).isEqualTo("x");
  }

  @Test
  void aFolderOfBothLayersKeepsWhatIsInIt() throws IOException, RefusedException {
    ImageRoot root =
        root(new Tar().file("a/f", "f"), new Tar().folder("a/").folder("./a").file("a/g", "g"));

    assertThat(root.files("/a").keySet()).containsExactly("f", "g");
  }

  @Test
  void anythingElseTakesTheWholePlace() throws IOException, RefusedException {
    ImageRoot root =
        root(
            new Tar().file("folder/f", "f").link("link", "folder"),
            new Tar().file("folder", "file").folder("link/"));

    assertThat(Roots.text(root, "/folder")).isEqualTo("file");
    assertThat(root.files("/link")).isEmpty();
  }

  @Test
  void aWhiteoutRemovesWhatLowerLayersHadAndNothingOfItsOwn() throws IOException, RefusedException {
    ImageRoot root =
        root(
            new Tar().file("a/f", "old").file("a/g", "old").file("tree/in/f", "old"),
            new Tar()
                .file("a/g", "new")
                .file("a/.wh.g", "")
                .file("a/.wh.f", "")
                .file(".wh.tree", "")
                .file("none/.wh.x", "")
                .file("a/.wh.none", ""));

    assertThat(Roots.text(root, "/a/f")).isEqualTo("-");
    assertThat(Roots.text(root, "/a/g")).isEqualTo("new");
    assertRefused(Reason.INPUT_UNREADABLE, () -> root.files("/tree"));
    assertRefused(Reason.INPUT_UNREADABLE, () -> root.files("/none"));
  }

  @Test
  void anOpaqueFolderHidesWhatLowerLayersHadInIt() throws IOException, RefusedException {
    ImageRoot root =
        root(
            new Tar().file("a/f", "old").file("a/b/g", "old").file("beside", "old"),
            new Tar().file("a/new", "new").file("a/.wh..wh..opq", ""),
            new Tar().file("a/later", "later"));

    assertThat(root.files("/a").keySet()).containsExactly("later", "new");
    assertThat(Roots.text(root, "/beside")).isEqualTo("old");
  }

  @Test
  void whiteoutsFollowTheLinksOnTheirWay() throws IOException, RefusedException {
    ImageRoot root =
        root(
            new Tar().file("usr/lib/f", "f").file("usr/lib/g", "g").link("lib", "usr/lib"),
            new Tar().file("lib/.wh.f", ""));

    assertThat(root.files("/usr/lib").keySet()).containsExactly("g");
  }

  @ParameterizedTest
  @ValueSource(strings = {".wh.", ".wh..", ".wh...", ".wh..wh.plnk", ".wh.a/f", "a/.wh..wh..opq/f"})
  void aWhiteoutOfNothingThatCanBeIsRefused(String name) {
    assertMalformed(new Tar().file(name, ""));
  }

  @Test
  void aWhiteoutIsAnEmptyFile() {
    assertMalformed(new Tar().file(".wh.f", "content"));
    assertMalformed(new Tar().link(".wh.f", "f"));
    assertMalformed(new Tar().folder("a/.wh..wh..opq"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/a", "//a", "..", "../a", "a/..", "a/../b", "./../a", "a\nb", "\u001b[2J", ""})
  void aNameThatLeadsElsewhereIsRefused(String name) {
    assertMalformed(new Tar().file(name, "x"));
    assertMalformed(new Tar().file("a", "x").hardLink("b", name));
  }

  @Test
  void anEntryBelowAFileOrForTheRootIsRefused() {
    assertMalformed(new Tar().file("f", "f").file("f/g", "g"));
    assertMalformed(new Tar().special("p", TarConstants.LF_FIFO).file("p/g", "g"));
    assertMalformed(new Tar().link("./", "x"));
  }

  /// One reader would take the first, another the last.
  @Test
  void twoEntriesForOnePlaceInOneLayerAreRefused() throws IOException, RefusedException {
    for (Tar twice :
        List.of(
            new Tar().file("a/f", "1").file("a/f", "2"),
            new Tar().file("a/f", "1").file("./a//f", "2"),
            new Tar().file("a/f", "1").link("a/f", "g"),
            new Tar().folder("a/").link("a", "b"),
            new Tar().file("a/b/f", "1").file("a", "2"),
            new Tar().file("usr/lib/f", "1").link("lib", "usr/lib").file("lib/f", "2"),
            new Tar().file("f", "1").hardLink("g", "f").file("g", "2"))) {
      assertRefused(Reason.INPUT_CONFLICT, () -> root(twice));
    }
    assertRefused(
        Reason.INPUT_CONFLICT,
        () -> root(new Tar().file("f", "1"), new Tar().hardLink("g", "f").file("g", "2")));
    assertThat(root(new Tar().folder("a/").folder("a/").folder("./")).files("/a")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "etc/passwd, /etc/passwd",
    "/etc/passwd, /etc/passwd",
    "../../../../etc/passwd, /etc/passwd",
    "/../../etc/passwd, /etc/passwd",
    "a/b/../../etc/./passwd, /etc/passwd",
    "up/../etc//passwd, /etc/passwd"
  })
  void aLinkStaysWithinTheImage(String target, String place) throws IOException, RefusedException {
    Tar layer = new Tar().folder("a/b/").link("up", "a").link("link", target);

    assertThat(Roots.text(root(layer), "/link")).isEqualTo("-");
    ImageRoot with =
        root(
            new Tar().folder("a/b/").link("up", "a").link("link", target),
            new Tar().file(place.substring(1), "the image's"));
    assertThat(Roots.text(with, "/link")).isEqualTo("the image's");
  }

  @Test
  void aLinkToAFolderIsPartOfTheWay() throws IOException, RefusedException {
    ImageRoot root =
        root(
            new Tar().link("lib", "usr/lib").link("abs", "/usr").link("up", "usr/lib/.."),
            new Tar().file("lib/f", "f").file("abs/g", "g"));

    assertThat(Roots.text(root, "/usr/lib/f")).isEqualTo("f");
    assertThat(Roots.text(root, "/usr/g")).isEqualTo("g");
    assertThat(Roots.text(root, "/up/lib/../g")).isEqualTo("g");
    assertThat(Roots.text(root, "/lib/f/")).isEqualTo("-");
    assertThat(Roots.text(root, "/lib/f/../f")).isEqualTo("-");
  }

  @Test
  void aFoldersFilesAreThoseOfItsLinksTooButNotOfLinksToFolders()
      throws IOException, RefusedException {
    ImageRoot root =
        root(
            new Tar()
                .file("top/real", "r")
                .link("top/file", "deep/../real")
                .link("top/folder", "deep")
                .link("top/nothing", "none")
                .special("top/pipe", TarConstants.LF_FIFO)
                .file("top/deep/er/f", "f")
                .link("alias", "top"));

    assertThat(root.files("/top").keySet()).containsExactly("deep/er/f", "file", "real");
    assertThat(root.files("/alias")).isEqualTo(root.files("/top"));
    assertRefused(Reason.INPUT_UNREADABLE, () -> root.files("/top/real"));
  }

  @Test
  void linksInALoopAreRefusedWhenFollowed() throws IOException, RefusedException {
    ImageRoot root = root(new Tar().link("a", "b").link("b", "a").link("c/self", "self"));

    assertRefused(Reason.OCI_MALFORMED, () -> root.find("/a"));
    assertRefused(Reason.OCI_MALFORMED, () -> root.files("/c"));
    assertMalformed(new Tar().link("a", "b").link("b", "a"), new Tar().file("a/f", "f"));
  }

  @Test
  void aHardLinkIsAnotherNameOfTheImagesOwnFile() throws IOException, RefusedException {
    ImageRoot root =
        root(
            new Tar().file("usr/lower", "lower").link("u", "usr").link("soft", "usr/lower"),
            new Tar()
                .file("own", "own")
                .hardLink("a", "own")
                .hardLink("b", "./u/lower")
                .hardLink("c", "soft"),
            new Tar().file("own", "changed").file(".wh.usr", ""));

    assertThat(Roots.text(root, "/a")).isEqualTo("own");
    assertThat(Roots.text(root, "/b")).isEqualTo("lower");
    assertThat(Roots.text(root, "/c")).isEqualTo("-");
  }

  @Test
  void aHardLinkToNothingIsRefused() {
    assertMalformed(new Tar().hardLink("a", "none"));
    assertMalformed(new Tar().hardLink("a", "a"));
    assertMalformed(new Tar().hardLink("a", "b").file("b", "later"));
    assertMalformed(new Tar().folder("d/").hardLink("a", "d"));
    assertMalformed(new Tar().file("f", "f"), new Tar().file(".wh.f", "").hardLink("a", "f"));
  }

  /// Left out, it would let through what it hides.
  @Test
  void aDeviceOrPipeHidesWhatWasThereAndIsNoFile() throws IOException, RefusedException {
    for (byte type : new byte[] {TarConstants.LF_CHR, TarConstants.LF_BLK, TarConstants.LF_FIFO}) {
      ImageRoot root =
          root(new Tar().file("f", "f"), new Tar().special("f", type).hardLink("g", "f"));

      assertThat(Roots.text(root, "/f")).isEqualTo("-");
      assertThat(Roots.text(root, "/g")).isEqualTo("-");
    }
  }
}
