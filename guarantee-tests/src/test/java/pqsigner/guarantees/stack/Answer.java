package pqsigner.guarantees.stack;

import java.net.http.HttpHeaders;
import pqsigner.client.Json;
import tools.jackson.databind.JsonNode;

/// An HTTP answer.
public record Answer(int status, HttpHeaders headers, byte[] bytes) {

  public JsonNode body() {
    return Json.parse(bytes);
  }

  public String code() {
    return Json.text(body(), "code");
  }

  public String header(String name) {
    return headers.firstValue(name).orElse("");
  }

  /// What a failed assertion shows.
  @Override
  public String toString() {
    return status + " " + new String(bytes, java.nio.charset.StandardCharsets.UTF_8);
  }
}
