package pqsigner.gateway.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.MDC;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.filter.OncePerRequestFilter;
import pqsigner.events.ErrorCode;
import pqsigner.gateway.custodian.Caller;
import pqsigner.gateway.custodian.CertificateCustodianResolver;
import pqsigner.gateway.fairness.CustodianRateLimit;
import pqsigner.gateway.ledger.LedgerUnavailableException;
import pqsigner.gateway.log.LogContext;

/// Lets in only callers whose certificate names one, no more often than was agreed, and tells
/// handlers who it is.
final class HttpCallerFilter extends OncePerRequestFilter {

  static final String CALLER = Caller.class.getName();
  private static final String CERTIFICATES = "jakarta.servlet.request.X509Certificate";

  private final CertificateCustodianResolver resolver;
  private final CustodianRateLimit rate;
  private final HttpAnswers answers;

  HttpCallerFilter(
      CertificateCustodianResolver resolver, CustodianRateLimit rate, HttpAnswers answers) {
    this.resolver = resolver;
    this.rate = rate;
    this.answers = answers;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    // Answers are about keys and requests of one caller: no cache may keep or share them.
    response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    response.setHeader("X-Content-Type-Options", "nosniff");
    Optional<Caller> caller = caller(request);
    if (caller.isEmpty()) {
      send(
          answers.problem(
              ErrorCode.FORBIDDEN,
              "the certificate names neither a custodian nor an operator, or its authority vouches"
                  + " for others",
              null),
          response);
      return;
    }
    // Before the rate: a certificate that is no longer agreed must not spend its custodian's.
    Optional<ResponseEntity<byte[]>> refusal = refusal(caller.get(), chain(request));
    if (refusal.isPresent()) {
      send(refusal.get(), response);
      return;
    }
    Optional<HttpAnswers.TooEarly> tooEarly = tooEarly(caller.get());
    if (tooEarly.isPresent()) {
      send(answers.problem(tooEarly.get(), null), response);
      return;
    }
    request.setAttribute(CALLER, caller.get());
    try (var _ = MDC.putCloseable(field(caller.get()), caller.get().name())) {
      chain.doFilter(request, response);
    }
  }

  /// Asked before anything of a request is read, so whatever a custodian asks for counts: reads,
  /// paths that are not there, requests that are refused.
  private Optional<HttpAnswers.TooEarly> tooEarly(Caller caller) {
    Duration by =
        switch (caller) {
          case Caller.Custodian(String name) -> rate.take(name);
          case Caller.Operator _ -> Duration.ZERO;
        };
    return by.isZero()
        ? Optional.empty()
        : Optional.of(
            new HttpAnswers.TooEarly(
                ErrorCode.RATE_LIMITED, "the agreed rate of requests is exceeded", by));
  }

  private static String field(Caller caller) {
    return switch (caller) {
      case Caller.Custodian _ -> LogContext.CUSTODIAN;
      case Caller.Operator _ -> LogContext.OPERATOR;
    };
  }

  private Optional<Caller> caller(HttpServletRequest request) {
    List<X509Certificate> chain = chain(request);
    return chain.isEmpty() ? Optional.empty() : resolver.resolve(chain);
  }

  private static List<X509Certificate> chain(HttpServletRequest request) {
    return request.getAttribute(CERTIFICATES) instanceof X509Certificate[] chain
        ? List.of(chain)
        : List.of();
  }

  /// It holds the custodian's certificate, so it may know how the custodian stands.
  private Optional<ResponseEntity<byte[]>> refusal(Caller caller, List<X509Certificate> chain) {
    try {
      return resolver.isServed(caller, chain)
          ? Optional.empty()
          : Optional.of(
              answers.problem(
                  ErrorCode.FORBIDDEN,
                  "this custodian is not registered or is disabled, or this certificate was not"
                      + " agreed with it",
                  null));
    } catch (LedgerUnavailableException e) {
      return Optional.of(
          answers.problem(ErrorCode.OVERLOADED, "the registry of custodians cannot be read", null));
    }
  }

  private static void send(ResponseEntity<byte[]> answer, HttpServletResponse response)
      throws IOException {
    response.setStatus(answer.getStatusCode().value());
    answer.getHeaders().forEach((name, values) -> response.setHeader(name, values.getFirst()));
    byte[] body = answer.getBody();
    response.getOutputStream().write(body == null ? new byte[0] : body);
  }
}
