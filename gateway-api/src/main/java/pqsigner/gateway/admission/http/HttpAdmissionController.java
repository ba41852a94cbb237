package pqsigner.gateway.admission.http;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import pqsigner.events.ErrorCode;
import pqsigner.gateway.admission.Admission;
import pqsigner.gateway.admission.AdmitRequest;
import pqsigner.gateway.admission.Asker;
import pqsigner.gateway.admission.CheckedCommand;
import pqsigner.gateway.admission.CommandFields;
import pqsigner.gateway.admission.CommandRules;
import pqsigner.gateway.admission.Field;
import pqsigner.gateway.admission.Refusal;
import pqsigner.gateway.admission.WellFormedRequest;
import pqsigner.gateway.custodian.Caller;
import pqsigner.gateway.http.HttpAnswers;
import pqsigner.gateway.http.JsonBodies;
import pqsigner.gateway.ledger.LedgerEntry;
import pqsigner.gateway.ledger.LedgerUnavailableException;
import pqsigner.gateway.ledger.RequestLedger;
import pqsigner.gateway.ledger.RequestState;
import pqsigner.gateway.waiting.PendingReplies;
import pqsigner.gateway.waiting.PendingReply;

/// `POST /v1/pq-signer`: one command in, its result out, or 202 when the wait ends first.
@RestController
final class HttpAdmissionController {

  private static final String IDEMPOTENCY_KEY = "Idempotency-Key";

  /// W3C Trace Context, version 00; anything else is as good as no header.
  private static final Pattern TRACEPARENT =
      Pattern.compile("00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

  private final AdmitRequest admitRequest;
  private final RequestLedger ledger;
  private final PendingReplies pending;
  private final IntSupplier replyPartition;
  private final HttpSettings limits;
  private final Throttle throttle;
  private final HttpAnswers answers;
  private final EntryAnswers entries;
  private final JsonBodies bodies;
  private final int bodyBytesMax;
  private final HttpCommandReader commands;

  HttpAdmissionController(
      AdmitRequest admitRequest, RequestLedger ledger, Waiting waiting, Edge edge) {
    HttpSettings limits = edge.limits();
    this.admitRequest = admitRequest;
    this.ledger = ledger;
    this.pending = waiting.replies();
    this.replyPartition = waiting.ownedPartition();
    this.limits = limits;
    this.throttle = edge.throttle();
    this.answers = edge.answers();
    this.entries = edge.entries();
    this.bodies = edge.bodies();
    this.bodyBytesMax = Math.toIntExact(limits.bodyBytesMax().toBytes());
    this.commands = new HttpCommandReader(bodyBytesMax);
  }

  /// Where replies to this instance's callers arrive.
  ///
  /// @param ownedPartition a partition of the replies topic that this instance reads, or -1
  record Waiting(PendingReplies replies, IntSupplier ownedPartition) {}

  /// What the edge is bounded by, reads with and answers with.
  record Edge(
      HttpSettings limits,
      Throttle throttle,
      JsonBodies bodies,
      HttpAnswers answers,
      EntryAnswers entries) {}

  @PostMapping("/v1/pq-signer")
  ResponseEntity<byte[]> post(Caller.Custodian custodian, HttpServletRequest request)
      throws IOException, InterruptedException {
    return bodies.read(
        request,
        custodian,
        bodyBytesMax,
        body -> command(custodian.name(), commands.read(body), request));
  }

  private ResponseEntity<byte[]> command(
      String custodian, Reading reading, HttpServletRequest request) throws InterruptedException {
    return switch (withIdempotencyKey(reading, request)) {
      case Reading.Unreadable(Refusal refusal, CommandFields soFar) ->
          refused(refusal, addressee(soFar));
      case Reading.Read(CommandFields fields) ->
          switch (admitRequest.check(fields)) {
            case CheckedCommand.Malformed(Refusal refusal, String requestId) ->
                refused(refusal, requestId);
            case CheckedCommand.WellFormed(WellFormedRequest wellFormed) -> {
              request.setAttribute(HttpAnswers.REQUEST_ID, wellFormed.requestId());
              try (var _ = MDC.putCloseable("request_id", wellFormed.requestId())) {
                yield enter(custodian, wellFormed, request);
              }
            }
          };
    };
  }

  private ResponseEntity<byte[]> enter(
      String custodian, WellFormedRequest wellFormed, HttpServletRequest request)
      throws InterruptedException {
    String id = wellFormed.requestId();
    return switch (throttle.enter(custodian, id, () -> needsNoPlace(custodian, id))) {
      case Throttle.Entrance.Closed(HttpAnswers.TooEarly tooEarly) -> answers.problem(tooEarly, id);
      case Throttle.Entrance.Open(Runnable leave) ->
          admitAndWait(custodian, wellFormed, request, leave);
    };
  }

  /// One that failed is put back to work, and waits for a place as a new one does.
  private boolean needsNoPlace(String custodian, String requestId) {
    return lookUp(custodian, requestId)
        .filter(entry -> entry.state() != RequestState.FAILED)
        .isPresent();
  }

  private ResponseEntity<byte[]> admitAndWait(
      String custodian,
      WellFormedRequest wellFormed,
      HttpServletRequest request,
      Runnable notInFlight)
      throws InterruptedException {
    Preference preference =
        Preference.of(
            Collections.list(request.getHeaders("Prefer")), limits.waitDefault(), limits.waitMax());
    Asker asker = Asker.caller(custodian, replyPartition.getAsInt(), traceparent(request));
    if (preference.patience().isZero()) {
      return answer(admit(asker, wellFormed, notInFlight), wellFormed, preference);
    }
    Optional<PendingReply> place = pending.register(custodian, wellFormed.requestId());
    try {
      long start = System.nanoTime();
      Admission admission = admit(asker, wellFormed, notInFlight);
      if (!(admission instanceof Admission.Accepted(LedgerEntry accepted, _)) || place.isEmpty()) {
        return answer(admission, wellFormed, preference);
      }
      Duration left = preference.patience().minusNanos(System.nanoTime() - start);
      LedgerEntry latest =
          place
              .get()
              .await(left)
              .or(() -> lookUp(custodian, wellFormed.requestId()))
              .orElse(accepted);
      return entries.toPost(latest, preference);
    } finally {
      place.ifPresent(PendingReply::close);
    }
  }

  /// A request whose fate is unknown, because the ledger did not answer, keeps its place until it
  /// is looked up.
  private Admission admit(Asker asker, WellFormedRequest request, Runnable notInFlight) {
    Admission admission = admitRequest.admit(asker, request);
    if (!(admission instanceof Admission.Accepted)) {
      notInFlight.run();
    }
    return admission;
  }

  /// The one look at the end of the wait. Without it the request is still accepted.
  private Optional<LedgerEntry> lookUp(String custodian, String requestId) {
    try {
      return ledger.find(custodian, requestId);
    } catch (LedgerUnavailableException _) {
      return Optional.empty();
    }
  }

  private ResponseEntity<byte[]> answer(
      Admission admission, WellFormedRequest request, Preference preference) {
    return switch (admission) {
      case Admission.Accepted(LedgerEntry entry, _) -> entries.toPost(entry, preference);
      case Admission.Finished(LedgerEntry entry) -> entries.toPost(entry, preference);
      case Admission.Failed(LedgerEntry entry) -> entries.toPost(entry, preference);
      case Admission.Conflict() ->
          refused(
              new Refusal(
                  ErrorCode.REQUEST_ID_CONFLICT, "use a new request_id for another request"),
              request.requestId());
      case Admission.Refused(Refusal refusal, _) -> refused(refusal, request.requestId());
    };
  }

  private ResponseEntity<byte[]> refused(Refusal refusal, @Nullable String requestId) {
    return answers.problem(refusal.code(), refusal.detail(), requestId);
  }

  /// The header is another place for `request_id`, taken as it is; if both are there they agree.
  private static Reading withIdempotencyKey(Reading reading, HttpServletRequest request) {
    List<String> keys = Collections.list(request.getHeaders(IDEMPOTENCY_KEY));
    if (keys.isEmpty()) {
      return reading;
    }
    Field<String> key = Field.of(keys.getFirst());
    return switch (reading) {
      case Reading.Unreadable(Refusal refusal, CommandFields soFar) ->
          new Reading.Unreadable(
              refusal, soFar.requestId().isAbsent() ? soFar.withRequestId(key) : soFar);
      case Reading.Read(CommandFields fields) when keys.size() > 1 ->
          malformed("one Idempotency-Key header at most", fields);
      case Reading.Read(CommandFields fields) when fields.requestId().isAbsent() ->
          new Reading.Read(fields.withRequestId(key));
      case Reading.Read(CommandFields fields) ->
          fields.requestId().equals(key)
              ? reading
              : malformed("request_id and Idempotency-Key do not agree", fields);
    };
  }

  private static Reading malformed(String detail, CommandFields fields) {
    return new Reading.Unreadable(new Refusal(ErrorCode.MALFORMED_REQUEST, detail), fields);
  }

  private static @Nullable String addressee(CommandFields fields) {
    return fields.requestId().given().filter(CommandRules::isRequestId).orElse(null);
  }

  private static @Nullable String traceparent(HttpServletRequest request) {
    String header = request.getHeader("traceparent");
    return header != null && TRACEPARENT.matcher(header).matches() ? header : null;
  }
}
