package pqsigner.image.rootfs;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import pqsigner.image.input.Architecture;
import pqsigner.image.input.RefusedException;
import pqsigner.image.input.RefusedException.Reason;

/// The first ramdisk, which PCR1 covers together with the kernel and its command line.
public final class BootRamdisk {
  private static final byte[] CPIO = {'0', '7', '0', '7', '0', '1'};
  private static final byte[] GZIP = {0x1F, (byte) 0x8B};

  /// Where the next archive may begin; the kernel looks for its header nowhere else.
  private static final int ALIGNMENT = 4;

  private BootRamdisk() {}

  /// @param init a program, which is packed; or a whole ramdisk (cpio, gzipped or not), which is
  ///   taken as it is, for those who want AWS's published PCR1
  /// @param nsmModule the driver, for an init that loads it
  public static byte[] of(byte[] init, byte @Nullable [] nsmModule, Architecture architecture)
      throws RefusedException {
    if (startsWith(init, CPIO) || startsWith(init, GZIP)) {
      return ready(init, nsmModule);
    }
    requireElf("init", init, architecture);
    FileTree tree = new FileTree().file("init", init, true).folder("dev");
    if (nsmModule != null) {
      requireElf("the NSM module", nsmModule, architecture);
      tree.file("nsm.ko", nsmModule, false);
    }
    return tree.archive();
  }

  private static byte[] ready(byte[] ramdisk, byte @Nullable [] nsmModule) throws RefusedException {
    if (nsmModule != null) {
      throw new RefusedException(
          Reason.INPUT_CONFLICT, "init is a complete ramdisk; an NSM module cannot be added to it");
    }
    if (ramdisk.length % ALIGNMENT != 0) {
      throw new RefusedException(
          Reason.INPUT_UNSUITABLE,
          "the kernel would not find what follows a ramdisk of " + ramdisk.length + " bytes");
    }
    return ramdisk.clone();
  }

  private static void requireElf(String what, byte[] file, Architecture architecture)
      throws RefusedException {
    if (Architecture.ofElf(file).orElse(null) != architecture) {
      throw new RefusedException(
          Reason.INPUT_UNSUITABLE, what + " is not an ELF file for " + architecture.label());
    }
  }

  private static boolean startsWith(byte[] file, byte[] magic) {
    return file.length >= magic.length
        && Arrays.equals(file, 0, magic.length, magic, 0, magic.length);
  }
}
