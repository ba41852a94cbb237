package pqsigner.gateway.replay.http;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import pqsigner.events.ErrorCode;
import pqsigner.gateway.custodian.Caller;
import pqsigner.gateway.http.BrokenRequestException;
import pqsigner.gateway.http.HttpAnswers;
import pqsigner.gateway.http.JsonBodies;
import pqsigner.gateway.ledger.InvalidCursorException;
import pqsigner.gateway.ledger.RequestKey;
import pqsigner.gateway.replay.ReplayJobs;
import pqsigner.gateway.replay.ReplayRequest;
import pqsigner.gateway.replay.ReplaySettings;

/// `GET /v1/operator/jobs`, `GET /v1/operator/jobs/{custodian}/{request_id}`, `POST
/// /v1/operator/jobs/replay`.
@RestController
final class HttpReplayController {

  private static final int LISTED_DEFAULT = 100;

  private final ReplayJobs jobs;
  private final ReplaySettings settings;
  private final JsonBodies bodies;
  private final ReplayBodyReader fields;
  private final InstantSource clock;
  private final HttpAnswers answers;

  HttpReplayController(
      ReplayJobs jobs,
      ReplaySettings settings,
      InstantSource clock,
      JsonBodies bodies,
      HttpAnswers answers) {
    this.jobs = jobs;
    this.settings = settings;
    this.bodies = bodies;
    this.fields = new ReplayBodyReader(settings.jobsMax());
    this.clock = clock;
    this.answers = answers;
  }

  @GetMapping("/v1/operator/jobs")
  ResponseEntity<byte[]> list(Caller.Operator operator, HttpServletRequest request) {
    try {
      JobFields fields = query(request);
      return answers.ok(
          JobBody.jobs(jobs.list(fields.filter(), fields.cursor, fields.limitOr(LISTED_DEFAULT))));
    } catch (InvalidCursorException e) {
      return answers.problem(
          ErrorCode.MALFORMED_REQUEST, "cursor must be a next_cursor from this list", null);
    } catch (BrokenRequestException e) {
      return answers.problem(e.code(), e.detail(), null);
    }
  }

  @GetMapping("/v1/operator/jobs/{custodian}/{request_id}")
  ResponseEntity<byte[]> show(Caller.Operator operator, HttpServletRequest request) {
    try {
      String[] path = request.getRequestURI().split("/", -1);
      String custodian = JobFields.custodian(decoded(path[path.length - 2]));
      String requestId = JobFields.requestId(decoded(path[path.length - 1]));
      return jobs.show(new RequestKey(custodian, requestId))
          .map(entry -> answers.ok(JobBody.job(entry)))
          .orElseGet(
              () -> answers.problem(ErrorCode.UNKNOWN_REQUEST, "no such request", requestId));
    } catch (BrokenRequestException e) {
      return answers.problem(e.code(), e.detail(), null);
    }
  }

  @PostMapping("/v1/operator/jobs/replay")
  ResponseEntity<byte[]> replay(Caller.Operator operator, HttpServletRequest request)
      throws IOException, InterruptedException {
    return bodies.read(
        request, operator, ReplayBodyReader.BYTES_MAX, body -> replay(operator, body));
  }

  private ResponseEntity<byte[]> replay(Caller.Operator operator, byte[] body) {
    try {
      ReplayRequest asked = asked(operator.name(), fields.read(body));
      return answers.ok(JobBody.replayed(asked.execute(), jobs.replay(asked)));
    } catch (BrokenRequestException e) {
      return answers.problem(e.code(), e.detail(), null);
    }
  }

  private ReplayRequest asked(String operator, JobFields fields) throws BrokenRequestException {
    if (fields.extendDeadline != null && !fields.extendDeadline.isAfter(clock.instant())) {
      throw BrokenRequestException.malformed("extend_deadline must be in the future");
    }
    return new ReplayRequest(operator, selection(fields), fields.execute, fields.extendDeadline);
  }

  /// Ids name exactly what is meant, so filters beside them would only contradict them.
  private ReplayRequest.Selection selection(JobFields fields) throws BrokenRequestException {
    if (fields.requestIds == null) {
      return new ReplayRequest.Selection.Matching(
          fields.filter(), fields.limitOr(settings.jobsMax()));
    }
    if (fields.custodian == null) {
      throw BrokenRequestException.malformed("request_ids need a custodian");
    }
    if (fields.code != null || fields.since != null || fields.until != null) {
      throw BrokenRequestException.malformed("give request_ids or filters");
    }
    return new ReplayRequest.Selection.ByIds(fields.custodian, fields.requestIds);
  }

  private JobFields query(HttpServletRequest request) throws BrokenRequestException {
    JobFields fields = new JobFields(settings.jobsMax());
    for (Map.Entry<String, String[]> parameter : request.getParameterMap().entrySet()) {
      List<String> values = List.of(parameter.getValue());
      if (values.size() != 1) {
        throw BrokenRequestException.malformed("give each parameter once");
      }
      if (parameter.getKey().equals("limit")) {
        fields.limit(number(values.getFirst()));
      } else if (parameter.getKey().equals("cursor")) {
        fields.cursor = values.getFirst();
      } else if (parameter.getKey().equals("extend_deadline")) {
        throw new BrokenRequestException(
            ErrorCode.UNKNOWN_FIELD, "extend_deadline is a field of a replay");
      } else {
        fields.text(parameter.getKey(), values.getFirst());
      }
    }
    return fields;
  }

  private static long number(String text) throws BrokenRequestException {
    if (!text.matches("[0-9]{1,9}")) {
      throw BrokenRequestException.malformed("limit must be a whole number");
    }
    return Long.parseLong(text);
  }

  /// Taken raw, because an id may hold an escaped slash.
  private static String decoded(String segment) throws BrokenRequestException {
    try {
      return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw BrokenRequestException.malformed("the path is not percent-encoded");
    }
  }
}
