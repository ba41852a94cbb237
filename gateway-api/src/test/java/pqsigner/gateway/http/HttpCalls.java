package pqsigner.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import pqsigner.events.Retry;
import pqsigner.gateway.http.HttpCaller.Answer;
import tools.jackson.databind.JsonNode;

/// The callers of the shared web layer, and what their calls and answers look like.
abstract class HttpCalls {

  final WebLayer web;
  final HttpCaller custodian;
  final HttpCaller other;
  final HttpCaller operator;

  HttpCalls(SharedWeb shared) {
    web = shared.web();
    custodian = shared.custodian();
    other = shared.other();
    operator = shared.operator();
  }

  static void problem(Answer answer, int status, String code) {
    assertThat(answer.status()).as(new String(answer.response().body(), UTF_8)).isEqualTo(status);
    assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
    JsonNode body = answer.body();
    assertThat(body.path("code").asString()).isEqualTo(code);
    assertThat(body.path("status").asInt()).isEqualTo(status);
    assertThat(body.path("type").asString()).isEqualTo("urn:pq-signer:problem:" + code);
    assertThat(body.path("title").asString()).isNotEmpty();
    assertThat(body.path("detail").asString()).isNotEmpty();
    assertThat(body.path("retry").asString())
        .as("every problem says what helps")
        .isIn(Arrays.stream(Retry.values()).map(Retry::label).toList());
  }

  static List<String> fields(JsonNode object) {
    return List.copyOf(object.propertyNames());
  }

  static String sign(String userId, String more) {
    return "{\"request_type\":\"sign\",\"payload\":{\"user_id\":\"%s\",\"message\":\"aGVsbG8=\"%s}}"
        .formatted(userId, more);
  }

  static String signBytes(String userId, int bytes) {
    return "{\"request_type\":\"sign\",\"payload\":{\"user_id\":\"%s\",\"message\":\"%s\"}}"
        .formatted(userId, Base64.getEncoder().encodeToString(new byte[bytes]));
  }
}
