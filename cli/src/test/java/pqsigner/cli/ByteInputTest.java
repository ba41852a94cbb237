package pqsigner.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ByteInputTest {
  private static final byte[] BINARY = {0x30, (byte) 0x82, 0, 1, (byte) 0xff};

  @TempDir private Path directory;

  @Test
  void binaryBase64AndPemGiveTheSameBytes() throws Exception {
    String base64 = Base64.getEncoder().encodeToString(BINARY);
    Path pem = directory.resolve("pem");
    FileOutput.writePem(pem, "PUBLIC KEY", BINARY);

    assertThat(ByteInput.readEncoded(file(BINARY), 100)).isEqualTo(BINARY);
    assertThat(ByteInput.readEncoded(file((base64 + "\n").getBytes(US_ASCII)), 100))
        .isEqualTo(BINARY);
    assertThat(ByteInput.readEncoded(pem.toString(), 100)).isEqualTo(BINARY);
  }

  @Test
  void textInsideOfBytesIsLeftWhereItIs() throws Exception {
    String pem = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n";
    for (String around : List.of("\u0000" + pem, pem + "\u0000", pem + pem, "x " + pem)) {
      byte[] bytes = around.getBytes(US_ASCII);
      assertThat(ByteInput.readEncoded(file(bytes), 200)).isEqualTo(bytes);
    }
  }

  @Test
  void aBlockEndsUnderTheLabelItBeganWith() throws Exception {
    byte[] bytes = "-----BEGIN A-----\nAAAA\n-----END B-----\n".getBytes(US_ASCII);
    assertThat(ByteInput.readEncoded(file(bytes), 100)).isEqualTo(bytes);
  }

  @Test
  void brokenBase64IsAFailureWithACode() {
    assertThatExceptionOfType(CommandFailure.class)
        .isThrownBy(() -> ByteInput.readEncoded(file("AAAAA".getBytes(US_ASCII)), 100))
        .extracting(CommandFailure::code)
        .isEqualTo("unreadable_input");
  }

  @Test
  void whatIsLongerThanAllowedIsNotRead() throws Exception {
    assertThat(ByteInput.read(file(new byte[100]), 100)).hasSize(100);
    assertThatExceptionOfType(CommandFailure.class)
        .isThrownBy(() -> ByteInput.read(file(new byte[101]), 100))
        .extracting(CommandFailure::code)
        .isEqualTo("unreadable_input");
  }

  @Test
  void aMissingFileIsAFailureWithACode() {
    assertThatExceptionOfType(CommandFailure.class)
        .isThrownBy(() -> ByteInput.read(directory.resolve("none").toString(), 1))
        .extracting(CommandFailure::code)
        .isEqualTo("unreadable_input");
  }

  private String file(byte[] bytes) throws Exception {
    return Files.write(Files.createTempFile(directory, "in", ""), bytes).toString();
  }
}
