package pqsigner.client.http;

import pqsigner.client.Json;
import pqsigner.client.SignerException;
import tools.jackson.databind.JsonNode;

/// An HTTP answer with a JSON body.
///
/// @param bytes the body as it came
public record JsonAnswer(int status, JsonNode body, byte[] bytes) {

  /// The body of a 200.
  ///
  /// @throws SignerException with the problem's code otherwise
  public JsonNode orFail() {
    if (status == 200) {
      return body;
    }
    throw new SignerException(code(), Json.text(body, "detail"));
  }

  /// The problem's code, or `http_` and the status where the body has none.
  String code() {
    String code = Json.text(body, "code");
    return code.isEmpty() ? "http_" + status : code;
  }
}
