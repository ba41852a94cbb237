package pqsigner.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import pqsigner.protocol.Answer;
import pqsigner.protocol.Refusal;
import pqsigner.worker.batch.TestJobs;
import pqsigner.worker.testing.Await;
import pqsigner.worker.testing.RunningWorker;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What the worker and the delay line tell an operator: health, log, metrics.
@Timeout(300)
@ExtendWith(RunningWorker.Extension.class)
class WorkerObservabilityIT extends WorkerCalls {

  WorkerObservabilityIT(RunningWorker worker) {
    super(worker);
  }

  /// In a cluster its port is open to all that the network policy admits.
  @Test
  void healthSaysUpOrDownAndNotWhy() {
    for (String path : List.of("/actuator/health", "/actuator/health/readiness")) {
      assertThat(worker.body(path))
          .contains("\"status\":\"UP\"")
          .doesNotContain("details", "circuit");
    }
  }

  @Test
  void theDelayLineTellsItsHealthAndWhatItBroughtBack() {
    Await.until("ready", () -> worker.delayLineStatus("/actuator/health/readiness") == 200);
    assertThat(worker.delayLineStatus("/actuator/health/liveness")).isEqualTo(200);
    assertThat(worker.delayLineStatus("/actuator/health/liveness/x")).isEqualTo(404);
    assertThat(worker.delayLineStatus("/actuator/env")).isEqualTo(404);
    assertThat(worker.delayLineMetrics().lines())
        .anyMatch(line -> line.matches("pq_signer_delayline_returned_total\\{.*retry-5s.*"))
        .anyMatch(line -> line.matches("kafka_consumer_fetch_manager_records_lag_max\\{.*"))
        .anyMatch(line -> line.matches("ssl_chain_expiry_seconds\\{.*bundle=\"delay-line\".*"));
  }

  @Test
  void theLogIsJsonThatNamesTheRequestAndHoldsNoPayload() throws IOException {
    String payload = "payload-of-" + name;
    worker
        .enclave()
        .script(
            (link, asked) -> {
              if (asked.text().equals(payload)) {
                link.answer(asked.id(), new Answer.Refused(Refusal.KMS_THROTTLED));
              } else {
                link.sign(asked);
              }
            });
    worker.produce(List.of(TestJobs.sign(name + "-0", "user", payload)));
    worker.produceBytes((name + "-poison").getBytes(UTF_8), payload.getBytes(UTF_8));
    Await.until("the job given up", () -> worker.answered(name, "FAILED").size() == 1);
    Await.until("the line about it", () -> stages(name + "-0").size() == 6);

    List<String> lines = Files.readAllLines(worker.process().log());
    assertThat(lines)
        .allMatch(line -> line.startsWith("{") || line.matches("(WARNING|OpenJDK|SLF4J).*"))
        .noneMatch(line -> line.contains(payload))
        .noneMatch(
            line -> line.contains(Base64.getEncoder().encodeToString(payload.getBytes(UTF_8))));
    JsonNode givenUp =
        lines.stream()
            .filter(line -> line.startsWith("{"))
            .map(line -> JsonMapper.shared().readTree(line))
            .filter(line -> line.path("request_id").asString("").equals(name + "-0"))
            .filter(line -> line.path("message").asString().startsWith("job."))
            .reduce((_, last) -> last)
            .orElseThrow();
    assertThat(givenUp.path("message").asString()).startsWith("job.dead_lettered ");
    assertThat(givenUp.path("custodian").asString()).isEqualTo("custodian-a");
    assertThat(givenUp.path("log").path("level").asString()).isEqualTo("WARN");
    assertThat(givenUp.path("service").path("name").asString()).isEqualTo("pq-signer-worker");
  }

  /// The worker's part of the story; the gateway's own test has the other.
  @Test
  void oneLineTellsEachStageOfARequest() {
    worker
        .enclave()
        .script(
            (link, asked) -> {
              if (asked.text().equals("refused " + name)) {
                link.answer(asked.id(), new Answer.Refused(Refusal.KMS_THROTTLED));
              } else {
                link.sign(asked);
              }
            });
    worker.produce(
        List.of(
            TestJobs.sign(name + "-0", "user", "refused " + name),
            TestJobs.sign(name + "-1", "user", "signed")));
    Await.until("the whole story", () -> stages(name + "-0").size() == 6);

    assertThat(stages(name + "-1")).containsExactly("request.signed");
    List<String> story = stages(name + "-0");
    assertThat(story.subList(0, 5))
        .containsExactly(
            "attempt.failed attempt=1 code=kms_unavailable",
            "job.delayed lane=retry-5s",
            "attempt.failed attempt=2 code=kms_unavailable",
            "job.delayed lane=retry-60s",
            "attempt.failed attempt=3 code=kms_unavailable");
    assertThat(story.getLast()).startsWith("job.dead_lettered code=kms_unavailable attempts=3 ");
  }

  /// What the request's own logger says of it, without whose it is.
  private List<String> stages(String requestId) {
    try (Stream<String> lines = Files.lines(worker.process().log())) {
      return lines
          .filter(line -> line.startsWith("{") && line.endsWith("}"))
          .map(line -> JsonMapper.shared().readTree(line))
          .filter(line -> line.path("log").path("logger").asString().equals("pqsigner.request"))
          .filter(line -> line.path("request_id").asString("").equals(requestId))
          .map(line -> line.path("message").asString())
          .map(said -> said.replace(" custodian=custodian-a request_id=" + requestId, ""))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Bounds with their fill, outcomes by code, what KMS said, dead letters, circuit, lag.
  @Test
  void theMetricsNameEveryBoundAndEveryOutcome() {
    worker.produce(jobs(3));
    worker.awaitSigned(name, 3);

    assertThat(worker.metrics().lines())
        .anyMatch(
            line ->
                line.matches(
                    "pq_signer_worker_enclave_in_flight\\{.*|pq_signer_worker_enclave_in_flight"
                        + " .*"))
        .anyMatch(line -> line.matches("pq_signer_worker_enclave_in_flight_limit.* 512\\.0"))
        .anyMatch(line -> line.matches("pq_signer_worker_enclave_late_answers_total.*"))
        .anyMatch(
            line -> line.matches("pq_signer_worker_enclave_answers_total\\{answer=\"signed\".*"))
        .anyMatch(
            line ->
                line.matches(
                    "pq_signer_enclave_kms_calls_seconds_count\\{.*\"decrypt\".*\"released\".*"))
        .anyMatch(line -> line.matches("pq_signer_enclave_usage\\{.*resource=\"jobs\".*"))
        .anyMatch(line -> line.matches("pq_signer_enclave_usage_limit\\{.*resource=\"jobs\".*"))
        .anyMatch(line -> line.matches("pq_signer_worker_batch_records_count.*"))
        .anyMatch(line -> line.matches("pq_signer_worker_batch_records_limit.* 128\\.0"))
        .anyMatch(line -> line.matches("pq_signer_worker_batch_deadline_seconds.* 0\\.25"))
        .anyMatch(line -> line.matches("pq_signer_worker_batch_seconds_bucket.*"))
        .anyMatch(line -> line.matches("pq_signer_worker_exchange_seconds_bucket.*"))
        .anyMatch(line -> line.matches("pq_signer_worker_stragglers_total.*"))
        .anyMatch(line -> line.matches("pq_signer_worker_copies_total.*"))
        .anyMatch(line -> line.matches("pq_signer_worker_circuit.* 0\\.0"))
        .anyMatch(
            line -> line.matches("pq_signer_worker_circuit_cause\\{.*\"credentials_refused\".*"))
        .anyMatch(
            line ->
                line.matches(
                    "pq_signer_worker_credentials_refused_total\\{.*\"credentials_refused\".*"))
        .anyMatch(line -> line.matches("pq_signer_worker_outcomes_total\\{.*outcome=\"signed\".*"))
        .anyMatch(
            line ->
                line.matches(
                    "pq_signer_worker_outcomes_total\\{.*\"kms_denied\".*\"dead-letters\".*"))
        .anyMatch(line -> line.matches("kafka_consumer_fetch_manager_records_lag_max\\{.*"))
        .anyMatch(line -> line.matches("kafka_producer_buffer_available_bytes\\{.*"))
        .anyMatch(line -> line.matches("ssl_chain_expiry_seconds\\{.*bundle=\"worker\".*"))
        .noneMatch(line -> line.contains("delay-line"))
        .as("each meter has its help text")
        .noneMatch(line -> line.matches("# HELP pq_signer_\\S+\\s*"));
  }
}
