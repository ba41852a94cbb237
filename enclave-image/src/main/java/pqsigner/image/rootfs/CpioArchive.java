package pqsigner.image.rootfs;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.SortedMap;
import pqsigner.image.input.RefusedException;
import pqsigner.image.input.RefusedException.Reason;
import pqsigner.image.rootfs.FileTree.Node;

/// The "newc" archive format of initramfs. Everything that a file system would contribute is fixed:
/// inodes count from 1 in path order, owner and group are root, times are zero, modes are 0755 for
/// folders and programs and 0644 otherwise.
///
/// It is not compressed. Deflate has many encodings of the same content, so a compressed archive
/// would make the PCRs depend on the zlib of the JDK that built it.
final class CpioArchive {
  private static final String TRAILER = "TRAILER!!!";
  private static final String MAGIC = "070701";
  private static final int HEADER_BYTES = 110;
  private static final int ALIGNMENT = 4;
  private static final int FIELD_DIGITS = 8;
  private static final int MODE_FIELD = 1;
  private static final int SIZE_FIELD = 6;
  private static final int NAME_SIZE_FIELD = 11;

  private static final int FOLDER_MODE = 0040755;
  private static final int PROGRAM_MODE = 0100755;
  private static final int FILE_MODE = 0100644;

  private final ByteBuffer buffer;

  private CpioArchive(ByteBuffer buffer) {
    this.buffer = buffer;
  }

  /// @param nodes by path; a folder's path is a prefix of what is in it, so it sorts before it,
  ///   which is what the kernel needs
  static byte[] of(SortedMap<String, Node> nodes) {
    byte[] bytes = new byte[size(nodes)];
    CpioArchive archive = new CpioArchive(ByteBuffer.wrap(bytes));
    int inode = 0;
    for (var entry : nodes.entrySet()) {
      inode++;
      switch (entry.getValue()) {
        case Node.Folder() -> archive.entry(inode, FOLDER_MODE, 2, entry.getKey(), new byte[0]);
        case Node.Content(byte[] content, boolean executable) ->
            archive.entry(inode, executable ? PROGRAM_MODE : FILE_MODE, 1, entry.getKey(), content);
      }
    }
    archive.entry(0, 0, 1, TRAILER, new byte[0]);
    return bytes;
  }

  /// Whether everything else in it is as written here is for the caller to compare.
  static FileTree read(byte[] archive) throws RefusedException {
    CpioArchive in = new CpioArchive(ByteBuffer.wrap(archive));
    FileTree tree = new FileTree();
    while (in.readEntry(tree)) {
      if (!in.buffer.hasRemaining()) {
        throw malformed();
      }
    }
    return tree;
  }

  private boolean readEntry(FileTree tree) throws RefusedException {
    String header = text(HEADER_BYTES);
    int mode = number(header, MODE_FIELD);
    int size = number(header, SIZE_FIELD);
    String path = text(number(header, NAME_SIZE_FIELD));
    if (!header.startsWith(MAGIC) || !path.endsWith("\0")) {
      throw malformed();
    }
    path = path.substring(0, path.length() - 1);
    alignToRead();
    if (path.equals(TRAILER)) {
      return false;
    }
    need(size);
    byte[] content = new byte[size];
    buffer.get(content);
    alignToRead();
    if (mode == FOLDER_MODE) {
      tree.folder(path);
    } else {
      tree.file(path, content, mode == PROGRAM_MODE);
    }
    return true;
  }

  private String text(int length) throws RefusedException {
    need(length);
    byte[] bytes = new byte[length];
    buffer.get(bytes);
    return new String(bytes, US_ASCII);
  }

  /// One of the thirteen numbers of a header.
  private int number(String header, int field) throws RefusedException {
    int start = MAGIC.length() + field * FIELD_DIGITS;
    String digits = header.substring(start, start + FIELD_DIGITS);
    if (!digits.matches("[0-9a-f]{8}")) {
      throw malformed();
    }
    return HexFormat.fromHexDigits(digits);
  }

  private void alignToRead() throws RefusedException {
    need(aligned(buffer.position()) - buffer.position());
    align();
  }

  private void need(int bytes) throws RefusedException {
    if (bytes < 0 || bytes > buffer.remaining()) {
      throw malformed();
    }
  }

  private static RefusedException malformed() {
    return new RefusedException(Reason.INPUT_UNSUITABLE, "not an archive of ours");
  }

  private void entry(int inode, int mode, int links, String path, byte[] content) {
    buffer.put(MAGIC.getBytes(US_ASCII));
    number(inode);
    number(mode);
    number(0); // uid
    number(0); // gid
    number(links);
    number(0); // mtime
    number(content.length);
    number(0); // device, major
    number(0); // device, minor
    number(0); // special file, major
    number(0); // special file, minor
    number(path.length() + 1);
    number(0); // checksum, unused in this variant
    buffer.put(path.getBytes(US_ASCII)).put((byte) 0);
    align();
    buffer.put(content);
    align();
  }

  private void number(int value) {
    buffer.put(HexFormat.of().toHexDigits(value).getBytes(US_ASCII));
  }

  private void align() {
    buffer.position(aligned(buffer.position()));
  }

  private static int size(SortedMap<String, Node> nodes) {
    int size = aligned(HEADER_BYTES + TRAILER.length() + 1);
    for (var entry : nodes.entrySet()) {
      size += aligned(HEADER_BYTES + entry.getKey().length() + 1);
      if (entry.getValue() instanceof Node.Content(byte[] content, boolean _)) {
        size += aligned(content.length);
      }
    }
    return size;
  }

  private static int aligned(int position) {
    return Math.ceilDiv(position, ALIGNMENT) * ALIGNMENT;
  }
}
