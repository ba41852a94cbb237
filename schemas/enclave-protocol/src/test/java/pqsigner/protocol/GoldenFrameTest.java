package pqsigner.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The bytes of every frame. They change only with the protocol's version.
class GoldenFrameTest {
  private static final String IDENTITY =
      "00000006 637573742d61 00000003 c3bc31 00000009 4d4c2d4453412d3434 0001";
  private static final String KEY = IDENTITY + "00000002 aaaa 00000003 bbbbbb 00000004 cccccccc";

  private static final List<String> REQUESTS =
      List.of(
          "0000000c 02 01 0000 0102030405060708",
          "00000026 02 02 0000 0102030405060708"
              + "00000001 11 00000002 2222 00000003 333333 0000000123456789",
          "0000005e 02 03 0000 0102030405060708"
              + IDENTITY
              + "00000002 7231 00000020"
              + "88".repeat(32)
              + "ffffffffffffffff",
          "000000b8 02 04 0000 0102030405060708"
              + KEY
              + "0002"
              + "0000000000000001 00 00000002 dddd 00000001 ee 0000000000000000"
              + "fffffffffffffffe 01 00000040"
              + "55".repeat(64)
              + "00000000 0000000000000007");

  private static final List<String> ANSWERS =
      List.of(
          "00000095 02 81 0000 0102030405060708 03 00000008 692d312d656e6332 00000030"
              + "77".repeat(48)
              + "02 01 04 0000000000000001 00000000000007d0"
              + "   02 00 0000000000000003 0000000102030405"
              + "02 01 0000000000000007 0000000000000140"
              + "   04 0000000000000001 0000000000000008",
          "0000000c 02 82 0000 0102030405060708",
          "0000004a 02 83 0000 0102030405060708" + KEY + "00000005 9999999999",
          "0000001e 02 84 0000 0102030405060708 00000006 666666666666 0000018bcfe5687b",
          "0000000d 02 ff 0000 0102030405060708 07");

  private static final long ID = 0x0102030405060708L;

  @Test
  void requestsHaveExactlyTheseBytes() {
    assertThat(Samples.REQUESTS.stream().map(r -> hex(Frame.of(ID, r).encode())))
        .containsExactlyElementsOf(REQUESTS.stream().map(GoldenFrameTest::compact).toList());
  }

  @Test
  void answersHaveExactlyTheseBytes() {
    assertThat(Samples.ANSWERS.stream().map(a -> hex(Frame.of(ID, a).encode())))
        .containsExactlyElementsOf(ANSWERS.stream().map(GoldenFrameTest::compact).toList());
  }

  @Test
  void theseBytesAreReadAsWhatWasWritten() throws IOException {
    for (int i = 0; i < REQUESTS.size(); i++) {
      Frame frame = read(REQUESTS.get(i));
      assertThat(frame.correlationId()).isEqualTo(ID);
      assertThat(Request.decode(frame.type(), frame.body()))
          .usingRecursiveComparison()
          .isEqualTo(Samples.REQUESTS.get(i));
    }
    for (int i = 0; i < ANSWERS.size(); i++) {
      Frame frame = read(ANSWERS.get(i));
      assertThat(Answer.decode(frame.type(), frame.body()))
          .usingRecursiveComparison()
          .isEqualTo(Samples.ANSWERS.get(i));
    }
  }

  @Test
  void framesFollowEachOtherWithoutAGap() throws IOException {
    var stream =
        new ByteArrayInputStream(
            HexFormat.of().parseHex(compact(REQUESTS.get(0) + REQUESTS.get(2) + ANSWERS.get(1))));
    assertThat(Stream.of(1, 3, 0x82))
        .allSatisfy(type -> assertThat(frame(stream).type()).isEqualTo(type));
    assertThat(Frame.read(stream)).isNull();
  }

  @Test
  void codesOnTheWireAreFrozen() {
    assertThat(Arrays.stream(Refusal.values()).map(r -> r.wire() + " " + r))
        .containsExactly(
            "1 MALFORMED_REQUEST",
            "2 UNSUPPORTED_ALGORITHM",
            "3 DEADLINE_EXCEEDED",
            "4 KMS_DENIED",
            "5 KMS_UNAVAILABLE",
            "6 KMS_THROTTLED",
            "7 KEY_RECORD_REJECTED",
            "8 NOT_READY",
            "9 OVERLOADED",
            "10 INTERNAL",
            "11 CREDENTIALS_REFUSED",
            "12 RECORD_DENIED");
    assertThat(Arrays.stream(EnclaveStats.Operation.values()).map(o -> o.wire() + " " + o))
        .containsExactly("1 GENERATE_DATA_KEY", "2 DECRYPT");
    assertThat(Arrays.stream(EnclaveStats.Resource.values()).map(r -> r.wire() + " " + r))
        .containsExactly("1 JOBS", "2 LEASES", "3 RECIPIENT_PAIRS", "4 CONNECTIONS");
    assertThat(Arrays.stream(Phase.values()).map(p -> p.wire() + " " + p))
        .containsExactly("1 BOOTING", "2 ATTESTED", "3 SERVING", "4 DRAINING", "5 DEAD");
  }

  @Test
  void credentialsAreNotInTheirText() {
    assertThat(Samples.REQUESTS.get(1).toString())
        .isEqualTo("Credentials[expiresAtEpochMs=" + 0x0123456789L + "]");
  }

  private static Frame read(String hex) throws IOException {
    return frame(new ByteArrayInputStream(HexFormat.of().parseHex(compact(hex))));
  }

  private static Frame frame(ByteArrayInputStream stream) throws IOException {
    return Objects.requireNonNull(Frame.read(stream));
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static String compact(String hex) {
    return hex.replace(" ", "");
  }
}
