package pqsigner.protocol;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static pqsigner.protocol.Samples.IDENTITY;
import static pqsigner.protocol.Samples.KEY;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import pqsigner.protocol.Request.Mode;
import pqsigner.protocol.Request.SignItem;

/// Each bound holds at the bound and refuses one over.
class BoundsTest {
  private static final byte[] NONE = new byte[0];

  static Stream<Arguments> requestBounds() {
    return Stream.of(
        request("access key id", 4096, n -> new Request.Credentials(of(n), NONE, NONE, 0)),
        request("secret key", 4096, n -> new Request.Credentials(NONE, of(n), NONE, 0)),
        request("session token", 4096, n -> new Request.Credentials(NONE, NONE, of(n), 0)),
        request("message", 65536, n -> sign(item(Mode.MESSAGE, of(n), NONE))),
        request("context", 255, n -> sign(item(Mode.MESSAGE, NONE, of(n)))),
        request("public key", 2592, n -> signWith(new KeyRecord(IDENTITY, of(n), NONE, NONE))),
        request("data key", 6144, n -> signWith(new KeyRecord(IDENTITY, NONE, of(n), NONE))),
        request("wrapped seed", 60, n -> signWith(new KeyRecord(IDENTITY, NONE, NONE, of(n)))),
        request(
            "items",
            64,
            n -> new Request.Sign(KEY, Collections.nCopies(n, item(Mode.MESSAGE, NONE, NONE)))));
  }

  static Stream<Arguments> answerBounds() {
    return Stream.of(
        answer("module id", 256, n -> status("m".repeat(n), NONE, EnclaveStats.NONE)),
        answer("pcr0", 48, n -> status("", of(n), EnclaveStats.NONE)),
        answer("attestation", 16384, n -> new Answer.KeyGenerated(KEY, of(n))),
        answer("signature", 4627, n -> new Answer.Signed(of(n), 0)));
  }

  private static Arguments request(String field, int max, IntFunction<Request> of) {
    return Arguments.of(field, max, of);
  }

  private static Arguments answer(String field, int max, IntFunction<Answer> of) {
    return Arguments.of(field, max, of);
  }

  private static Answer status(String moduleId, byte[] pcr0, EnclaveStats stats) {
    return new Answer.Status(Phase.DEAD, moduleId, pcr0, stats);
  }

  private static byte[] of(int length) {
    return new byte[length];
  }

  private static SignItem item(Mode mode, byte[] content, byte[] context) {
    return new SignItem(1, mode, content, context, 0);
  }

  private static Request sign(SignItem item) {
    return new Request.Sign(KEY, List.of(item));
  }

  private static Request signWith(KeyRecord key) {
    return new Request.Sign(key, List.of(item(Mode.MESSAGE, NONE, NONE)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("requestBounds")
  void aRequestFieldMayBeAsLongAsItsBoundAndNotLonger(
      String field, int max, IntFunction<Request> of) throws ProtocolException {
    Request longest = of.apply(max);
    assertThat(Request.decode(longest.type(), longest.encode()).encode())
        .isEqualTo(longest.encode());
    Request longer = of.apply(max + 1);
    assertThatExceptionOfType(ProtocolException.class)
        .as(field)
        .isThrownBy(() -> Request.decode(longer.type(), longer.encode()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("answerBounds")
  void anAnswerFieldMayBeAsLongAsItsBoundAndNotLonger(String field, int max, IntFunction<Answer> of)
      throws ProtocolException {
    Answer longest = of.apply(max);
    assertThat(Answer.decode(longest.type(), longest.encode()).encode())
        .isEqualTo(longest.encode());
    Answer longer = of.apply(max + 1);
    assertThatExceptionOfType(ProtocolException.class)
        .as(field)
        .isThrownBy(() -> Answer.decode(longer.type(), longer.encode()));
  }

  @Test
  void aSignFrameHasAtLeastOneItem() {
    Request none = new Request.Sign(KEY, List.of());
    assertThatExceptionOfType(ProtocolException.class)
        .isThrownBy(() -> Request.decode(none.type(), none.encode()));
  }

  @Test
  void aBirthHasARequestAndANonceOfExactlyItsLength() {
    for (int length : new int[] {0, 31, 33}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new Request.GenerateKey(IDENTITY, "r", of(length), 0));
    }
    for (int length : new int[] {0, 129}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new Request.GenerateKey(IDENTITY, "r".repeat(length), of(32), 0));
    }
    assertThat(new Request.GenerateKey(IDENTITY, "r".repeat(128), of(32), 0).encode()).isNotEmpty();
    byte[] body = new Request.GenerateKey(IDENTITY, "r", of(32), 0).encode();
    int nonceLength = body.length - 8 - 32 - 1;
    body[nonceLength]--;
    assertThatExceptionOfType(ProtocolException.class)
        .isThrownBy(() -> Request.decode(3, java.util.Arrays.copyOf(body, body.length - 1)));
  }

  @Test
  void anIdentityIsBoundedInBytesAndNotInCharacters() {
    String longest = "ü".repeat(128);
    assertThat(new KeyIdentity("c".repeat(63), longest, "a".repeat(16), 65535).userId())
        .isEqualTo(longest);
    refusesIdentity("c".repeat(64), "u", "a", 1);
    refusesIdentity("", "u", "a", 1);
    refusesIdentity("c", longest + "x", "a", 1);
    refusesIdentity("c", "", "a", 1);
    refusesIdentity("c", "u", "a".repeat(17), 1);
    refusesIdentity("c", "u", "", 1);
    refusesIdentity("c", "u", "a", 0);
    refusesIdentity("c", "u", "a", 65536);
  }

  @Test
  void anUnpairedSurrogateIsNotAnIdentity() {
    refusesIdentity("c", "\uD800", "a", 1);
    refusesIdentity("c", "x\uDC00", "a", 1);
    assertThat(new KeyIdentity("c", "\uD83D\uDD11", "a", 1).userId()).hasSize(2);
  }

  private static void refusesIdentity(String custodian, String user, String alg, int version) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new KeyIdentity(custodian, user, alg, version));
  }

  @Test
  void anIdentityOfAnyOtherBytesEndsTheConnection() {
    // custodian "c", user_id as given, algorithm "a", version, request "r", nonce, deadline.
    assertThatCode(() -> Request.decode(3, identity(new byte[] {'u'}, 1)))
        .doesNotThrowAnyException();
    for (byte[] body :
        List.of(
            identity(new byte[0], 1),
            identity(new byte[] {(byte) 0xC3}, 1),
            identity(new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80}, 1),
            identity(new byte[] {(byte) 0xC0, (byte) 0x80}, 1),
            identity(new byte[] {'u'}, 0))) {
      assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> Request.decode(3, body));
    }
  }

  private static byte[] identity(byte[] userId, int version) {
    return ByteBuffer.allocate(4 + 1 + 4 + userId.length + 4 + 1 + 2 + 4 + 1 + 4 + 32 + 8)
        .putInt(1)
        .put((byte) 'c')
        .putInt(userId.length)
        .put(userId)
        .putInt(1)
        .put((byte) 'a')
        .putShort((short) version)
        .putInt(1)
        .put((byte) 'r')
        .putInt(32)
        .put(new byte[32])
        .putLong(0)
        .array();
  }

  @Test
  void aFrameIsAtMostAQuarterMebibyte() throws IOException {
    byte[] body = new byte[262144 - 12];
    byte[] largest = new Frame(1, 1, body).encode();
    assertThat(largest).hasSize(4 + 262144);
    assertThat(requireNonNull(Frame.read(new ByteArrayInputStream(largest))).body())
        .isEqualTo(body);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Frame(1, 1, new byte[body.length + 1]).encode());
    ByteBuffer.wrap(largest).putInt(0, 262145);
    refusesFrame(largest);
  }

  @Test
  void aFrameHasAtLeastAHeaderAndThisVersionAndNothingReserved() {
    byte[] frame = new Frame(1, 1, NONE).encode();
    for (int length : new int[] {0, 11, -1, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
      byte[] other = frame.clone();
      ByteBuffer.wrap(other).putInt(0, length);
      refusesFrame(other);
    }
    for (int at : new int[] {4, 6, 7}) {
      byte[] other = frame.clone();
      other[at] ^= 1;
      refusesFrame(other);
    }
  }

  private static void refusesFrame(byte[] bytes) {
    assertThatExceptionOfType(ProtocolException.class)
        .isThrownBy(() -> Frame.read(new ByteArrayInputStream(bytes)));
  }

  @Test
  void unknownTypesModesPhasesAndRefusalsEndTheConnection() {
    for (int type = 0; type < 256; type++) {
      int unknown = type;
      if (type < 1 || type > 4) {
        assertThatExceptionOfType(ProtocolException.class)
            .isThrownBy(() -> Request.decode(unknown, NONE));
      }
      if (type < 0x81 || (type > 0x84 && type != 0xFF)) {
        assertThatExceptionOfType(ProtocolException.class)
            .isThrownBy(() -> Answer.decode(unknown, NONE));
      }
    }
    for (int code : new int[] {0, 13, 255}) {
      assertThatExceptionOfType(ProtocolException.class)
          .isThrownBy(() -> Answer.decode(0xFF, new byte[] {(byte) code}));
      assertThatExceptionOfType(ProtocolException.class)
          .isThrownBy(
              () -> Answer.decode(0x81, new byte[] {(byte) code, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}));
    }
  }

  @Test
  void anItemKnowsHowManyBytesItTakes() {
    SignItem item = item(Mode.MESSAGE, of(1000), of(9));
    int one = sign(item).encode().length;
    int two = new Request.Sign(KEY, List.of(item, item)).encode().length;
    assertThat(two - one).isEqualTo(item.encodedBytes());
  }
}
