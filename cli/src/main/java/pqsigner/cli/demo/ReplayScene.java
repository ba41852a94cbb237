package pqsigner.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import pqsigner.client.Json;
import pqsigner.client.Signer;
import pqsigner.client.SignerRequest;
import pqsigner.client.SignerResult.Signed;
import pqsigner.client.http.JsonHttp;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A job that cannot succeed is kept, shown, and replayed by an operator.
final class ReplayScene implements Transcript.Scene {
  private static final String USER = "dave";
  private static final String JOBS = "/v1/operator/jobs";
  private static final long POLL_NANOS = 100_000_000;

  private final Cast cast;
  private final SignerRequest request =
      SignerRequest.sign(USER, "withdrawal during a KMS throttle".getBytes(UTF_8));

  ReplayScene(Cast cast) {
    this.cast = cast;
  }

  @Override
  public void play(Transcript told) {
    cast.generate(USER, "ML-DSA-44");
    cast.stack().kmsFaults().throttleUser(USER);
    told.tell("the KMS now throttles every call for dave's key, and only for his");
    try (Signer pipeline = cast.pipeline();
        JsonHttp operator = cast.operator()) {
      long start = System.nanoTime();
      pipeline.submit(request, Duration.ZERO);
      JsonNode listed = await("the failed job is listed", () -> listed(operator));
      told.tell(
          "tried, parked in the first lane, tried, parked in the second, tried, dead-lettered: %s"
              .formatted(Transcript.seconds(start)));
      told.checkEquals(
          "jobs list shows it, with its reason: " + Json.text(listed, "code"),
          request.requestId(),
          Json.text(listed, "request_id"));
      JsonNode job = show(operator);
      told.checkEquals("jobs show tells its state", "FAILED", Json.text(job, "state"));
      told.detail(
          "attempts %s, reason: %s"
              .formatted(Json.text(job, "attempts"), Json.text(job, "reason")));
      told.check(
          "jobs replay is a dry run first", replay(operator, false).path("jobs").size() == 1);
      told.checkEquals("which changed nothing", "FAILED", Json.text(show(operator), "state"));
      cast.stack().kmsFaults().clear();
      told.tell("the throttle is lifted");
      execute(told, operator);
    } finally {
      cast.stack().kmsFaults().clear();
    }
  }

  private Optional<JsonNode> listed(JsonHttp operator) {
    JsonNode page = operator.get(JOBS + "?custodian=" + Cast.CUSTODIAN).orThrow();
    return page.path("jobs")
        .valueStream()
        .filter(job -> request.requestId().equals(Json.text(job, "request_id")))
        .findFirst();
  }

  private JsonNode show(JsonHttp operator) {
    return operator.get(JOBS + "/" + Cast.CUSTODIAN + "/" + request.requestId()).orThrow();
  }

  private JsonNode replay(JsonHttp operator, boolean execute) {
    ObjectNode body = Json.object();
    body.put("custodian", Cast.CUSTODIAN);
    body.putArray("request_ids").add(request.requestId());
    body.put("execute", execute);
    return operator.post(JOBS + "/replay", body).orThrow();
  }

  private void execute(Transcript told, JsonHttp operator) {
    long start = System.nanoTime();
    replay(operator, true);
    Signed signed =
        await(
            "the replayed job is signed",
            () ->
                cast.custodian().state(request.requestId()) instanceof Signed done
                    ? Optional.of(done)
                    : Optional.empty());
    told.check("jobs replay --execute: signed after " + Transcript.seconds(start), true);
    told.check("and the JDK accepts the signature", cast.verifies(request, signed.signature()));
  }

  /// Asks until there is an answer.
  private static <T> T await(String what, Supplier<Optional<T>> ask) {
    long until = System.nanoTime() + Cast.PATIENCE.toNanos();
    for (Optional<T> answer = ask.get(); ; answer = ask.get()) {
      if (answer.isPresent()) {
        return answer.get();
      }
      if (System.nanoTime() - until > 0) {
        throw new DemoFailure("waited too long until " + what);
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }
}
