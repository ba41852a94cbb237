package pqsigner.image.rootfs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import pqsigner.image.input.Input;
import pqsigner.image.input.RefusedException;
import pqsigner.image.input.RefusedException.Reason;

/// Folders and files by path, whatever the order they were added in.
public final class FileTree {
  static final int ENTRIES_MAX = 20_000;
  static final int PATH_MAX = 512;
  static final long BYTES_MAX = 768L << 20;

  /// Printable names without a leading dot component: nothing here climbs or hides.
  private static final String PATH =
      "([A-Za-z0-9_][A-Za-z0-9._+@=-]*/)*[A-Za-z0-9_][A-Za-z0-9._+@=-]*";

  /// An entry of a tree.
  sealed interface Node {
    record Folder() implements Node {}

    record Content(byte[] bytes, boolean executable) implements Node {}
  }

  private final SortedMap<String, Node> nodes = new TreeMap<>();
  private long bytes;

  /// Adds a folder and those above it; one that is there stays.
  public FileTree folder(String path) throws RefusedException {
    requirePath(path);
    for (int end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) {
      putFolder(path.substring(0, end));
    }
    putFolder(path);
    return this;
  }

  /// Adds a file and the folders above it.
  ///
  /// @param content not copied, since it may be large: it belongs to the tree from now on
  public FileTree file(String path, byte[] content, boolean executable) throws RefusedException {
    requirePath(path);
    int slash = path.lastIndexOf('/');
    if (slash >= 0) {
      folder(path.substring(0, slash));
    }
    bytes += content.length;
    if (bytes > BYTES_MAX) {
      throw new RefusedException(Reason.INPUT_TOO_LARGE, "more than " + BYTES_MAX + " bytes");
    }
    put(path, new Node.Content(content, executable));
    return this;
  }

  /// Reads an archive that a tree like this wrote.
  ///
  /// @throws RefusedException when any of its bytes are not as this class would write them
  public static FileTree read(byte[] archive) throws RefusedException {
    FileTree tree;
    try {
      tree = CpioArchive.read(archive);
    } catch (RefusedException e) {
      throw new RefusedException(Reason.INPUT_UNSUITABLE, "not an archive of ours", e);
    }
    if (!Arrays.equals(archive, tree.archive())) {
      throw new RefusedException(Reason.INPUT_UNSUITABLE, "an archive in another form than ours");
    }
    return tree;
  }

  public Optional<byte[]> content(String path) {
    return nodes.get(path) instanceof Node.Content(byte[] content, boolean _)
        ? Optional.of(content.clone())
        : Optional.empty();
  }

  /// The archive that the kernel unpacks.
  public byte[] archive() {
    return CpioArchive.of(nodes);
  }

  /// The files by hash, sorted by path.
  public List<Input> inputs() {
    List<Input> inputs = new ArrayList<>();
    nodes.forEach(
        (path, node) -> {
          if (node instanceof Node.Content(byte[] content, boolean _)) {
            inputs.add(Input.of(path, content));
          }
        });
    return inputs;
  }

  private void putFolder(String path) throws RefusedException {
    if (!(nodes.get(path) instanceof Node.Folder)) {
      put(path, new Node.Folder());
    }
  }

  private void put(String path, Node node) throws RefusedException {
    if (nodes.putIfAbsent(path, node) != null) {
      throw new RefusedException(Reason.INPUT_CONFLICT, "twice in the image: " + path);
    }
    if (nodes.size() > ENTRIES_MAX) {
      throw new RefusedException(Reason.INPUT_TOO_LARGE, "more than " + ENTRIES_MAX + " entries");
    }
  }

  private static void requirePath(String path) throws RefusedException {
    if (path.length() > PATH_MAX || !path.matches(PATH)) {
      throw new RefusedException(Reason.INPUT_UNSUITABLE, "not a path inside an image: " + path);
    }
  }
}
