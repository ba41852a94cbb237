package pqsigner.image.rootfs;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static pqsigner.image.Refusals.assertRefused;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.image.input.Input;
import pqsigner.image.input.RefusedException;
import pqsigner.image.input.RefusedException.Reason;

class FileTreeTest {

  /// Written by hand from the kernel's description of the format (buffer-format.rst).
  @Test
  void anArchiveIsThisAndNothingElse() throws RefusedException {
    FileTree tree = new FileTree().file("d/run", "hello".getBytes(UTF_8), true);

    String expected =
        header(1, "000041ed", 2, 0, 2)
            + "d\0"
            + header(2, "000081ed", 1, 5, 6)
            + "d/run\0"
            + "hello\0\0\0"
            + header(0, "00000000", 1, 0, 11)
            + "TRAILER!!!\0"
            + "\0\0\0";
    assertThat(new String(tree.archive(), US_ASCII)).isEqualTo(expected);
  }

  private static String header(int inode, String mode, int links, int size, int nameSize) {
    String zero = "00000000";
    return "070701%08x%s%s%s%08x%s%08x%s%s%s%s%08x%s"
        .formatted(
            inode, mode, zero, zero, links, zero, size, zero, zero, zero, zero, nameSize, zero);
  }

  @Test
  void theOrderOfAdditionDoesNotShow() throws RefusedException {
    byte[] one = {1};
    byte[] two = {2, 2};
    FileTree forth = new FileTree().folder("x").file("a/b/c", one, false).file("a/a", two, true);
    FileTree back = new FileTree().file("a/a", two, true).file("a/b/c", one, false).folder("x");

    assertThat(forth.archive()).isEqualTo(back.archive());
    assertThat(forth.inputs())
        .containsExactly(Input.of("a/a", two), Input.of("a/b/c", one))
        .isEqualTo(back.inputs());
  }

  @Test
  void whatWasWrittenIsReadBack() throws RefusedException {
    FileTree tree = new FileTree();
    for (int length = 0; length < 9; length++) {
      tree.file("f" + "x".repeat(length), new byte[length], length % 2 == 0);
    }

    FileTree read = FileTree.read(tree.archive());

    assertThat(read.archive()).isEqualTo(tree.archive());
    assertThat(read.content("fxx")).hasValue(new byte[2]);
    assertThat(read.content("none")).isEmpty();
  }

  @Test
  void noOtherFormOfAnArchiveIsRead() throws RefusedException {
    byte[] archive =
        new FileTree().folder("d").file("d/f", "content".getBytes(UTF_8), false).archive();

    for (int length = 0; length < archive.length; length++) {
      byte[] truncated = Arrays.copyOf(archive, length);
      assertRefused(Reason.INPUT_UNSUITABLE, () -> FileTree.read(truncated));
    }
    byte[] extended = Arrays.copyOf(archive, archive.length + 4);
    assertRefused(Reason.INPUT_UNSUITABLE, () -> FileTree.read(extended));
    String text = new String(archive, US_ASCII);
    for (String other :
        new String[] {
          text.replace("000041ed", "000041ff"), // a mode
          text.replaceFirst("070701000000010", "070701000000070"), // an inode
          text.replace("d/f", "d//"),
          text.replace("d/f", "../"),
          text.replace("070701", "070702"),
        }) {
      assertThat(other).isNotEqualTo(text);
      assertRefused(Reason.INPUT_UNSUITABLE, () -> FileTree.read(other.getBytes(US_ASCII)));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "/", "/a", "a/", "a//b", ".", "..", "a/../b", "a/.hidden", "a b", "ä", "a\0"})
  void aPathThatClimbsOrHidesIsRefused(String path) {
    assertRefused(Reason.INPUT_UNSUITABLE, () -> new FileTree().file(path, new byte[0], false));
  }

  @Test
  void onePlaceHoldsOneThing() throws RefusedException {
    FileTree tree = new FileTree().file("a/f", new byte[0], false);

    assertRefused(Reason.INPUT_CONFLICT, () -> tree.file("a/f", new byte[0], false));
    assertRefused(Reason.INPUT_CONFLICT, () -> tree.file("a", new byte[0], false));
    assertRefused(Reason.INPUT_CONFLICT, () -> tree.file("a/f/g", new byte[0], false));
  }

  @Test
  void entriesAndPathsAreBounded() throws RefusedException {
    FileTree tree = new FileTree();
    for (int i = 0; i < FileTree.ENTRIES_MAX; i++) {
      tree.folder("d" + i);
    }
    assertRefused(Reason.INPUT_TOO_LARGE, () -> tree.folder("onemore"));

    var _ = new FileTree().folder("p".repeat(FileTree.PATH_MAX));
    assertRefused(
        Reason.INPUT_UNSUITABLE, () -> new FileTree().folder("p".repeat(FileTree.PATH_MAX + 1)));
  }
}
