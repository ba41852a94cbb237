package pqsigner.enclave.release;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class JsonTest {

  private static Map<String, String> texts(String json) throws IOException {
    return Json.texts(json.getBytes(UTF_8));
  }

  @Test
  void textsAreReadAndTheRestIsPassedOver() throws IOException {
    assertThat(
            texts(
                """
                 {"KeyId" : "arn", "n": -1.5e+3, "t":true,"f":false, "z": null,
                  "a":[ 1, [], {"KeyId":"inner"}, "x" ], "o":{"p":{}},\t"e":""}\r
                """))
        .isEqualTo(Map.of("KeyId", "arn", "e", ""));
  }

  @Test
  void escapesAreUndone() throws IOException {
    assertThat(texts("{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\ude00é\"}"))
        .containsEntry("a", "\"\\/\b\f\n\r\té😀é");
    assertThat(texts("{\"\\u0061\":\"b\"}")).containsEntry("a", "b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "\"a\"",
        "{",
        "{}}",
        "{} x",
        "\uFEFF{}",
        "{\"a\":\"b\",}",
        "{,}",
        "{\"a\"}",
        "{\"a\":}",
        "{a:\"b\"}",
        "{'a':'b'}",
        "{\"a\":\"b\" \"c\":\"d\"}",
        "{\"a\":\"b\",\"a\":\"b\"}",
        "{\"a\":1,\"\\u0061\":2}",
        "{\"a\":{\"b\":1,\"b\":2}}",
        "{\"a\":[1,]}",
        "{\"a\":[1 2]}",
        "{\"a\":[}",
        "{\"a\":01}",
        "{\"a\":+1}",
        "{\"a\":.5}",
        "{\"a\":1.}",
        "{\"a\":1e}",
        "{\"a\":-}",
        "{\"a\":NaN}",
        "{\"a\":True}",
        "{\"a\":nul}",
        "{\"a\":١}",
        "{\"a\":\"\n\"}",
        "{\"a\":\"\t\"}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u12g4\"}",
        "{\"a\":\"\\u12\"}",
        "{\"a\":\"\\u١١١١\"}",
        "{\"a\":\"b",
        "{\"a\":\"\\",
        "{/**/}",
        "{\u00A0}"
      })
  void whateverIsNotOneObjectIsRefused(String json) {
    assertThatThrownBy(() -> texts(json)).isInstanceOf(IOException.class);
  }

  @Test
  void onlyUtf8IsRead() {
    byte[] latin = {'{', '"', 'a', '"', ':', '"', (byte) 0xE9, '"', '}'};
    assertThatThrownBy(() -> Json.texts(latin)).isInstanceOf(IOException.class);
    byte[] overlong = {'{', '"', 'a', '"', ':', '"', (byte) 0xC0, (byte) 0x80, '"', '}'};
    assertThatThrownBy(() -> Json.texts(overlong)).isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"a\":"})
  void nestingIsReadUpToTheBound(String open) throws IOException {
    String close = open.equals("[") ? "]" : "}";
    int inner = Json.DEPTH_MAX - 1;
    assertThat(texts("{\"a\":" + open.repeat(inner) + "1" + close.repeat(inner) + "}")).isEmpty();
    for (int deeper : new int[] {inner + 1, 30_000}) {
      assertThatThrownBy(() -> texts("{\"a\":" + open.repeat(deeper)))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void anAnswerAsLargeAsHttpAllowsIsRead() throws IOException {
    String value = "x".repeat(HttpWire.BODY_BYTES_MAX - "{\"a\":\"\"}".length());
    assertThat(texts("{\"a\":\"" + value + "\"}")).containsEntry("a", value);
    String number = "9".repeat(HttpWire.BODY_BYTES_MAX - "{\"a\":}".length());
    assertThat(texts("{\"a\":" + number + "}")).isEmpty();
  }

  @Test
  void whatIsWrittenIsReadBackByOthers() {
    Map<String, ?> members =
        Map.of(
            "KeyId",
            "arn",
            "quote\"",
            "\\ \u0000 \u001F \n \u007F \u2028 é 😀",
            "EncryptionContext",
            Map.of("user_id", "a\"b", "custodian", ""),
            "empty",
            Map.of());
    JsonMapper judge = JsonMapper.shared();
    assertThat(judge.readTree(Json.object(members))).isEqualTo(judge.valueToTree(members));
  }

  @Test
  void halfACharacterIsNotWritten() {
    assertThatThrownBy(() -> Json.object(Map.of("a", "\uD83D")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
