package pqsigner.gateway.admission.http;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.util.UriUtils;
import pqsigner.events.ErrorCode;
import pqsigner.events.Retry;
import pqsigner.gateway.http.HttpAnswers;
import pqsigner.gateway.http.Problem;
import pqsigner.gateway.ledger.LedgerEntry;
import pqsigner.gateway.ledger.Outcome;
import pqsigner.gateway.ledger.ReplayLimit;
import pqsigner.gateway.ledger.RequestType;

/// A ledger entry as an answer to whoever asked for it.
final class EntryAnswers {

  private static final String REQUESTS = "/v1/pq-signer/requests/";

  private final HttpAnswers answers;
  private final ReplayLimit limit;

  EntryAnswers(HttpAnswers answers, ReplayLimit limit) {
    this.answers = answers;
    this.limit = limit;
  }

  /// To the POST: the result, the problem it ended in, or 202 and where to look.
  ResponseEntity<byte[]> toPost(LedgerEntry entry, Preference preference) {
    HttpHeaders headers = new HttpHeaders();
    preference
        .applied(entry.outcome() == null)
        .ifPresent(applied -> headers.set("Preference-Applied", applied));
    return switch (entry.outcome()) {
      case Outcome.Signed _, Outcome.Generated _ ->
          answers.ok(AnswerBody.result(entry).orElseThrow(), headers);
      case Outcome.Refused(ErrorCode code, String detail, _) ->
          problem(entry, code, detail == null ? code.title() : detail, headers);
      case Outcome.Expired expired ->
          problem(entry, expired.code(), expired.code().title(), headers);
      case Outcome.Failed(ErrorCode code, _, _) -> {
        headers.setLocation(location(entry));
        yield problem(
            entry,
            code,
            limit.isReached(entry)
                ? "given up; it may not be put back to work again"
                : "given up for now; send the same request again to put it back to work",
            headers);
      }
      case null -> {
        headers.setLocation(location(entry));
        yield answers.accepted(new AnswerBody.Pending(entry.requestId(), entry.state()), headers);
      }
    };
  }

  private ResponseEntity<byte[]> problem(
      LedgerEntry entry, ErrorCode code, String detail, HttpHeaders headers) {
    Retry retry = Objects.requireNonNull(limit.retry(entry), "a problem can be helped or not");
    return answers.problem(
        Problem.recorded(code, detail, retry, entry.state(), entry.requestId()), headers);
  }

  /// To the GET: always 200, the request exists.
  ResponseEntity<byte[]> toGet(LedgerEntry entry) {
    RequestType type = entry.request().type();
    Retry retry = limit.retry(entry);
    ErrorCode code = entry.outcome() == null ? null : entry.outcome().code();
    return answers.ok(
        new AnswerBody.Recorded(
            entry.requestId(),
            type == null ? null : type.label(),
            entry.state(),
            entry.request().acceptedAt(),
            entry.request().deadline(),
            AnswerBody.result(entry).orElse(null),
            code == null ? null : code.code(),
            entry.outcome() instanceof Outcome.Refused refused ? refused.detail() : null,
            retry == null ? null : retry.label()));
  }

  private static URI location(LedgerEntry entry) {
    return URI.create(
        REQUESTS + UriUtils.encodePathSegment(entry.requestId(), StandardCharsets.US_ASCII));
  }
}
