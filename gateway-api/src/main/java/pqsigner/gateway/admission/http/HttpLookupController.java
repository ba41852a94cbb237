package pqsigner.gateway.admission.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import pqsigner.events.ErrorCode;
import pqsigner.gateway.admission.CommandRules;
import pqsigner.gateway.custodian.Caller;
import pqsigner.gateway.http.HttpAnswers;
import pqsigner.gateway.http.StrictUtf8;
import pqsigner.gateway.ledger.RequestKey;
import pqsigner.gateway.ledger.RequestLedger;

/// A custodian looks up its own requests. Another's are as unknown as none.
@RestController
final class HttpLookupController {

  private final RequestLedger ledger;
  private final HttpAnswers answers;
  private final EntryAnswers entries;

  HttpLookupController(RequestLedger ledger, HttpAnswers answers, EntryAnswers entries) {
    this.ledger = ledger;
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
}
