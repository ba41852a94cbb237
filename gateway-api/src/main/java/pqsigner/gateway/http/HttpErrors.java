package pqsigner.gateway.http;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import pqsigner.events.ErrorCode;
import pqsigner.gateway.ledger.LedgerUnavailableException;
import pqsigner.gateway.log.LogContext;
import pqsigner.gateway.queue.QueueUnavailableException;

/// Turns what handlers and the framework throw into problems. Nothing of an exception reaches the
/// caller but its kind.
@RestControllerAdvice
final class HttpErrors {

  private static final Logger log = LoggerFactory.getLogger(HttpErrors.class);

  private final HttpAnswers answers;

  HttpErrors(HttpAnswers answers) {
    this.answers = answers;
  }

  @ExceptionHandler
  ResponseEntity<byte[]> forbidden(HttpForbiddenException e) {
    return answers.problem(ErrorCode.FORBIDDEN, String.valueOf(e.getMessage()), null);
  }

  @ExceptionHandler
  ResponseEntity<byte[]> wrongMethod(HttpRequestMethodNotSupportedException e) {
    Set<HttpMethod> allowed = e.getSupportedHttpMethods();
    HttpHeaders headers = new HttpHeaders();
    if (allowed != null) {
      headers.set(
          HttpHeaders.ALLOW,
          allowed.stream().map(HttpMethod::name).sorted().collect(Collectors.joining(", ")));
    }
    return answers.problem(
        ErrorCode.METHOD_NOT_ALLOWED, "the Allow header names the methods", null, headers);
  }

  @ExceptionHandler
  ResponseEntity<byte[]> ledgerDown(LedgerUnavailableException e, HttpServletRequest request) {
    try (var _ = MDC.putCloseable(LogContext.REQUEST_ID, requestId(request))) {
      log.warn("ledger.unavailable cause={}", e.getMessage());
    }
    return answers.problem(
        ErrorCode.OVERLOADED,
        "the ledger did not answer; repeat with the same request_id",
        requestId(request));
  }

  @ExceptionHandler
  ResponseEntity<byte[]> queueDown(QueueUnavailableException e, HttpServletRequest request) {
    try (var _ = MDC.putCloseable(LogContext.REQUEST_ID, requestId(request))) {
      log.warn("queue.unavailable cause={}", e.getMessage());
    }
    return answers.problem(ErrorCode.OVERLOADED, "the queue did not answer", requestId(request));
  }

  /// The client went away or was too slow; usually nobody is left to read this.
  @ExceptionHandler
  ResponseEntity<byte[]> brokenConnection(IOException e) {
    return answers.problem(ErrorCode.MALFORMED_REQUEST, "the request was cut short", null);
  }

  @ExceptionHandler
  ResponseEntity<byte[]> anythingElse(Exception e, HttpServletRequest request) {
    if (e instanceof ErrorResponse known) {
      int status = known.getStatusCode().value();
      if (HttpStatuses.codeOf(status) != ErrorCode.INTERNAL) {
        return answers.problem(status);
      }
    }
    try (var _ = MDC.putCloseable(LogContext.REQUEST_ID, requestId(request))) {
      log.error("http.internal", e);
    }
    return answers.problem(
        ErrorCode.INTERNAL, "the cause is in the gateway's log", requestId(request));
  }

  private static @Nullable String requestId(HttpServletRequest request) {
    return request.getAttribute(HttpAnswers.REQUEST_ID) instanceof String id ? id : null;
  }
}
