package pqsigner.enclave.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.protocol.Answer;
import pqsigner.protocol.Frame;
import pqsigner.protocol.Refusal;
import pqsigner.protocol.Request;
import pqsigner.protocol.transport.Connection;
import pqsigner.protocol.transport.EndpointAddress;
import pqsigner.protocol.transport.Transport;

/// What is left of a frame with credentials once it has been handled.
@Timeout(60)
class CredentialFramesTest {
  private static final FrameServer.Bounds BOUNDS =
      new FrameServer.Bounds(1, 64, Duration.ofSeconds(10), Duration.ofMinutes(1));

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theyAreZeroedWhetherAcceptedOrNot(boolean accepted) throws Exception {
    AtomicReference<Request.Credentials> seen = new AtomicReference<>();
    RequestHandler handler =
        (id, request, reply) -> {
          if (request instanceof Request.Credentials credentials) {
            assertThat(credentials.secretAccessKey()).asString(UTF_8).isEqualTo("secret");
            seen.set(credentials);
          }
          reply.answer(
              id, accepted ? new Answer.Accepted() : new Answer.Refused(Refusal.NOT_READY));
        };
    try (FrameServer server =
            FrameServer.startWith(
                Transport.listen(new EndpointAddress.Tcp("127.0.0.1", 0)), handler, BOUNDS);
        Connection connection = Transport.connect(server.address(), Duration.ofSeconds(5))) {
      ask(connection, credentials());
      // Read by the same thread, after it was done with the other.
      ask(connection, new Request.Status());
    }
    Request.Credentials handled = Objects.requireNonNull(seen.get());
    assertThat(handled.accessKeyId()).containsOnly(0);
    assertThat(handled.secretAccessKey()).containsOnly(0);
    assertThat(handled.sessionToken()).containsOnly(0);
  }

  /// A frame behind them is in the same buffer, and may have come with them.
  @Test
  void theFrameBehindThemIsReadAllTheSame() throws Exception {
    RequestHandler handler = (id, _, reply) -> reply.answer(id, new Answer.Accepted());
    try (FrameServer server =
            FrameServer.startWith(
                Transport.listen(new EndpointAddress.Tcp("127.0.0.1", 0)), handler, BOUNDS);
        Connection connection = Transport.connect(server.address(), Duration.ofSeconds(5))) {
      byte[] first = Frame.of(1, credentials()).encode();
      byte[] second = Frame.of(2, new Request.Status()).encode();
      byte[] both = new byte[first.length + second.length];
      System.arraycopy(first, 0, both, 0, first.length);
      System.arraycopy(second, 0, both, first.length, second.length);
      connection.output().write(both);
      for (int id = 1; id <= 2; id++) {
        assertThat(Frame.read(connection.input()))
            .extracting(Frame::correlationId)
            .isEqualTo((long) id);
      }
    }
  }

  private static Request.Credentials credentials() {
    return new Request.Credentials(
        "id".getBytes(UTF_8), "secret".getBytes(UTF_8), "token".getBytes(UTF_8), 0);
  }

  private static void ask(Connection connection, Request request) throws Exception {
    connection.output().write(Frame.of(1, request).encode());
    assertThat(Frame.read(connection.input())).isNotNull();
  }
}
