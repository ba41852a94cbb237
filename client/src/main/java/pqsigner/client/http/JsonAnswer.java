package pqsigner.client.http;

import java.net.http.HttpHeaders;
import pqsigner.client.Json;
import pqsigner.client.Problem;
import pqsigner.client.SignerException;
import pqsigner.client.SignerException.CallFailed;
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

  /// What any other status comes with.
  ///
  /// @throws CallFailed when it does not, as with a proxy's page
  Problem problem() {
    String code = Json.text(body, "code");
    if (code.isEmpty()) {
      throw new CallFailed(
          CallFailed.Reason.MALFORMED_ANSWER,
          "HTTP status %d without a problem of the contract".formatted(status));
    }
    return Problem.of(code, Json.text(body, "retry"), Json.text(body, "detail"));
  }
}
