package pqsigner.image.oci;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pqsigner.image.Elf;
import pqsigner.image.input.Architecture;
import pqsigner.image.input.RefusedException;
import pqsigner.image.rootfs.EnclaveParts;
import pqsigner.image.rootfs.TemporaryFolder;

/// Whatever is done to an image, it is read as it was or refused: no other exception, no error. The
/// damage is the same in each run.
class DamagedImageTest {
  private static final int ROUNDS = 200;

  private final Random random = new Random(20261123);
  @TempDir private Path folder;

  @Test
  void aDamagedArchiveIsReadAsItWasOrRefused() throws IOException {
    Layout layout = EnclaveLayers.image();
    String digest = layout.manifestDigest();
    byte[] archive = layout.archive();
    int read = 0;
    for (int i = 0; i < ROUNDS; i++) {
      if (survives(new PinnedImage(Files.write(file(), damaged(archive)), digest))) {
        read++;
      }
    }
    assertThat(read).isLessThan(ROUNDS);
  }

  /// Here the digests are those of the damaged layer, so that its reader sees it.
  @Test
  void aDamagedLayerIsReadOrRefused() throws IOException {
    byte[] base = EnclaveLayers.base().bytes();
    int read = 0;
    for (int i = 0; i < ROUNDS; i++) {
      Layout layout =
          new Layout()
              .layer(withChecksums(damaged(base)))
              .layer(EnclaveLayers.java())
              .layer(EnclaveLayers.enclave());
      if (survives(layout.write(file()))) {
        read++;
      }
    }
    assertThat(read).isBetween(1, ROUNDS - 1);
  }

  @Test
  void aDamagedGzipLayerIsReadOrRefused() throws IOException {
    byte[] plain = EnclaveLayers.java().bytes();
    byte[] gzip = Tar.gzip(plain);
    for (int i = 0; i < ROUNDS; i++) {
      Layout layout =
          new Layout()
              .layer(EnclaveLayers.base())
              .layer(plain, damaged(gzip), Layout.LAYER + "+gzip")
              .layer(EnclaveLayers.enclave());
      var _ = survives(layout.write(file()));
    }
  }

  @Test
  void aDamagedIndexIsReadOrRefused() throws IOException {
    for (int i = 0; i < ROUNDS; i++) {
      Layout layout = EnclaveLayers.image();
      String digest = layout.manifestDigest();
      var _ = layout.archive();
      Tar tar = new Tar();
      layout.files.forEach(
          (name, content) ->
              tar.file(name, name.equals("index.json") ? damaged(content) : content));
      var _ = survives(new PinnedImage(Files.write(file(), tar.bytes()), digest));
    }
  }

  @Test
  void aDamagedLibraryIsReadOrRefused() {
    byte[] good = Elf.needing(EnclaveLayers.LOADER, "libjli.so", "libc.so.6");
    int read = 0;
    for (int i = 0; i < 20 * ROUNDS; i++) {
      try {
        read += SharedObject.read("x", damaged(good), Architecture.X86_64).needed().size();
      } catch (RefusedException e) {
        assertThat(e.reason()).isNotNull();
      }
    }
    assertThat(read).isPositive();
  }

  /// Makes every header's checksum right again, so that the damage gets past it.
  private static byte[] withChecksums(byte[] tar) {
    for (int header = 0; header + 512 <= tar.length; header += 512) {
      if (new String(tar, header + 257, 5, US_ASCII).equals("ustar")) {
        Tar.fixChecksum(tar, header);
      }
    }
    return tar;
  }

  private Path file() {
    return folder.resolve("image.tar");
  }

  private static boolean survives(PinnedImage image) throws IOException {
    try (TemporaryFolder work = new TemporaryFolder()) {
      EnclaveParts parts = ContainerImage.read(image, work.path());
      assertThat(parts.version()).isEqualTo("1.2.3");
      return true;
    } catch (RefusedException e) {
      assertThat(e.detail()).isNotBlank();
      return false;
    }
  }

  private byte[] damaged(byte[] good) {
    int length = random.nextInt(4) == 0 ? random.nextInt(good.length) : good.length;
    byte[] bytes = Arrays.copyOf(good, length);
    int flips = length == good.length ? 1 + random.nextInt(4) : random.nextInt(2);
    for (int i = 0; i < flips && length > 0; i++) {
      int at = random.nextInt(length);
      bytes[at] ^= (byte) (1 << random.nextInt(8));
    }
    return bytes;
  }
}
