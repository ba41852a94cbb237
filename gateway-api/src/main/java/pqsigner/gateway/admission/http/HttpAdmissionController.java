package pqsigner.gateway.admission.http;

import static pqsigner.gateway.admission.CommandField.REQUEST_ID;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import pqsigner.events.ErrorCode;
import pqsigner.events.Priority;
import pqsigner.gateway.admission.Admission;
import pqsigner.gateway.admission.AdmitRequest;
import pqsigner.gateway.admission.CheckedCommand;
import pqsigner.gateway.admission.CommandFields;
import pqsigner.gateway.admission.CommandFields.Value;
import pqsigner.gateway.admission.Refusal;
import pqsigner.gateway.admission.Requester;
import pqsigner.gateway.custodian.Caller;
import pqsigner.gateway.http.HttpAnswers;
import pqsigner.gateway.http.JsonBodies;
import pqsigner.gateway.ledger.LedgerEntry;
import pqsigner.gateway.ledger.Request;
import pqsigner.gateway.ledger.RequestState;
import pqsigner.gateway.log.LogContext;
import pqsigner.gateway.waiting.AdmitAndWait;
import pqsigner.gateway.waiting.ReplyAddress;

/// `POST /v1/pq-signer`: one command in, its result out, or 202 when the wait ends first.
@RestController
final class HttpAdmissionController {

  private static final String IDEMPOTENCY_KEY = "Idempotency-Key";

  private final AdmitRequest admitRequest;
  private final AdmitAndWait admitAndWait;
  private final ReplyAddress replyAddress;
  private final HttpSettings limits;
  private final Throttle throttle;
  private final JsonBodies bodies;
  private final HttpAnswers answers;
  private final EntryAnswers entries;
  private final int bodyBytesMax;
  private final HttpCommandReader commands;

  HttpAdmissionController(
      AdmitRequest admitRequest,
      AdmitAndWait admitAndWait,
      ReplyAddress replyAddress,
      HttpSettings limits,
      Throttle throttle,
      JsonBodies bodies,
      HttpAnswers answers,
      EntryAnswers entries) {
    this.admitRequest = admitRequest;
    this.admitAndWait = admitAndWait;
    this.replyAddress = replyAddress;
    this.limits = limits;
    this.throttle = throttle;
    this.bodies = bodies;
    this.answers = answers;
    this.entries = entries;
    this.bodyBytesMax = Math.toIntExact(limits.bodyBytesMax().toBytes());
    this.commands = new HttpCommandReader(bodyBytesMax);
  }

  @PostMapping("/v1/pq-signer")
  ResponseEntity<byte[]> post(Caller.Custodian custodian, HttpServletRequest http)
      throws IOException, InterruptedException {
    return bodies.read(
        http,
        custodian,
        bodyBytesMax,
        body -> command(custodian.name(), commands.read(body), http));
  }

  private ResponseEntity<byte[]> command(
      String custodian, CommandFields fields, HttpServletRequest http) throws InterruptedException {
    Requester requester =
        Requester.overHttp(
            custodian,
            replyAddress.ownedPartition(Priority.INTERACTIVE),
            http.getHeader("traceparent"));
    switch (admitRequest.check(requester, withIdempotencyKey(fields, http))) {
      case CheckedCommand.Malformed(Refusal refusal, String requestId) -> {
        return refused(refusal, requestId);
      }
      case CheckedCommand.WellFormed(Request request) -> {
        http.setAttribute(HttpAnswers.REQUEST_ID, request.requestId());
        try (var _ = MDC.putCloseable(LogContext.REQUEST_ID, request.requestId())) {
          return enter(requester, request, http);
        }
      }
    }
  }

  private ResponseEntity<byte[]> enter(
      Requester requester, Request request, HttpServletRequest http) throws InterruptedException {
    return switch (throttle.enter(request.key(), () -> needsNoPlace(request))) {
      case Throttle.Entrance.Closed(HttpAnswers.TooEarly tooEarly) ->
          answers.problem(tooEarly, request.requestId());
      case Throttle.Entrance.Open(Runnable leave) -> {
        Preference preference =
            Preference.of(
                Collections.list(http.getHeaders("Prefer")),
                limits.waitDefault(),
                limits.waitMax());
        yield answer(
            admitAndWait.admit(requester, request, preference.patience(), leave),
            request,
            preference);
      }
    };
  }

  /// One that failed is put back to work, and waits for a place as a new one does.
  private boolean needsNoPlace(Request request) {
    return admitAndWait
        .lookUp(request.key())
        .filter(entry -> entry.state() != RequestState.FAILED)
        .isPresent();
  }

  private ResponseEntity<byte[]> answer(
      Admission admission, Request request, Preference preference) {
    return switch (admission) {
      case Admission.Accepted(LedgerEntry entry, _) -> entries.toPost(entry, preference);
      case Admission.Finished(LedgerEntry entry) -> entries.toPost(entry, preference);
      case Admission.Failed(LedgerEntry entry) -> entries.toPost(entry, preference);
      case Admission.Conflict() ->
          refused(
              new Refusal(
                  ErrorCode.REQUEST_ID_CONFLICT, "use a new request_id for another request"),
              request.requestId());
      case Admission.Refused(Refusal refusal) -> refused(refusal, request.requestId());
    };
  }

  private ResponseEntity<byte[]> refused(Refusal refusal, @Nullable String requestId) {
    return answers.problem(refusal.code(), refusal.detail(), requestId);
  }

  /// The header is another place for `request_id`, taken as it is; if both are there they agree.
  private static CommandFields withIdempotencyKey(CommandFields fields, HttpServletRequest http) {
    List<String> keys = Collections.list(http.getHeaders(IDEMPOTENCY_KEY));
    if (keys.isEmpty()) {
      return fields;
    }
    if (keys.size() > 1) {
      return malformed(fields, "one Idempotency-Key header at most");
    }
    Value key = new Value.Text(keys.getFirst());
    Value given = fields.value(REQUEST_ID);
    if (given == null) {
      return fields.with(REQUEST_ID, key);
    }
    return given.equals(key)
        ? fields
        : malformed(fields, "request_id and Idempotency-Key do not agree");
  }

  private static CommandFields malformed(CommandFields fields, String detail) {
    return fields.broken(new Refusal(ErrorCode.MALFORMED_REQUEST, detail));
  }
}
