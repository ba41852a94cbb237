package pqsigner.image.rootfs;

import static org.assertj.core.api.Assertions.assertThat;
import static pqsigner.image.Refusals.assertRefused;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import pqsigner.image.Elf;
import pqsigner.image.input.Architecture;
import pqsigner.image.input.RefusedException;
import pqsigner.image.input.RefusedException.Reason;

class BootRamdiskTest {
  private static final byte[] INIT = Elf.of(Architecture.X86_64, "init");
  private static final byte[] MODULE = Elf.of(Architecture.X86_64, "module");

  @Test
  void aProgramIsPackedWithTheDriver() throws RefusedException {
    byte[] ramdisk = BootRamdisk.of(INIT, MODULE, Architecture.X86_64);

    assertThat(ramdisk)
        .isEqualTo(
            new FileTree()
                .folder("dev")
                .file("nsm.ko", MODULE, false)
                .file("init", INIT, true)
                .archive());
  }

  @Test
  void aReadyRamdiskIsTakenAsItIs() throws RefusedException {
    byte[] ready = BootRamdisk.of(INIT, null, Architecture.X86_64);
    byte[] gzipped = {0x1F, (byte) 0x8B, 8, 0};

    assertThat(BootRamdisk.of(ready, null, Architecture.X86_64)).isEqualTo(ready);
    assertThat(BootRamdisk.of(gzipped, null, Architecture.X86_64)).isEqualTo(gzipped);
    assertRefused(Reason.INPUT_CONFLICT, () -> BootRamdisk.of(ready, MODULE, Architecture.X86_64));
  }

  /// The kernel looks for the next archive at multiples of four and stops where there is none.
  @Test
  void aReadyRamdiskThatWouldHideTheNextIsRefused() {
    byte[] odd = Arrays.copyOf(new byte[] {0x1F, (byte) 0x8B}, 5);

    assertRefused(Reason.INPUT_UNSUITABLE, () -> BootRamdisk.of(odd, null, Architecture.X86_64));
  }

  @Test
  void whatCannotRunOnTheProcessorIsRefused() {
    byte[] foreign = Elf.of(Architecture.AARCH64, "init");

    assertRefused(
        Reason.INPUT_UNSUITABLE, () -> BootRamdisk.of(foreign, null, Architecture.X86_64));
    assertRefused(
        Reason.INPUT_UNSUITABLE, () -> BootRamdisk.of(INIT, foreign, Architecture.X86_64));
    assertRefused(
        Reason.INPUT_UNSUITABLE,
        () ->
            BootRamdisk.of(
                "#!/bin/sh\n".getBytes(java.nio.charset.StandardCharsets.UTF_8),
                null,
                Architecture.X86_64));
  }
}
