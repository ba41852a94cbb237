package pqsigner.gateway.http;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.coyote.ActionCode;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import pqsigner.events.ErrorCode;

/// Writes problems for what fails before or outside our handlers, in the place of Tomcat's HTML.
final class TomcatProblemValve extends ErrorReportValve {

  private final HttpAnswers answers;

  TomcatProblemValve(HttpAnswers answers) {
    this.answers = answers;
  }

  @Override
  protected void report(Request request, Response response, @Nullable Throwable throwable) {
    int status = response.getStatus();
    if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
      return;
    }
    AtomicBoolean writable = new AtomicBoolean();
    response.getCoyoteResponse().action(ActionCode.IS_IO_ALLOWED, writable);
    if (!writable.get()) {
      return;
    }
    ErrorCode code = HttpStatuses.codeOf(status);
    ResponseEntity<byte[]> answer = answers.problem(code, HttpStatuses.detailOf(code), null);
    byte[] body = answer.getBody();
    if (body == null) {
      return;
    }
    try {
      response.setContentType(Problem.MEDIA_TYPE);
      response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
      response.getOutputStream().write(body);
      response.finishResponse();
    } catch (IOException | IllegalStateException _) {
      // The connection is gone, or an answer has begun: there is nobody to tell.
      container.getLogger().debug("problem not delivered");
    }
  }
}
