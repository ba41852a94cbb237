package pqsigner.gateway.readiness;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static pqsigner.gateway.testing.RunningGateway.CUSTODIAN;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;
import org.springframework.boot.logging.logback.StructuredLogEncoder;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import pqsigner.events.Topics;
import pqsigner.events.avro.Command;
import pqsigner.gateway.testing.Await;
import pqsigner.gateway.testing.Keys;
import pqsigner.gateway.testing.Pipeline;
import pqsigner.gateway.testing.PretendWorker;
import pqsigner.gateway.testing.RunningGateway;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a gateway tells about itself while it works: log, metrics, readiness.
@ExtendWith(RunningGateway.Extension.class)
final class ObservabilityIT {

  private static final Logger ROOT =
      (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private static final Logger OURS = (Logger) LoggerFactory.getLogger("pqsigner");

  private final RunningGateway gateway;
  private final String id = "tell-it-" + UUID.randomUUID();
  private final String payload = "payload-" + UUID.randomUUID();
  private final Pipeline pipeline;
  private final PretendWorker worker;
  private final Lines lines = new Lines();

  ObservabilityIT(RunningGateway gateway) {
    this.gateway = gateway;
    this.pipeline = new Pipeline(gateway, CUSTODIAN);
    this.worker = new PretendWorker(gateway);
  }

  /// The log as it is deployed, line by line.
  private static final class Lines extends AppenderBase<ILoggingEvent> {
    private final StructuredLogEncoder encoder = new StructuredLogEncoder();
    private final List<String> written = new CopyOnWriteArrayList<>();

    Lines() {
      LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
      encoder.setContext(context);
      encoder.setFormat("ecs");
      encoder.start();
      setContext(context);
      start();
    }

    @Override
    protected void append(ILoggingEvent event) {
      written.add(new String(encoder.encode(event), UTF_8));
    }

    List<JsonNode> json() {
      return written.stream().map(line -> JsonMapper.shared().readTree(line)).toList();
    }
  }

  @BeforeEach
  void listen() {
    OURS.setLevel(Level.TRACE);
    ROOT.addAppender(lines);
    Keys.register(gateway, "user-" + id);
  }

  @AfterEach
  void close() {
    ROOT.detachAppender(lines);
    OURS.setLevel(null);
    pipeline.close();
    worker.close();
  }

  /// A signature, a forged birth, a replayed signature and a command that nobody can read, each
  /// with the same payload.
  private void everythingThatHoldsAPayload() {
    pipeline.send(id + "-s", Pipeline.sign(id + "-s", "user-" + id, payload));
    worker.sign(worker.job(id + "-s"), 1);
    pipeline.result(id + "-s");
    pipeline.conflict(
        id + "-s", pipeline.send(id + "-s", Pipeline.sign(id + "-s", "user-" + id, payload + "!")));
    pipeline.send(
        id,
        Command.newBuilder()
            .setRequestType("key_generation")
            .setRequestId(id)
            .setUserId("born-" + id)
            .setAlg("ML-DSA-44")
            .build());
    worker.generate(worker.job(id), new byte[1312], payload.getBytes(UTF_8));
    Await.until("the line about the birth", () -> !about("reply.invalid").isEmpty());
    pipeline.send(id + "-p", payload.getBytes(UTF_8));
    pipeline.result(id + "-p");
  }

  @Test
  void theLogIsJsonThatNamesTheRequestAndHoldsNoPayload() {
    everythingThatHoldsAPayload();

    Await.until("the line about the diversion", () -> !about("record.diverted").isEmpty());
    JsonNode birth = about("reply.invalid").getFirst();
    assertThat(birth.path("custodian").asString()).isEqualTo(CUSTODIAN);
    assertThat(birth.path("request_id").asString()).isEqualTo(id);
    assertThat(birth.path("log").path("level").asString()).isEqualTo("WARN");
    assertThat(birth.path("service").path("name").asString()).isEqualTo("pq-signer-gateway");
    assertThat(about("record.diverted").getFirst().path("custodian").asString())
        .isEqualTo(CUSTODIAN);
    for (String form :
        List.of(
            payload,
            Base64.getEncoder().withoutPadding().encodeToString(payload.getBytes(UTF_8)),
            HexFormat.of().formatHex(payload.getBytes(UTF_8)))) {
      assertThat(lines.written).noneMatch(line -> line.contains(form));
      assertThat(get("/actuator/prometheus").body()).doesNotContain(form);
    }
  }

  /// The gateway's part of the story; the worker's own test has the other.
  @Test
  void oneLineTellsEachStageOfARequest() {
    everythingThatHoldsAPayload();
    Await.until("the line about the release", () -> stages(id + "-s").size() == 3);

    assertThat(stages(id + "-s"))
        .containsExactly(
            "request.accepted type=sign origin=kafka",
            "request.queued topic=" + gateway.bean(Topics.class).bulkJobs(),
            "request.released state=SIGNED code=ok");
  }

  /// What the request's own logger says of it, without whose it is.
  private List<String> stages(String requestId) {
    return lines.json().stream()
        .filter(line -> line.path("log").path("logger").asString().equals("pqsigner.request"))
        .filter(line -> line.path("request_id").asString("").equals(requestId))
        .filter(line -> line.path("log").path("level").asString().equals("INFO"))
        .map(line -> line.path("message").asString())
        .map(said -> said.replace(" custodian=" + CUSTODIAN + " request_id=" + requestId, ""))
        .toList();
  }

  private List<JsonNode> about(String event) {
    return lines.json().stream()
        .filter(line -> line.path("message").asString().startsWith(event))
        .toList();
  }

  /// Bounds with their fill, outcomes by code, conflicts, ages, dead letters, lag.
  @Test
  void theMetricsNameEveryBoundAndEveryOutcome() {
    everythingThatHoldsAPayload();

    String scraped = get("/actuator/prometheus").body();
    assertThat(scraped.lines())
        .anyMatch(line -> line.matches("pq_signer_gateway_waiters\\{.*"))
        .anyMatch(line -> line.matches("pq_signer_gateway_waiters_limit\\{.* 1024\\.0"))
        .anyMatch(line -> line.matches("pq_signer_gateway_waiters_turned_away_total\\{.*"))
        .anyMatch(line -> line.matches("pq_signer_gateway_http_body_bytes\\{.*"))
        .anyMatch(line -> line.matches("pq_signer_gateway_http_body_bytes_limit\\{.*"))
        .anyMatch(
            line -> line.matches("pq_signer_gateway_records_at_work\\{.*listener=\"commands\".*"))
        .anyMatch(
            line ->
                line.matches("pq_signer_gateway_records_at_work_limit\\{.*\"replies\".* 64\\.0"))
        .anyMatch(line -> line.matches("pq_signer_gateway_keys_cached\\{.*"))
        .anyMatch(line -> line.matches("pq_signer_gateway_keys_cached_limit\\{.* 8192\\.0"))
        .anyMatch(line -> line.matches("pq_signer_gateway_connections\\{.*\"handshaking\".*"))
        .anyMatch(line -> line.matches("pq_signer_gateway_connections_limit\\{.* 1536\\.0"))
        .anyMatch(line -> line.matches("pq_signer_gateway_connections_cut_total\\{.* 0\\.0"))
        .anyMatch(line -> line.matches("pq_signer_gateway_share_most\\{.*of=\"waiters\".*"))
        .anyMatch(line -> line.matches("pq_signer_gateway_share_limit\\{.*\"body_bytes\".*"))
        .anyMatch(line -> line.matches("tomcat_connections_current_connections\\{.*"))
        .anyMatch(line -> line.matches("tomcat_connections_config_max_connections\\{.* 2048\\.0"))
        .anyMatch(line -> line.matches("pq_signer_gateway_replies_partitions\\{.*"))
        .anyMatch(line -> line.matches("pq_signer_gateway_replies_total\\{.*code=\"ok\".*"))
        .anyMatch(line -> line.matches("pq_signer_gateway_replies_invalid_total\\{.*\"birth\".*"))
        .anyMatch(line -> line.matches("pq_signer_gateway_replies_age_seconds_bucket\\{.*"))
        .anyMatch(
            line -> line.matches("pq_signer_gateway_commands_total\\{.*outcome=\"conflict\".*"))
        .anyMatch(
            line -> line.matches("pq_signer_gateway_admission_seconds_count\\{.*\"accepted\".*"))
        .anyMatch(line -> line.matches("pq_signer_gateway_admission_deferred_total\\{.*"))
        .anyMatch(line -> line.matches("pq_signer_gateway_ledger_calls_seconds_count\\{.*\"ok\".*"))
        .anyMatch(
            line -> line.matches("pq_signer_gateway_ledger_calls_seconds_count\\{.*\"conflict\".*"))
        .anyMatch(line -> line.matches("pq_signer_gateway_pending_oldest_age_seconds\\{.*"))
        .anyMatch(line -> line.matches("pq_signer_gateway_sweeper_total\\{.*outcome=\"keyless\".*"))
        .anyMatch(line -> line.matches("pq_signer_gateway_polls_failed_total\\{.*\"replies\".*"))
        .anyMatch(line -> line.matches("pq_signer_gateway_results_published_total\\{.*"))
        .anyMatch(
            line ->
                line.matches("pq_signer_gateway_dead_letters_total\\{.*\"malformed_request\".*"))
        .anyMatch(
            line -> line.matches("pq_signer_gateway_dead_letters_total\\{.*\"internal\".* 0\\.0"))
        .anyMatch(line -> line.matches("kafka_consumer_fetch_manager_records_lag_max\\{.*"))
        .anyMatch(line -> line.matches("kafka_producer_buffer_available_bytes\\{.*"))
        .anyMatch(line -> line.matches("ssl_chain_expiry_seconds\\{.*bundle=\"gateway\".*"))
        .as("each latency is a histogram")
        .anyMatch(line -> line.matches("pq_signer_gateway_admission_seconds_bucket\\{.*"))
        .anyMatch(line -> line.matches("pq_signer_gateway_ledger_calls_seconds_bucket\\{.*"))
        .as("each meter has its help text")
        .noneMatch(line -> line.matches("# HELP pq_signer_\\S+\\s*"));
  }

  @Test
  void aGatewayWhoseRepliesAreNotReadIsNotReady() {
    Await.until("it is ready", () -> get("/actuator/health/readiness").statusCode() == 200);
    ConcurrentMessageListenerContainer<?, ?> replies =
        gateway.bean("replyContainer", ConcurrentMessageListenerContainer.class);

    replies.stop();
    try {
      assertThat(get("/actuator/health/readiness").statusCode()).isEqualTo(503);
      assertThat(get("/actuator/health/liveness").statusCode()).isEqualTo(200);
    } finally {
      replies.start();
    }
    Await.until("it is ready again", () -> get("/actuator/health/readiness").statusCode() == 200);
  }

  private HttpResponse<String> get(String path) {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(gateway.management().resolve(path))
              .timeout(Duration.ofSeconds(20))
              .build();
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
