package pqsigner.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import pqsigner.gateway.testing.RunningGateway;

/// An operator's body is bounded as a custodian's is.
@ExtendWith(RunningGateway.Extension.class)
@Timeout(120)
final class OperatorBodyIT {

  private final RunningGateway gateway;

  OperatorBodyIT(RunningGateway gateway) {
    this.gateway = gateway;
  }

  @Test
  void anEndlessBodyIsCutOff() throws Exception {
    try (RawConnection raw = connect();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      raw.send(replay("Content-Length: 1000000"));
      Future<RawConnection.Answer> answer = threads.submit(raw::read);
      while (!answer.isDone()) {
        try {
          raw.send(" ");
          answer.get(20, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | IOException _) {
          // Keeps dripping, or the gateway has hung up: either way the answer decides.
        }
      }
      assertThat(answer.get().status()).isEqualTo(408);
      assertThat(answer.get().body()).contains("\"status\":408", "\"malformed_request\"");
    }
  }

  @Test
  void aBodyThatIsTooLargeOrEncodedIsRefusedUnread() throws Exception {
    assertThat(answer("Content-Length: 1048577")).isEqualTo(413);
    assertThat(answer("Content-Length: 2\r\nContent-Encoding: gzip")).isEqualTo(415);
    assertThat(answer("Content-Length: 2\r\nContent-Type: text/plain")).isEqualTo(415);
  }

  private int answer(String headers) throws IOException {
    try (RawConnection raw = connect()) {
      return raw.send(replay(headers + "\r\nExpect: 100-continue")).read().status();
    }
  }

  private RawConnection connect() throws IOException {
    return new RawConnection(gateway.tls("operator"), gateway.port());
  }

  private static String replay(String headers) {
    return "POST /v1/operator/jobs/replay HTTP/1.1\r\nHost: localhost\r\n"
        + "Content-Type: application/json\r\n"
        + headers
        + "\r\n\r\n";
  }
}
