package pqsigner.image.eif;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static pqsigner.image.Refusals.assertRefused;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import pqsigner.image.input.Architecture;
import pqsigner.image.input.RefusedException;
import pqsigner.image.input.RefusedException.Reason;

/// Synthetic contents of a few bytes; the format does not look into them.
class EifTest {
  private static final Eif.Defaults DEFAULTS = new Eif.Defaults(0x80000000L, 2);
  private static final int OFFSETS = 28;
  private static final int SIZES = 284;
  private static final int COUNT = 26;
  private static final int FIRST_SECTION = 548;

  private static byte[] bytes(String text) {
    return text.getBytes(US_ASCII);
  }

  private static Eif image(byte[]... ramdisks) throws RefusedException {
    return Eif.of(
        Architecture.X86_64,
        DEFAULTS,
        bytes("kernel"),
        bytes("cmdline"),
        bytes("{}"),
        List.of(ramdisks));
  }

  private static byte[] encoded() throws IOException, RefusedException {
    return encoded(image(bytes("boot"), bytes("application")));
  }

  private static byte[] encoded(Eif image) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    image.write(out);
    return out.toByteArray();
  }

  /// Offsets as AWS's own library lays them out.
  @Test
  void everyFieldIsAtItsPlace() throws IOException, RefusedException {
    ByteBuffer file = ByteBuffer.wrap(encoded());

    assertThat(file.capacity()).isEqualTo(548 + 5 * 12 + 6 + 7 + 2 + 4 + 11);
    assertThat(file.getInt(0)).isEqualTo(0x2E656966);
    assertThat(file.getShort(4)).isEqualTo((short) 4);
    assertThat(file.getShort(6)).isZero();
    assertThat(file.getLong(8)).isEqualTo(0x80000000L);
    assertThat(file.getLong(16)).isEqualTo(2);
    assertThat(file.getShort(24)).isZero();
    assertThat(file.getShort(COUNT)).isEqualTo((short) 5);
    long[] offsets = {548, 566, 585, 599, 615};
    long[] sizes = {6, 7, 2, 4, 11};
    int[] types = {1, 2, 5, 3, 3};
    for (int i = 0; i < Eif.SECTIONS_MAX; i++) {
      boolean there = i < offsets.length;
      assertThat(file.getLong(OFFSETS + 8 * i)).isEqualTo(there ? offsets[i] : 0);
      assertThat(file.getLong(SIZES + 8 * i)).isEqualTo(there ? sizes[i] : 0);
      if (there) {
        assertThat(file.getShort((int) offsets[i])).isEqualTo((short) types[i]);
        assertThat(file.getShort((int) offsets[i] + 2)).isZero();
        assertThat(file.getLong((int) offsets[i] + 4)).isEqualTo(sizes[i]);
      }
    }
    assertThat(file.getInt(540)).isZero();
  }

  @Test
  void theProcessorIsAFlag() throws IOException, RefusedException {
    Eif image =
        Eif.of(
            Architecture.AARCH64,
            DEFAULTS,
            bytes("k"),
            bytes("c"),
            bytes("{}"),
            List.of(bytes("r")));

    assertThat(ByteBuffer.wrap(encoded(image)).getShort(6)).isEqualTo((short) 1);
    assertThat(EifReader.read(encoded(image)).architecture()).isEqualTo(Architecture.AARCH64);
  }

  @Test
  void whatWasWrittenIsReadBack() throws IOException, RefusedException {
    Eif read = EifReader.read(encoded());

    assertThat(read.architecture()).isEqualTo(Architecture.X86_64);
    assertThat(read.defaults()).isEqualTo(DEFAULTS);
    assertThat(read.kernel()).isEqualTo(bytes("kernel"));
    assertThat(read.commandLine()).isEqualTo(bytes("cmdline"));
    assertThat(read.metadata()).isEqualTo(bytes("{}"));
    assertThat(read.ramdisks()).containsExactly(bytes("boot"), bytes("application"));
    assertThat(read.signature()).isEmpty();
    assertThat(encoded(read)).isEqualTo(encoded());
  }

  @Test
  void everyTruncationIsRefused() throws IOException, RefusedException {
    byte[] file = encoded();

    for (int length = 0; length < file.length; length++) {
      byte[] truncated = Arrays.copyOf(file, length);
      assertRefused(Reason.EIF_TRUNCATED, () -> EifReader.read(truncated));
    }
  }

  @Test
  void everyChangedByteIsRefused() throws IOException, RefusedException {
    byte[] file = encoded();

    for (int i = 0; i < file.length; i++) {
      for (int bit = 0; bit < Byte.SIZE; bit++) {
        byte[] changed = file.clone();
        changed[i] ^= (byte) (1 << bit);
        RefusedException refused =
            catchThrowableOfType(RefusedException.class, () -> EifReader.read(changed));
        assertThat(refused).as("byte %d, bit %d", i, bit).isNotNull();
      }
    }
  }

  /// A checksum is no protection: whoever changes an image can make it fit again.
  private interface Edit {
    void of(ByteBuffer file);
  }

  private static void assertRefusedAfter(Reason reason, Edit edit)
      throws IOException, RefusedException {
    byte[] file = encoded();
    edit.of(ByteBuffer.wrap(file));
    byte[] sealed = sealed(file);
    assertRefused(reason, () -> EifReader.read(sealed));
  }

  private static byte[] sealed(byte[] file) {
    CRC32 checksum = new CRC32();
    checksum.update(file, 0, 544);
    checksum.update(file, 548, file.length - 548);
    ByteBuffer.wrap(file).putInt(544, (int) checksum.getValue());
    return file;
  }

  @Test
  void aResealedImageWithoutChangesIsRead() throws IOException, RefusedException {
    assertThat(EifReader.read(sealed(encoded())).ramdisks()).hasSize(2);
  }

  @Test
  void wrongHeadersAreRefusedThoughTheChecksumFits() throws IOException, RefusedException {
    assertRefusedAfter(Reason.EIF_HEADER, file -> file.put(0, (byte) 'x'));
    assertRefusedAfter(Reason.EIF_HEADER, file -> file.putShort(4, (short) 3));
    assertRefusedAfter(Reason.EIF_HEADER, file -> file.putShort(4, (short) 5));
    assertRefusedAfter(Reason.EIF_HEADER, file -> file.putShort(6, (short) 2));
    assertRefusedAfter(Reason.EIF_HEADER, file -> file.putShort(24, (short) 1));
    assertRefusedAfter(Reason.EIF_HEADER, file -> file.putInt(540, 1));
  }

  @Test
  void wrongCountsAreRefused() throws IOException, RefusedException {
    assertRefusedAfter(Reason.EIF_HEADER, file -> file.putShort(COUNT, (short) 0));
    assertRefusedAfter(Reason.EIF_HEADER, file -> file.putShort(COUNT, (short) 4));
    assertRefusedAfter(Reason.EIF_SECTIONS, file -> file.putShort(COUNT, (short) 6));
    assertRefusedAfter(Reason.EIF_HEADER, file -> file.putShort(COUNT, (short) 33));
    assertRefusedAfter(Reason.EIF_HEADER, file -> file.putShort(COUNT, (short) 0xFFFF));
    // Counted less, and the tables say the same: the last section is then just trailing bytes.
    assertRefusedAfter(
        Reason.EIF_SECTIONS,
        file -> file.putShort(COUNT, (short) 4).putLong(OFFSETS + 32, 0).putLong(SIZES + 32, 0));
    // Something in the tables beyond the count.
    assertRefusedAfter(Reason.EIF_HEADER, file -> file.putLong(OFFSETS + 8 * 31, 1));
    assertRefusedAfter(Reason.EIF_HEADER, file -> file.putLong(SIZES + 8 * 31, 1));
  }

  @Test
  void overlapsGapsAndOtherPlacesAreRefused() throws IOException, RefusedException {
    for (long offset : new long[] {0, 548, 565, 567, 1 << 20, Long.MAX_VALUE, -1}) {
      assertRefusedAfter(Reason.EIF_SECTIONS, file -> file.putLong(OFFSETS + 8, offset));
    }
    // Two table entries for the same section.
    assertRefusedAfter(
        Reason.EIF_SECTIONS, file -> file.putLong(OFFSETS + 32, 599).putLong(SIZES + 32, 4));
  }

  @Test
  void sizesThatDisagreeOrExceedTheFileAreRefused() throws IOException, RefusedException {
    assertRefusedAfter(Reason.EIF_SECTIONS, file -> file.putLong(SIZES, 5));
    assertRefusedAfter(Reason.EIF_SECTIONS, file -> file.putLong(FIRST_SECTION + 4, 7));
    for (long size : new long[] {1 << 20, 1L << 40, Long.MAX_VALUE, -1, Long.MIN_VALUE}) {
      assertRefusedAfter(
          Reason.EIF_TRUNCATED, file -> file.putLong(SIZES, size).putLong(FIRST_SECTION + 4, size));
    }
  }

  @Test
  void sectionsInAnotherOrderAreRefused() throws IOException, RefusedException {
    int[] places = {548, 566, 585, 599, 615};
    for (int place : places) {
      for (int type : new int[] {0, 1, 2, 3, 4, 5, 6, 0xFFFF}) {
        byte[] file = encoded();
        int was = ByteBuffer.wrap(file).getShort(place);
        boolean stillALayout = place == 615 && (type == 3 || type == 4);
        if (type != was && !stillALayout) {
          ByteBuffer.wrap(file).putShort(place, (short) type);
          byte[] sealed = sealed(file);
          assertRefused(Reason.EIF_SECTIONS, () -> EifReader.read(sealed));
        }
      }
      assertRefusedAfter(Reason.EIF_SECTIONS, file -> file.putShort(place + 2, (short) 1));
    }
  }

  @Test
  void aTrailingByteIsRefused() throws IOException, RefusedException {
    byte[] longer = sealed(Arrays.copyOf(encoded(), encoded().length + 1));

    assertRefused(Reason.EIF_SECTIONS, () -> EifReader.read(longer));
  }

  @Test
  void animageHasAtLeastOneRamdiskAndNoEmptyPart() {
    assertRefused(Reason.EIF_SECTIONS, () -> image());
    assertRefused(Reason.EIF_SECTIONS, () -> image(bytes("boot"), new byte[0]));
  }

  @Test
  void sectionsAreBounded() throws IOException, RefusedException {
    byte[][] most = Collections.nCopies(29, bytes("r")).toArray(byte[][]::new);
    byte[][] more = Collections.nCopies(30, bytes("r")).toArray(byte[][]::new);

    assertThat(EifReader.read(encoded(image(most))).ramdisks()).hasSize(29);
    assertRefused(Reason.EIF_SECTIONS, () -> image(more));
  }

  @Test
  void theCommandLineIsBounded() throws RefusedException {
    List<byte[]> ramdisks = List.of(bytes("r"));
    byte[] longest = new byte[Eif.COMMAND_LINE_BYTES_MAX];
    var _ = Eif.of(Architecture.X86_64, DEFAULTS, bytes("k"), longest, bytes("{}"), ramdisks);

    assertRefused(
        Reason.EIF_SECTIONS,
        () ->
            Eif.of(
                Architecture.X86_64,
                DEFAULTS,
                bytes("k"),
                new byte[Eif.COMMAND_LINE_BYTES_MAX + 1],
                bytes("{}"),
                ramdisks));
  }

  @Test
  void aSignatureIsLastAndOnce() throws IOException, RefusedException {
    Eif signed = image(bytes("boot")).signed(bytes("signature"));

    assertThat(EifReader.read(encoded(signed)).signature()).hasValue(bytes("signature"));
    assertRefused(Reason.EIF_SIGNATURE, () -> signed.signed(bytes("another")));
  }
}
