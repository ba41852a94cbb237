package pqsigner.gateway.admission.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import pqsigner.events.ErrorCode;
import pqsigner.gateway.admission.CommandField;
import pqsigner.gateway.admission.Refusal;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The fields of a command in the published document are the fields that the reader takes.
class HttpCommandFieldsTest {

  @Test
  void everyDocumentedFieldIsTaken() throws Exception {
    try (InputStream in = getClass().getResourceAsStream("/pqsigner/gateway/openapi.json")) {
      JsonNode schemas =
          JsonMapper.builder()
              .build()
              .readTree(Objects.requireNonNull(in))
              .path("components")
              .path("schemas");
      for (String payload :
          new String[] {"SignPayload", "KeyGenerationPayload", "KeyRotationPayload"}) {
        for (String field : schemas.path(payload).path("properties").propertyNames()) {
          String value = isNumber(field) ? "1" : "\"\"";
          assertThat(code("{\"payload\":{\"" + field + "\":" + value + "}}")).as(field).isNull();
        }
      }
      for (String field : schemas.path("SignCommand").path("properties").propertyNames()) {
        if (!field.equals("payload")) {
          assertThat(code("{\"payload\":{},\"" + field + "\":\"\"}")).as(field).isNull();
        }
      }
    }
    assertThat(code("{\"payload\":{\"x\":\"\"}}")).isEqualTo(ErrorCode.UNKNOWN_FIELD);
  }

  private static boolean isNumber(String field) {
    return CommandField.of(field).orElseThrow().kind() == CommandField.Kind.NUMBER;
  }

  private static @Nullable ErrorCode code(String body) {
    Refusal fault = new HttpCommandReader(1024).read(body.getBytes(StandardCharsets.UTF_8)).fault();
    return fault == null ? null : fault.code();
  }
}
