package pqsigner.gateway.http;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.coyote.ActionCode;
import org.apache.coyote.http11.Http11InputBuffer;
import org.apache.tomcat.util.http.MimeHeaders;
import org.apache.tomcat.util.res.StringManager;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;

/// Writes problems for what fails before or outside our handlers, in the place of Tomcat's HTML.
final class TomcatProblemValve extends ErrorReportValve {

  private static final String TOO_LARGE =
      StringManager.getManager(Http11InputBuffer.class)
          .getString("iib.requestheadertoolarge.error");

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
    ResponseEntity<byte[]> answer = answers.problem(precise(status, request, throwable));
    byte[] body = answer.getBody();
    if (body == null) {
      return;
    }
    try {
      response.setStatus(answer.getStatusCode().value());
      answer.getHeaders().forEach((name, values) -> response.setHeader(name, values.getFirst()));
      response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
      response.getOutputStream().write(body);
      response.finishResponse();
    } catch (IOException | IllegalStateException _) {
      // The connection is gone, or an answer has begun: there is nobody to tell.
      container.getLogger().debug("problem not delivered");
    }
  }

  /// Tomcat says 400 to a head that does not fit (RFC 9110 section 15.5.15, RFC 6585 section 5).
  /// Why is known by nothing but the message of the exception.
  private static int precise(int status, Request request, @Nullable Throwable cause) {
    String why = cause == null ? null : cause.getMessage();
    if (status != 400 || why == null || !(TOO_LARGE.equals(why) || why.equals(tooMany(request)))) {
      return status;
    }
    return request.getCoyoteRequest().getMimeHeaders().size() == 0 ? 414 : 431;
  }

  private static String tooMany(Request request) {
    return StringManager.getManager(MimeHeaders.class)
        .getString("headers.maxCountFail", request.getConnector().getProperty("maxHeaderCount"));
  }
}
