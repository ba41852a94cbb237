package pqsigner.gateway.admission.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Optional;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import pqsigner.events.ErrorCode;
import pqsigner.gateway.admission.CommandRules;
import pqsigner.gateway.custodian.Caller;
import pqsigner.gateway.http.HttpAnswers;
import pqsigner.gateway.keys.KeyRegistry;
import pqsigner.gateway.keys.RegisteredKey;
import pqsigner.gateway.ledger.RequestKey;
import pqsigner.gateway.ledger.RequestLedger;

/// A custodian looks up its own requests and keys. Another's are as unknown as none.
@RestController
final class HttpLookupController {

  private final RequestLedger ledger;
  private final KeyRegistry keys;
  private final HttpAnswers answers;
  private final EntryAnswers entries;

  HttpLookupController(
      RequestLedger ledger, KeyRegistry keys, HttpAnswers answers, EntryAnswers entries) {
    this.ledger = ledger;
    this.keys = keys;
    this.answers = answers;
    this.entries = entries;
  }

  @GetMapping("/v1/pq-signer/requests/{request_id}")
  ResponseEntity<byte[]> request(Caller.Custodian custodian, HttpServletRequest request) {
    Optional<String> requestId =
        StrictUtf8.lastSegment(request.getRequestURI()).filter(CommandRules::isRequestId);
    if (requestId.isEmpty()) {
      return answers.problem(
          ErrorCode.MALFORMED_REQUEST,
          "request_id must be 1 to 128 visible ASCII characters",
          null);
    }
    return ledger
        .find(new RequestKey(custodian.name(), requestId.get()))
        .map(entries::toGet)
        .orElseGet(
            () ->
                answers.problem(
                    ErrorCode.UNKNOWN_REQUEST,
                    "never accepted, or no longer retained",
                    requestId.get()));
  }

  @GetMapping("/v1/pq-signer/keys/{user_id}")
  ResponseEntity<byte[]> keys(Caller.Custodian custodian, HttpServletRequest request) {
    Optional<String> userId =
        StrictUtf8.lastSegment(request.getRequestURI()).filter(CommandRules::isUserId);
    if (userId.isEmpty()) {
      return answers.problem(
          ErrorCode.INVALID_USER_ID, "user_id must be 1 to 256 bytes of UTF-8", null);
    }
    List<RegisteredKey> versions = keys.versions(custodian.name(), userId.get());
    return versions.isEmpty()
        ? answers.problem(ErrorCode.UNKNOWN_USER, "no key for this user_id", null)
        : answers.ok(AnswerBody.keys(userId.get(), versions));
  }
}
