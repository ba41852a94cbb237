package pqsigner.client;

import java.util.Base64;
import pqsigner.client.SignerException.CallFailed;
import pqsigner.client.SignerException.CallFailed.Reason;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The contract's JSON.
public final class Json {
  private static final JsonMapper LINE = JsonMapper.builder().build();
  private static final JsonMapper PAGE =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private Json() {}

  public static ObjectNode object() {
    return LINE.createObjectNode();
  }

  /// @throws CallFailed `malformed_answer` when the bytes are not one JSON value
  public static JsonNode parse(byte[] bytes) {
    try {
      return LINE.readTree(bytes);
    } catch (JacksonException e) {
      throw new CallFailed(Reason.MALFORMED_ANSWER, "the answer is not JSON", e);
    }
  }

  public static String line(Object value) {
    return LINE.writeValueAsString(value);
  }

  public static String page(Object value) {
    return PAGE.writeValueAsString(value);
  }

  public static byte[] bytes(Object value) {
    return LINE.writeValueAsBytes(value);
  }

  /// The text of a field, or an empty string when it is absent or null.
  public static String text(JsonNode node, String field) {
    return node.path(field).asString("");
  }

  /// The bytes of a base64 field.
  ///
  /// @throws CallFailed `malformed_answer` when it is absent or not base64
  public static byte[] base64(JsonNode node, String field) {
    try {
      byte[] bytes = Base64.getDecoder().decode(text(node, field));
      if (bytes.length > 0) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      throw new CallFailed(Reason.MALFORMED_ANSWER, field + " is not base64", e);
    }
    throw new CallFailed(Reason.MALFORMED_ANSWER, "the answer has no " + field);
  }
}
