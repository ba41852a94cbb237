package pqsigner.gateway.admission.http;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.util.UriUtils;
import pqsigner.events.ErrorCode;
import pqsigner.gateway.http.HttpAnswers;
import pqsigner.gateway.ledger.LedgerEntry;
import pqsigner.gateway.ledger.Outcome;
import pqsigner.gateway.ledger.RequestType;

/// A ledger entry as an answer to whoever asked for it.
final class EntryAnswers {

  private static final String REQUESTS = "/v1/pq-signer/requests/";

  private final HttpAnswers answers;

  EntryAnswers(HttpAnswers answers) {
    this.answers = answers;
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
          answers.problem(code, detail == null ? code.title() : detail, entry.requestId(), headers);
      case Outcome.Expired _ ->
          answers.problem(
              ErrorCode.DEADLINE_EXCEEDED,
              ErrorCode.DEADLINE_EXCEEDED.title(),
              entry.requestId(),
              headers);
      case Outcome.Failed(ErrorCode code, _, _) -> {
        headers.setLocation(location(entry));
        yield answers.problem(
            code, "given up for now and kept for an operator", entry.requestId(), headers);
      }
      case null -> {
        headers.setLocation(location(entry));
        yield answers.accepted(new AnswerBody.Pending(entry.requestId(), entry.state()), headers);
      }
    };
  }

  /// To the GET: always 200, the request exists.
  ResponseEntity<byte[]> toGet(LedgerEntry entry) {
    RequestType type = entry.type();
    String code =
        switch (entry.outcome()) {
          case Outcome.Refused refused -> refused.code().code();
          case Outcome.Failed failed -> failed.code().code();
          case Outcome.Expired _ -> ErrorCode.DEADLINE_EXCEEDED.code();
          case Outcome.Signed _, Outcome.Generated _ -> null;
          case null -> null;
        };
    return answers.ok(
        new AnswerBody.Request(
            entry.requestId(),
            type == null ? null : type.label(),
            entry.state(),
            entry.acceptedAt(),
            entry.deadline(),
            AnswerBody.result(entry).orElse(null),
            code,
            entry.outcome() instanceof Outcome.Refused refused ? refused.detail() : null));
  }

  private static URI location(LedgerEntry entry) {
    return URI.create(
        REQUESTS + UriUtils.encodePathSegment(entry.requestId(), StandardCharsets.US_ASCII));
  }
}
