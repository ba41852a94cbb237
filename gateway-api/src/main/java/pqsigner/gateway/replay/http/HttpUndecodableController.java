package pqsigner.gateway.replay.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import pqsigner.events.ErrorCode;
import pqsigner.gateway.custodian.Caller;
import pqsigner.gateway.http.HttpAnswers;
import pqsigner.gateway.queue.QueueUnavailableException;
import pqsigner.gateway.replay.kafka.UndecodableRecord;
import pqsigner.gateway.replay.kafka.UndecodableRecords;

/// `GET /v1/operator/undecodable` and `GET /v1/operator/undecodable/{topic}/{partition}/{offset}`:
/// records that were diverted and are no jobs.
@RestController
final class HttpUndecodableController {

  private static final int LISTED = 100;

  private final UndecodableRecords records;
  private final HttpAnswers answers;

  HttpUndecodableController(UndecodableRecords records, HttpAnswers answers) {
    this.records = records;
    this.answers = answers;
  }

  record Records(List<UndecodableRecord> records) {}

  @GetMapping("/v1/operator/undecodable")
  ResponseEntity<byte[]> list(Caller.Operator operator, HttpServletRequest request) {
    if (request.getQueryString() != null) {
      return answers.problem(ErrorCode.UNKNOWN_FIELD, "this list takes no parameters", null);
    }
    try {
      return answers.ok(new Records(records.list(LISTED)));
    } catch (QueueUnavailableException e) {
      return unavailable();
    }
  }

  @GetMapping("/v1/operator/undecodable/{topic}/{partition}/{offset}")
  ResponseEntity<byte[]> show(
      Caller.Operator operator,
      @PathVariable("topic") String topic,
      @PathVariable("partition") String partition,
      @PathVariable("offset") String offset) {
    if (!partition.matches("[0-9]{1,9}") || !offset.matches("[0-9]{1,18}")) {
      return unknown();
    }
    try {
      return records
          .find(topic, Integer.parseInt(partition), Long.parseLong(offset))
          .map(answers::ok)
          .orElseGet(this::unknown);
    } catch (QueueUnavailableException e) {
      return unavailable();
    }
  }

  private ResponseEntity<byte[]> unknown() {
    return answers.problem(
        ErrorCode.UNKNOWN_REQUEST, "no such record among the dead letters", null);
  }

  private ResponseEntity<byte[]> unavailable() {
    return answers.problem(
        ErrorCode.OVERLOADED, "the dead letters cannot be read at the moment", null);
  }
}
