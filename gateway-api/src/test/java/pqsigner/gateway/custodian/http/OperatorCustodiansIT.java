package pqsigner.gateway.custodian.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.gateway.testing.Await;
import pqsigner.gateway.testing.RunningGateway;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The registry as an operator keeps it, and what that does to custodians.
@ExtendWith(RunningGateway.Extension.class)
class OperatorCustodiansIT {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String[] NEW = {"If-None-Match", "*"};

  private final RunningGateway gateway;
  private final String name = "fund-" + UUID.randomUUID().toString().substring(0, 8);

  OperatorCustodiansIT(RunningGateway gateway) {
    this.gateway = gateway;
  }

  private record Answer(int status, JsonNode body, Optional<String> revision) {
    String code() {
      return body.path("code").asString("");
    }
  }

  private Answer call(String method, String body, String... headers) throws Exception {
    return call(
        gateway.port(), "operator", method, "/v1/operator/custodians/" + name, body, headers);
  }

  private Answer call(
      int port, String who, String method, String path, String body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("https://localhost:" + port + path))
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try (HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .sslContext(gateway.tls(who))
            .build()) {
      HttpResponse<byte[]> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      return new Answer(
          response.statusCode(),
          JSON.readTree(response.body()),
          response.headers().firstValue("ETag"));
    }
  }

  @Test
  void aCustodianIsAddedChangedAndRemoved() throws Exception {
    Answer added = call("PUT", "{\"limits\":{\"burst\":7},\"mu\":false}", NEW);
    assertThat(added.status()).as(added.body().toString()).isEqualTo(200);
    assertThat(added.revision()).contains("\"1\"");
    assertThat(added.body().path("state").asString("")).isEqualTo("ENABLED");
    assertThat(added.body().path("changed_by").asString("")).isEqualTo("operator");

    Answer changed =
        call(
            "PATCH", "{\"limits\":{\"bulk_max\":9,\"burst\":null},\"algorithms\":[\"ML-DSA-65\"]}");
    assertThat(changed.body().path("limits")).isEqualTo(JSON.readTree("{\"bulk_max\":9}"));
    assertThat(changed.body().path("mu").asBoolean(true)).as("what is not named stays").isFalse();
    assertThat(call("GET", "").body()).isEqualTo(changed.body());

    Answer replaced = call("PUT", "{}", "If-Match", "\"2\"");
    assertThat(replaced.body().has("algorithms") || replaced.body().has("mu")).isFalse();
    assertThat(replaced.revision()).contains("\"3\"");

    assertThat(call("DELETE", "", "If-Match", "\"3\"").status()).isEqualTo(200);
    assertThat(call("GET", "").code()).isEqualTo("unknown_custodian");
  }

  @Test
  void whoeverHasNotSeenTheLastChangeIsTold() throws Exception {
    call("PUT", "{}", NEW);
    call("PATCH", "{\"context\":false}");

    for (Answer answer :
        new Answer[] {
          call("PUT", "{}", NEW),
          call("PUT", "{}", "If-Match", "\"1\""),
          call("PATCH", "{\"mu\":true}", "If-Match", "\"1\""),
          call("DELETE", "", "If-Match", "\"1\"")
        }) {
      assertThat(answer.status()).isEqualTo(412);
      assertThat(answer.code()).isEqualTo("revision_conflict");
    }
    assertThat(call("GET", "").revision()).contains("\"2\"");
  }

  @Test
  void whatIsNotThereIsUnknown() throws Exception {
    assertThat(call("PATCH", "{}").code()).isEqualTo("unknown_custodian");
    assertThat(call("DELETE", "").code()).isEqualTo("unknown_custodian");
    assertThat(call("PUT", "{}", "If-Match", "\"1\"").code()).isEqualTo("unknown_custodian");
    assertThat(call("GET", "").status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "",
        "{",
        "{} {}",
        "{\"mu\":1}",
        "{\"state\":\"enabled\"}",
        "{\"state\":null}",
        "{\"limits\":[]}",
        "{\"limits\":{\"burst\":0}}",
        "{\"limits\":{\"burst\":1000001}}",
        "{\"limits\":{\"burst\":1.5}}",
        "{\"limits\":{\"burst\":\"7\"}}",
        "{\"limits\":{\"burst\":7,\"burst\":8}}",
        "{\"algorithms\":[]}",
        "{\"algorithms\":[\"ML-DSA-45\"]}",
        "{\"algorithms\":[\"ML-DSA-44\",\"ML-DSA-44\"]}",
        "{\"pins\":[\"ABCDEFABCDEFABCDEFABCDEFABCDEFABCDEFABCDEFABCDEFABCDEFABCDEFABCD\"]}",
        "{\"pins\":[\"abc\"]}"
      })
  void aBodyThatBreaksARuleChangesNothing(String body) throws Exception {
    assertThat(call("PUT", body, NEW).code()).isEqualTo("malformed_request");
    assertThat(call("GET", "").status()).isEqualTo(404);
  }

  @Test
  void aFieldThatIsNotInTheContractIsNamedSo() throws Exception {
    assertThat(call("PUT", "{\"name\":\"x\"}", NEW).code()).isEqualTo("unknown_field");
    assertThat(call("PUT", "{\"limits\":{\"rate\":1}}", NEW).code()).isEqualTo("unknown_field");
    assertThat(
            call(gateway.port(), "operator", "GET", "/v1/operator/custodians?limit=1", "").code())
        .isEqualTo("unknown_field");
  }

  @Test
  void aLimitAtItsBoundIsTaken() throws Exception {
    Answer answer =
        call(
            "PUT",
            "{\"limits\":{\"requests_per_second\":1000000,\"burst\":1,\"body_bytes_max\":1073741824}}",
            NEW);
    assertThat(answer.status()).isEqualTo(200);
  }

  @Test
  void aPutSaysWhetherItAddsOrReplaces() throws Exception {
    assertThat(call("PUT", "{}").code()).isEqualTo("malformed_request");
    assertThat(call("PUT", "{}", "If-None-Match", "*", "If-Match", "\"1\"").code())
        .isEqualTo("malformed_request");
    for (String tag : new String[] {"1", "*", "\"one\"", "W/\"1\"", "\"1\", \"2\""}) {
      assertThat(call("PATCH", "{}", "If-Match", tag).code())
          .as(tag)
          .isEqualTo("malformed_request");
    }
  }

  @Test
  void noCustodianIsCalledLikeAService() throws Exception {
    for (String reserved : new String[] {"gateway", "admin", "Fund", "a.b"}) {
      assertThat(
              call(
                      gateway.port(),
                      "operator",
                      "PUT",
                      "/v1/operator/custodians/" + reserved,
                      "{}",
                      NEW)
                  .code())
          .as(reserved)
          .isEqualTo("malformed_request");
    }
  }

  @Test
  void aCustodianIsNoOperator() throws Exception {
    for (String method : new String[] {"GET", "PUT", "PATCH", "DELETE"}) {
      Answer answer =
          call(
              gateway.port(),
              "custodian-a",
              method,
              "/v1/operator/custodians/custodian-a",
              "{\"limits\":null}",
              NEW);
      assertThat(answer.status()).as(method).isEqualTo(403);
    }
    assertThat(call(gateway.port(), "custodian-a", "GET", "/v1/operator/custodians", "").code())
        .isEqualTo("forbidden");
  }

  /// The second gateway is told nothing by the first, and reads the registry as often as it does
  /// unless set otherwise.
  @Test
  void oneThatIsDisabledIsCutOffAtEveryGatewayWithinTenSeconds() throws Exception {
    gateway.stack().pki().issueCustodian(name);
    try (var second = gateway.second()) {
      for (int port : new int[] {gateway.port(), second.port()}) {
        assertThat(call(port, name, "GET", "/openapi.json", "").status()).isEqualTo(403);
      }
      call("PUT", "{}", NEW);
      Await.until("the second knows it", () -> isServed(second.port()));

      long start = System.nanoTime();
      assertThat(call("PATCH", "{\"state\":\"DISABLED\"}").status()).isEqualTo(200);
      assertThat(isServed(gateway.port())).as("where the operator was").isFalse();
      Await.until("the second has cut it off", () -> !isServed(second.port()));

      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    }
    assertThatNoException().isThrownBy(() -> call("DELETE", ""));
  }

  private boolean isServed(int port) {
    try {
      return call(port, name, "GET", "/openapi.json", "").status() == 200;
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
