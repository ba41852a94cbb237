package pqsigner.client.http;

import java.net.http.HttpHeaders;
import pqsigner.client.Json;
import pqsigner.client.Problem;
import pqsigner.client.SignerException;
import tools.jackson.databind.JsonNode;

/// An HTTP answer with a JSON body.
public record JsonAnswer(int status, HttpHeaders headers, JsonNode body) {

  /// The body of a 200.
  ///
  /// @throws SignerException.Refused with the problem otherwise
  public JsonNode orThrow() {
    if (status == 200) {
      return body;
    }
    throw new SignerException.Refused(problem());
  }

  Problem problem() {
    String code = Json.text(body, "code");
    return Problem.of(
        code.isEmpty() ? "http_" + status : code,
        Json.text(body, "retry"),
        Json.text(body, "detail"));
  }
}
