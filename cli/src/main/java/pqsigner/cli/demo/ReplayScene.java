package pqsigner.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import pqsigner.client.Json;
import pqsigner.client.SignerRequest;
import pqsigner.client.SignerResult;
import pqsigner.client.http.HttpSigner;
import pqsigner.client.kafka.KafkaSigner;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A job that cannot succeed is kept, shown and replayed by an operator.
final class ReplayScene implements Transcript.Scene {
  private static final String USER = "dave";
  private static final byte[] MESSAGE = "withdrawal during a KMS throttle".getBytes(UTF_8);
  private static final String JOBS = "/v1/operator/jobs";
  private static final long POLL_NANOS = 100_000_000;

  private final Cast cast;

  ReplayScene(Cast cast) {
    this.cast = cast;
  }

  @Override
  public void play(Transcript told) {
    cast.generate(USER, "ML-DSA-44");
    cast.stack().kmsFaults().throttleUser(USER);
    told.tell("the KMS now throttles every call for dave's key, and only for his");
    SignerRequest request = SignerRequest.sign(USER, MESSAGE);
    try (KafkaSigner pipeline = cast.pipeline();
        HttpSigner operator = cast.signer(Cast.OPERATOR)) {
      long start = System.nanoTime();
      pipeline.submit(request, Duration.ZERO);
      JsonNode listed = awaitListed(operator, request.requestId());
      told.tell(
          "tried, parked in the first lane, tried, parked in the second, tried, dead-lettered: %s"
              .formatted(Transcript.seconds(start)));
      told.checkEquals(
          "jobs list shows it, with its reason: " + Json.text(listed, "code"),
          request.requestId(),
          Json.text(listed, "request_id"));
      show(told, operator, request);
      dryRun(told, operator, request);
      cast.stack().kmsFaults().clear();
      told.tell("the throttle is lifted");
      replay(told, operator, request);
      verify(told, request);
    } finally {
      cast.stack().kmsFaults().clear();
    }
  }

  private JsonNode awaitListed(HttpSigner operator, String requestId) {
    return await(
        "the failed job is listed",
        () -> {
          for (JsonNode job :
              operator.get(JOBS + "?custodian=" + Cast.CUSTODIAN).orFail().path("jobs")) {
            if (requestId.equals(Json.text(job, "request_id"))) {
              return job;
            }
          }
          return null;
        });
  }

  private static void show(Transcript told, HttpSigner operator, SignerRequest request) {
    JsonNode job = operator.get(JOBS + "/" + Cast.CUSTODIAN + "/" + request.requestId()).orFail();
    told.checkEquals("jobs show tells its state", "FAILED", Json.text(job, "state"));
    told.detail(
        "attempts %s, reason: %s".formatted(Json.text(job, "attempts"), Json.text(job, "reason")));
  }

  private static void dryRun(Transcript told, HttpSigner operator, SignerRequest request) {
    JsonNode answer = operator.post(JOBS + "/replay", replayOf(request, false)).orFail();
    told.check("jobs replay is a dry run first", answer.path("jobs").size() == 1);
    JsonNode job = operator.get(JOBS + "/" + Cast.CUSTODIAN + "/" + request.requestId()).orFail();
    told.checkEquals("which changed nothing", "FAILED", Json.text(job, "state"));
  }

  private void replay(Transcript told, HttpSigner operator, SignerRequest request) {
    long start = System.nanoTime();
    operator.post(JOBS + "/replay", replayOf(request, true)).orFail();
    SignerResult outcome =
        await(
            "the replayed job is signed",
            () ->
                cast.custodian().state(request.requestId()) instanceof SignerResult.Done done
                    ? done
                    : null);
    told.check(
        "jobs replay --execute: signed after " + Transcript.seconds(start),
        outcome instanceof SignerResult.Done);
  }

  private void verify(Transcript told, SignerRequest request) {
    ObjectNode body = cast.custodian().state(request.requestId()).orFail();
    told.check(
        "and the JDK accepts the signature",
        cast.verifies(USER, MESSAGE, Json.base64(body, "signature")));
  }

  private static ObjectNode replayOf(SignerRequest request, boolean execute) {
    ObjectNode body = Json.object();
    body.put("custodian", Cast.CUSTODIAN);
    body.putArray("request_ids").add(request.requestId());
    body.put("execute", execute);
    return body;
  }

  /// Asks until there is an answer.
  private static <T> T await(String what, Supplier<@Nullable T> ask) {
    long until = System.nanoTime() + Cast.PATIENCE.toNanos();
    for (T answer = ask.get(); ; answer = ask.get()) {
      if (answer != null) {
        return answer;
      }
      if (System.nanoTime() - until > 0) {
        throw new DemoFailure("waited too long until " + what);
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }
}
