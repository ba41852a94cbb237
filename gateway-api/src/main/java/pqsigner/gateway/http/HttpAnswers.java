package pqsigner.gateway.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import pqsigner.events.ErrorCode;

/// Makes every answer of the API and counts it once: `pq.signer.gateway.http.answers{code}`, where
/// the code is `ok`, `accepted` or the one in the problem.
public final class HttpAnswers {

  /// Request attribute with the id that an unforeseen problem is addressed to. A caller whose id
  /// was minted could not repeat its request without it.
  public static final String REQUEST_ID = HttpAnswers.class.getName() + ".request_id";

  /// When to come back after a 503: long enough for a breath, short against any deadline.
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private static final MediaType PROBLEM = MediaType.parseMediaType(Problem.MEDIA_TYPE);

  private final MeterRegistry registry;

  public HttpAnswers(MeterRegistry registry) {
    this.registry = registry;
  }

  public ResponseEntity<byte[]> ok(Object body) {
    return json(HttpStatus.OK, "ok", body, new HttpHeaders());
  }

  public ResponseEntity<byte[]> ok(Object body, HttpHeaders headers) {
    return json(HttpStatus.OK, "ok", body, headers);
  }

  public ResponseEntity<byte[]> ok(MediaType type, byte[] body, HttpHeaders headers) {
    return answer(HttpStatus.OK, "ok", type, body, headers);
  }

  public ResponseEntity<byte[]> accepted(Object body, HttpHeaders headers) {
    return json(HttpStatus.ACCEPTED, "accepted", body, headers);
  }

  public ResponseEntity<byte[]> problem(ErrorCode code, String detail, @Nullable String requestId) {
    return problem(code, detail, requestId, new HttpHeaders());
  }

  public ResponseEntity<byte[]> problem(
      ErrorCode code, String detail, @Nullable String requestId, HttpHeaders headers) {
    HttpHeaders all = new HttpHeaders(headers);
    if (code.httpStatus() == 503 && !all.containsHeader(HttpHeaders.RETRY_AFTER)) {
      all.set(HttpHeaders.RETRY_AFTER, Long.toString(RETRY_AFTER.toSeconds()));
    }
    return problem(Problem.of(code, detail, requestId), all);
  }

  /// As it is: time alone does not change what is recorded, so a 503 has no Retry-After here.
  public ResponseEntity<byte[]> problem(Problem problem, HttpHeaders headers) {
    count(problem.code());
    HttpHeaders all = new HttpHeaders(headers);
    all.setContentType(PROBLEM);
    return ResponseEntity.status(problem.status()).headers(all).body(HttpJson.write(problem));
  }

  /// What the framework or the web server raised. Status and body agree.
  ResponseEntity<byte[]> problem(int status) {
    ErrorCode code = HttpStatuses.codeOf(status);
    String detail = HttpStatuses.detailOf(status);
    return code == ErrorCode.MALFORMED_REQUEST
        ? problem(Problem.malformed(status, detail), new HttpHeaders())
        : problem(code, detail, null);
  }

  /// An answer to give instead of doing the work.
  public record TooEarly(ErrorCode code, String detail, Duration retryAfter) {}

  public ResponseEntity<byte[]> problem(TooEarly tooEarly, @Nullable String requestId) {
    Counter.builder("pq.signer.gateway.http.turned.away")
        .description("Requests told to come back later")
        .tag("code", tooEarly.code().code())
        .register(registry)
        .increment();
    HttpHeaders headers = new HttpHeaders();
    long seconds = tooEarly.retryAfter().plusNanos(999_999_999).toSeconds();
    headers.set(HttpHeaders.RETRY_AFTER, Long.toString(seconds));
    return problem(tooEarly.code(), tooEarly.detail(), requestId, headers);
  }

  private ResponseEntity<byte[]> json(
      HttpStatus status, String counted, Object body, HttpHeaders headers) {
    return answer(status, counted, MediaType.APPLICATION_JSON, HttpJson.write(body), headers);
  }

  private ResponseEntity<byte[]> answer(
      HttpStatus status, String counted, MediaType type, byte[] body, HttpHeaders headers) {
    count(counted);
    HttpHeaders all = new HttpHeaders(headers);
    all.setContentType(type);
    return ResponseEntity.status(status).headers(all).body(body);
  }

  private void count(String code) {
    Counter.builder("pq.signer.gateway.http.answers")
        .description("Answers of the HTTP API")
        .tag("code", code)
        .register(registry)
        .increment();
  }
}
