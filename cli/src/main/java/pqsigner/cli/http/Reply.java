package pqsigner.cli.http;

import pqsigner.cli.CommandFailure;
import pqsigner.cli.Json;
import tools.jackson.databind.JsonNode;

/// An HTTP answer with a JSON body.
///
/// @param bytes the body as it came
public record Reply(int status, JsonNode body, byte[] bytes) {

  /// The body of a 200.
  ///
  /// @throws CommandFailure with the problem's code otherwise
  public JsonNode orFail() {
    if (status == 200) {
      return body;
    }
    String code = Json.text(body, "code");
    throw new CommandFailure(code.isEmpty() ? "http_" + status : code, Json.text(body, "detail"));
  }
}
