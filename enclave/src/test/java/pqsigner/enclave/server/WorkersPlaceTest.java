package pqsigner.enclave.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pqsigner.protocol.Answer;
import pqsigner.protocol.Frame;
import pqsigner.protocol.Refusal;
import pqsigner.protocol.Request;
import pqsigner.protocol.transport.Connection;
import pqsigner.protocol.transport.EndpointAddress;
import pqsigner.protocol.transport.Transport;

/// Any process of the host may take a place at the enclave and talk; the worker still gets one, and
/// keeps it.
@Timeout(60)
class WorkersPlaceTest {
  private static final int PLACES = 8;

  private final List<Connection> connections = new ArrayList<>();
  private final BlockingQueue<Runnable> verdicts = new LinkedBlockingQueue<>();
  private volatile boolean kmsIsSlow;
  private FrameServer server;

  @BeforeEach
  void start() throws IOException {
    server =
        FrameServer.startWith(
            Transport.listen(new EndpointAddress.Tcp("127.0.0.1", 0)),
            (id, request, responder) -> {
              if (request instanceof Request.Credentials offered) {
                verdicts.add(() -> responder.answer(id, verdict(offered)));
                if (!kmsIsSlow) {
                  verdicts.remove().run();
                }
              } else {
                responder.refuse(id, Refusal.NOT_READY);
              }
            },
            new FrameServer.Bounds(PLACES, 64, Duration.ofMinutes(1), Duration.ofMinutes(10)));
  }

  @AfterEach
  void close() throws IOException {
    for (Connection connection : connections) {
      connection.close();
    }
    server.close();
  }

  /// A peer whose first frame has been answered.
  private Connection peer(Request first) throws IOException {
    Connection connection = Transport.connect(server.address(), Duration.ofSeconds(5));
    connections.add(connection);
    assertThat(isAnswered(connection, first)).isTrue();
    return connection;
  }

  private static boolean isAnswered(Connection connection, Request request) {
    try {
      connection.output().write(Frame.of(1, request).encode());
      return Frame.read(connection.input()) != null;
    } catch (IOException e) {
      return false;
    }
  }

  private static Answer verdict(Request.Credentials offered) {
    return offered.accessKeyId().length > 1
        ? new Answer.Refused(Refusal.CREDENTIALS_REFUSED)
        : new Answer.Accepted();
  }

  private static Request.Credentials credentials() {
    return new Request.Credentials(new byte[1], new byte[1], new byte[1], 0);
  }

  @Test
  void peersThatOnlyTalkKeepTheWorkerOutNeitherNowNorLater() throws IOException {
    for (int i = 0; i < PLACES; i++) {
      peer(new Request.Status());
    }

    Connection worker = peer(credentials());
    for (int i = 0; i < 3 * PLACES; i++) {
      peer(new Request.Status());
    }

    assertThat(isAnswered(worker, new Request.Status())).isTrue();
    assertThat(server.usage().used()).isLessThanOrEqualTo(PLACES);
  }

  /// The KMS takes its time, and meanwhile others connect by the dozen.
  @Test
  void noneThatOnlyTalksTakesThePlaceOfOneWhoseCredentialsAreBeingTried() throws Exception {
    kmsIsSlow = true;
    Connection worker = Transport.connect(server.address(), Duration.ofSeconds(5));
    connections.add(worker);
    worker.output().write(Frame.of(1, credentials()).encode());
    Runnable verdict = verdicts.take();

    for (int i = 0; i < 3 * PLACES; i++) {
      peer(new Request.Status());
    }
    verdict.run();

    assertThat(Frame.read(worker.input())).isNotNull();
    assertThat(isAnswered(worker, new Request.Status())).isTrue();
  }

  @Test
  void credentialsThatAreRefusedKeepNoPlace() throws IOException {
    Connection pretender = peer(new Request.Credentials(new byte[2], new byte[1], new byte[1], 0));

    for (int i = 0; i < PLACES; i++) {
      peer(new Request.Status());
    }

    assertThat(isAnswered(pretender, new Request.Status())).isFalse();
  }

  @Test
  void workersDoNotPushEachOtherOut() throws IOException {
    List<Connection> workers = new ArrayList<>();
    for (int i = 0; i < PLACES; i++) {
      workers.add(peer(credentials()));
    }
    Connection oneMore = Transport.connect(server.address(), Duration.ofSeconds(5));
    connections.add(oneMore);

    assertThat(isAnswered(oneMore, credentials())).isFalse();
    assertThat(workers).allMatch(worker -> isAnswered(worker, new Request.Status()));
  }
}
