package pqsigner.gateway.admission.http;

import static org.assertj.core.api.Assertions.assertThat;
import static pqsigner.gateway.admission.CommandField.ALG;
import static pqsigner.gateway.admission.CommandField.CONTEXT;
import static pqsigner.gateway.admission.CommandField.DEADLINE;
import static pqsigner.gateway.admission.CommandField.MESSAGE;
import static pqsigner.gateway.admission.CommandField.MU;
import static pqsigner.gateway.admission.CommandField.REQUEST_ID;
import static pqsigner.gateway.admission.CommandField.REQUEST_TYPE;
import static pqsigner.gateway.admission.CommandField.USER_ID;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.events.ErrorCode;
import pqsigner.gateway.admission.CommandField;
import pqsigner.gateway.admission.CommandFields;
import pqsigner.gateway.admission.CommandFields.Value;
import pqsigner.gateway.admission.Refusal;

class HttpCommandReaderTest {

  private static final String SIGN =
      "{\"request_type\":\"sign\",\"payload\":{\"user_id\":\"u\",\"message\":\"aGVsbG8=\"}}";

  private final HttpCommandReader reader = new HttpCommandReader(160 * 1024);

  @Test
  void everyFieldIsRead() {
    CommandFields fields =
        read(
            """
            {"request_type": "sign",
             "payload": {"request_id": "id", "user_id": "\\u00fc", "alg": "ML-DSA-44",
                         "message": "aGVsbG8=", "mu": "", "context": "/+8=",
                         "deadline": "2030-01-31T12:00:00Z"}}
            """);

    assertThat(fields.text(REQUEST_TYPE)).contains("sign");
    assertThat(fields.text(REQUEST_ID)).contains("id");
    assertThat(fields.text(USER_ID)).contains("ü");
    assertThat(fields.text(ALG)).contains("ML-DSA-44");
    assertThat(bytes(fields, MESSAGE)).isEqualTo(bytes("hello"));
    assertThat(bytes(fields, MU)).isEmpty();
    assertThat(bytes(fields, CONTEXT)).isEqualTo(new byte[] {-1, -17});
    assertThat(fields.text(DEADLINE)).contains("2030-01-31T12:00:00Z");
  }

  @Test
  void idAndDeadlineMayStandBesideThePayload() {
    CommandFields fields =
        read(
            """
            {"request_id": "id", "deadline": "later", "payload": {}, "request_type": "sign"}
            """);
    assertThat(fields.text(REQUEST_ID)).contains("id");
    assertThat(fields.text(DEADLINE)).contains("later");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"request_id\":\"a\",\"payload\":{\"request_id\":\"a\"}}",
        "{\"payload\":{\"deadline\":\"a\"},\"deadline\":\"a\"}"
      })
  void butNotInBothPlaces(String body) {
    unreadable(body, ErrorCode.MALFORMED_REQUEST);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"payload\":{\"ecdsa_signature\":\"aGVsbG8=\"}}",
        "{\"payload\":{\"ecdsa_pubkey\":\"aGVsbG8=\"}}",
        "{\"ecdsa_signature\":\"aGVsbG8=\",\"payload\":{}}",
        "{\"payload\":{\"User_id\":\"u\"}}",
        "{\"payload\":{\"user_id \":\"u\"}}",
        "{\"payload\":{\"\":\"u\"}}",
        "{\"payload\":{\"custodian\":\"custodian-b\"}}",
        "{\"payload\":{\"request_type\":\"sign\"}}",
        "{\"payload\":{\"nested\":{\"deep\":{}}}}",
        "{\"user_id\":\"u\",\"payload\":{}}",
        "{\"payload\":{\"x\":1}}"
      })
  void aFieldOutsideTheContractIsUnknown(String body) {
    unreadable(body, ErrorCode.UNKNOWN_FIELD);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "[]",
        "\"sign\"",
        "42",
        "{",
        "{}",
        "{}{}",
        "{\"payload\":{}}x",
        "{\"payload\":{}} {}",
        "{\"payload\":{}},",
        "{\"payload\":{},}",
        "{\"payload\":null}",
        "{\"payload\":[]}",
        "{\"payload\":\"{}\"}",
        "{'payload':{}}",
        "{payload:{}}",
        "{\"payload\":{}/* comment */}",
        "{\"payload\":{\"user_id\":null}}",
        "{\"payload\":{\"user_id\":5}}",
        "{\"payload\":{\"user_id\":true}}",
        "{\"payload\":{\"user_id\":{}}}",
        "{\"payload\":{\"user_id\":[\"u\"]}}",
        "{\"payload\":{\"user_id\":NaN}}",
        "{\"payload\":{\"user_id\":1e999999}}",
        "{\"payload\":{\"message\":5}}",
        "{\"payload\":{\"user_id\":\"a\",\"user_id\":\"a\"}}",
        "{\"payload\":{\"user_id\":\"a\",\"user\\u005fid\":\"b\"}}",
        "{\"payload\":{},\"payload\":{}}",
        "{\"request_type\":\"sign\",\"request_type\":\"sign\",\"payload\":{}}",
        "{\"payload\":{\"user_id\":\"a\nb\"}}",
        "{\"payload\":{\"user_id\":\"\\x41\"}}",
        "{\"payload\":{\"user_id\":\"\\u12\"}}",
        "\ufeff{\"payload\":{}}"
      })
  void whatIsNotStrictJsonOfTheRightShapeIsMalformed(String body) {
    unreadable(body, ErrorCode.MALFORMED_REQUEST);
  }

  @Test
  void aHugeNumberIsRefusedWithoutBeingParsed() {
    unreadable(
        "{\"payload\":{\"user_id\":" + "9".repeat(100_000) + "}}", ErrorCode.MALFORMED_REQUEST);
  }

  @Test
  void deepNestingIsRefused() {
    unreadable("{\"payload\":" + "{\"a\":".repeat(10_000), ErrorCode.UNKNOWN_FIELD);
    unreadable("[".repeat(100_000), ErrorCode.MALFORMED_REQUEST);
    unreadable("{\"payload\":" + "[".repeat(100_000), ErrorCode.MALFORMED_REQUEST);
  }

  @Test
  void bytesThatAreNotUtf8AreMalformed() {
    for (String hex :
        new String[] {"ff", "c0af", "c3", "eda080", "f4908080", "e282", "fe", "80", "f0808080"}) {
      byte[] bad = HexFormat.of().parseHex(hex);
      byte[] body = concat(bytes("{\"payload\":{\"user_id\":\""), bad, bytes("\"}}"));
      assertThat(fault(body).code()).as(hex).isEqualTo(ErrorCode.MALFORMED_REQUEST);
    }
    assertThat(fault(SIGN.getBytes(StandardCharsets.UTF_16BE))).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "aGVsbG8",
        "aGVsbG8==",
        "aGVsbG9=",
        "aGVs bG8=",
        "aGVs\\nbG8=",
        "_-8=",
        "=",
        "====",
        "a",
        "aGVsbG8=aGVsbG8=",
        "é",
        "aGVsbG8\\u0000"
      })
  void base64ThatIsNotCanonicalIsLeftToTheRulesAsUnreadable(String text) {
    CommandFields fields = read("{\"payload\":{\"message\":\"" + text + "\"}}");
    assertThat(fields.value(MESSAGE)).isInstanceOf(Value.Unreadable.class);
  }

  @Test
  void theIdBeforeAFaultIsKnown() {
    CommandFields fields = reader.read(bytes("{\"payload\":{\"request_id\":\"mine\",\"x\":1}}"));
    assertThat(fields.fault()).isNotNull();
    assertThat(fields.text(REQUEST_ID)).contains("mine");
  }

  @Test
  void aRefusalRepeatsNoValueAndOnlyPrintableNames() {
    assertThat(detail("{\"payload\":{\"user_id\":secret}}")).doesNotContain("secret");
    assertThat(detail("{\"payload\":{\"ecdsa_signature\":1}}")).contains("ecdsa_signature");
    assertThat(detail("{\"payload\":{\"<script>\":1}}")).doesNotContain("script");
    assertThat(detail("{\"payload\":{\"" + "x".repeat(65) + "\":1}}")).doesNotContain("xxx");
  }

  /// Whatever arrives, the answer is a reading and never an exception.
  @Test
  void randomDamageNeverEscapesAsAnException() {
    Random random = new Random(8259);
    byte[] good = bytes(SIGN);
    int readable = 0;
    for (int i = 0; i < 50_000; i++) {
      byte[] body = Arrays.copyOf(good, 1 + random.nextInt(good.length + 3));
      for (int flips = random.nextInt(4); flips > 0; flips--) {
        body[random.nextInt(body.length)] = (byte) random.nextInt(256);
      }
      readable += reader.read(body).fault() == null ? 1 : 0;
    }
    assertThat(readable).as("some of it is still a command").isPositive();
  }

  private CommandFields read(String body) {
    CommandFields fields = reader.read(bytes(body));
    assertThat(fields.fault()).isNull();
    return fields;
  }

  private void unreadable(String body, ErrorCode code) {
    assertThat(fault(bytes(body)).code())
        .as(body.length() > 100 ? body.substring(0, 100) : body)
        .isEqualTo(code);
  }

  private String detail(String body) {
    return fault(bytes(body)).detail();
  }

  private Refusal fault(byte[] body) {
    return Objects.requireNonNull(reader.read(body).fault());
  }

  private static byte[] bytes(CommandFields fields, CommandField field) {
    return ((Value.Bytes) Objects.requireNonNull(fields.value(field))).bytes();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] concat(byte[]... parts) {
    var out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
