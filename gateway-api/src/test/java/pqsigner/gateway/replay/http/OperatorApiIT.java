package pqsigner.gateway.replay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static pqsigner.gateway.testing.RunningGateway.CUSTODIAN;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import pqsigner.gateway.testing.Await;
import pqsigner.gateway.testing.Keys;
import pqsigner.gateway.testing.Pipeline;
import pqsigner.gateway.testing.PretendWorker;
import pqsigner.gateway.testing.RunningGateway;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The operator API as an operator calls it.
@ExtendWith(RunningGateway.Extension.class)
final class OperatorApiIT {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final RunningGateway gateway;
  private final String id = "op/it-" + UUID.randomUUID();
  private final String user = "user-" + UUID.randomUUID();
  private final Pipeline pipeline;
  private final PretendWorker worker;

  OperatorApiIT(RunningGateway gateway) {
    this.gateway = gateway;
    this.pipeline = new Pipeline(gateway, CUSTODIAN);
    this.worker = new PretendWorker(gateway);
  }

  @BeforeEach
  void registerKey() {
    Keys.register(gateway, user);
  }

  @AfterEach
  void close() {
    pipeline.close();
    worker.close();
  }

  private record Answer(int status, JsonNode body) {}

  private Answer call(String who, String method, String path, String body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("https://localhost:" + gateway.port() + path))
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    try (HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .sslContext(gateway.tls(who))
            .build()) {
      HttpResponse<byte[]> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      return new Answer(response.statusCode(), JSON.readTree(response.body()));
    }
  }

  private JsonNode awaitListed() {
    return Await.present(
        "the job is listed",
        () -> {
          try {
            Answer listed = call("operator", "GET", "/v1/operator/jobs?custodian=" + CUSTODIAN, "");
            assertThat(listed.status()).isEqualTo(200);
            return listed
                .body()
                .path("jobs")
                .valueStream()
                .filter(job -> job.path("request_id").asString("").equals(id))
                .findFirst();
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
          }
        });
  }

  /// A command that cannot be read has no row and no id: only its place says which it was.
  @Test
  void aCommandThatCannotBeReadIsListedAndShownByItsPlace() throws Exception {
    var sent = pipeline.send(id, "not Avro, but a secret".getBytes(StandardCharsets.UTF_8));
    String place = "/" + sent.topic() + "/" + sent.partition() + "/" + sent.offset();

    JsonNode shown =
        Await.present(
            "the record is diverted",
            () ->
                Optional.of(ask("/v1/operator/undecodable" + place)).filter(r -> r.has("sha256")));

    assertThat(shown.path("code").asString("")).isEqualTo("malformed_request");
    assertThat(shown.path("bytes").asInt()).isEqualTo(22);
    assertThat(shown.path("topic").asString("")).endsWith("commands." + CUSTODIAN);
    assertThat(ask("/v1/operator/undecodable").path("records").valueStream()).contains(shown);
    assertThat(call("operator", "GET", "/v1/operator/undecodable/none/0/0", "").status())
        .isEqualTo(404);
    assertThat(call(CUSTODIAN, "GET", "/v1/operator/undecodable", "").status()).isEqualTo(403);
  }

  @Test
  void aCursorThatNoPageGaveIsRefused() throws Exception {
    Answer answer = call("operator", "GET", "/v1/operator/jobs?cursor=x", "");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body().path("code").asString("")).isEqualTo("malformed_request");
  }

  private JsonNode ask(String path) {
    try {
      return call("operator", "GET", path, "").body();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aFailedJobIsListedShownAndReplayed() throws Exception {
    pipeline.send(id, Pipeline.sign(id, user, "secret message"));
    worker.fail(worker.job(id), "kms_unavailable");

    JsonNode job = awaitListed();
    assertThat(job.path("code").asString("")).isEqualTo("kms_unavailable");
    assertThat(job.path("state").asString("")).isEqualTo("FAILED");
    assertThat(job.path("failed_at").asString("")).endsWith("Z");
    assertThat(job.has("content") || job.has("message") || job.has("digest")).isFalse();
    String place =
        "/v1/operator/jobs/" + CUSTODIAN + "/" + URLEncoder.encode(id, StandardCharsets.UTF_8);
    assertThat(call("operator", "GET", place, "").body().path("request_id").asString(""))
        .isEqualTo(id);

    assertThat(replay("").path("jobs").path(0).path("action").asString(""))
        .isEqualTo("would_replay");
    assertThat(worker.jobRecords(id, 1)).hasSize(1);
    JsonNode done = replay(",\"execute\":true");
    assertThat(done.path("executed").asBoolean()).isTrue();
    assertThat(done.path("jobs").path(0).path("action").asString("")).isEqualTo("replayed");

    worker.sign(worker.read(worker.jobRecords(id, 2).get(1)), 1);
    assertThat(pipeline.read(pipeline.result(id)).getState()).isEqualTo("SIGNED");
    JsonNode shown = call("operator", "GET", place, "").body();
    assertThat(shown.path("state").asString("")).isEqualTo("SIGNED");
    assertThat(shown.path("replay_trail").path(0).path("operator").asString(""))
        .isEqualTo("operator");
  }

  private JsonNode replay(String more) throws Exception {
    String body =
        "{\"custodian\":\"%s\",\"request_ids\":[\"%s\"]%s}".formatted(CUSTODIAN, id, more);
    Answer answer = call("operator", "POST", "/v1/operator/jobs/replay", body);
    assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
    return answer.body();
  }

  @Test
  void aCustodianIsNoOperator() throws Exception {
    Answer listed = call(CUSTODIAN, "GET", "/v1/operator/jobs", "");
    Answer replayed = call(CUSTODIAN, "POST", "/v1/operator/jobs/replay", "{\"execute\":true}");

    assertThat(listed.status()).isEqualTo(403);
    assertThat(replayed.status()).isEqualTo(403);
    assertThat(replayed.body().path("code").asString("")).isEqualTo("forbidden");
  }

  @Test
  void whatIsNotInTheContractIsRefused() throws Exception {
    assertThat(code(call("operator", "GET", "/v1/operator/jobs?state=FAILED", "")))
        .isEqualTo("unknown_field");
    assertThat(code(call("operator", "GET", "/v1/operator/jobs?limit=0", "")))
        .isEqualTo("malformed_request");
    assertThat(code(call("operator", "GET", "/v1/operator/jobs?limit=1&limit=2", "")))
        .isEqualTo("malformed_request");
    assertThat(
            code(call("operator", "POST", "/v1/operator/jobs/replay", "{\"request_ids\":[\"a\"]}")))
        .isEqualTo("malformed_request");
    assertThat(
            code(
                call(
                    "operator",
                    "POST",
                    "/v1/operator/jobs/replay",
                    "{\"extend_deadline\":\"2020-01-01T00:00:00Z\"}")))
        .isEqualTo("malformed_request");
    assertThat(code(call("operator", "GET", "/v1/operator/jobs/custodian-a/nobody-knows", "")))
        .isEqualTo("unknown_request");
  }

  private static String code(Answer answer) {
    return answer.body().path("code").asString("");
  }
}
