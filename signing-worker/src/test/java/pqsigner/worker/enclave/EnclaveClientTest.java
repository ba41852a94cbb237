package pqsigner.worker.enclave;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.protocol.Answer;
import pqsigner.protocol.Phase;
import pqsigner.protocol.Refusal;
import pqsigner.protocol.Request;
import pqsigner.protocol.transport.EndpointAddress;
import pqsigner.protocol.transport.Transport;
import pqsigner.worker.exchange.BatchDeadline;
import pqsigner.worker.exchange.Exchange;
import pqsigner.worker.exchange.Exchange.Ending;
import pqsigner.worker.testing.Await;

@Timeout(30)
class EnclaveClientTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(80);

  @TempDir Path directory;

  private final ScheduledThreadPoolExecutor watchdog = new ScheduledThreadPoolExecutor(1);
  private final List<Answer> late = new CopyOnWriteArrayList<>();
  private final EnclaveClient client = new EnclaveClient(Duration.ofSeconds(5));
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void end() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
    watchdog.shutdownNow();
  }

  private ScriptedEnclave enclave(String kind) throws IOException {
    ScriptedEnclave enclave =
        kind.equals("unix")
            ? ScriptedEnclave.listen(new EndpointAddress.Unix(directory.resolve("enclave.sock")))
            : ScriptedEnclave.onLoopback();
    open.add(enclave);
    return enclave.phase(Phase.SERVING);
  }

  private EnclaveConnection connect(ScriptedEnclave enclave, int inFlightMax) throws IOException {
    return connect(enclave, inFlightMax, LONG);
  }

  private EnclaveConnection connect(ScriptedEnclave enclave, int inFlightMax, Duration writeTimeout)
      throws IOException {
    EnclaveConnection connection =
        new EnclaveConnection(
                Transport.connect(enclave.address(), LONG),
                new EnclaveConnection.Bounds(inFlightMax, writeTimeout),
                client::nextId,
                watchdog,
                late::add)
            .start();
    open.add(connection);
    client.serve(connection);
    return connection;
  }

  private Exchange exchange(Map<Long, Request.Job> frames, Duration allowed) {
    return client.exchange(frames, BatchDeadline.in(allowed));
  }

  private static byte[] signature(Exchange exchange, long id) {
    return exchange.answers().get(id) instanceof Answer.Signed(var signature, var _)
        ? signature
        : new byte[0];
  }

  @ParameterizedTest
  @ValueSource(strings = {"unix", "tcp"})
  void everyItemOfAFrameGetsItsOwnAnswer(String kind) throws IOException {
    ScriptedEnclave enclave = enclave(kind);
    connect(enclave, 10);

    Exchange exchange = exchange(Jobs.signTogether(100, "a", "b", "c"), LONG);

    assertThat(exchange.ending()).isEqualTo(Ending.COMPLETE);
    assertThat(signature(exchange, 100)).isEqualTo(ScriptedEnclave.signature("a"));
    assertThat(signature(exchange, 101)).isEqualTo(ScriptedEnclave.signature("b"));
    assertThat(signature(exchange, 102)).isEqualTo(ScriptedEnclave.signature("c"));
    assertThat(enclave.signFrames()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"unix", "tcp"})
  void threeTimeOutWhileTheFourthGetsItsOwnAnswer(String kind) throws IOException {
    ScriptedEnclave enclave = enclave(kind);
    enclave.script(
        (link, asked) -> {
          if (asked.text().equals("d")) {
            link.sign(asked);
          }
        });
    connect(enclave, 10);

    Exchange exchange = exchange(Jobs.signTogether(100, "a", "b", "c", "d"), SHORT);

    assertThat(exchange.ending()).isEqualTo(Ending.DEADLINE);
    assertThat(exchange.answers()).containsOnlyKeys(103L);
    assertThat(signature(exchange, 103)).isEqualTo(ScriptedEnclave.signature("d"));
  }

  @Test
  void answersMayComeInAnyOrder() throws IOException {
    ScriptedEnclave enclave = enclave("tcp");
    List<ScriptedEnclave.Asked> held = new ArrayList<>();
    enclave.script(
        (link, asked) -> {
          held.add(asked);
          if (held.size() == 3) {
            for (ScriptedEnclave.Asked each : held.reversed()) {
              link.sign(each);
            }
          }
        });
    connect(enclave, 10);

    Exchange exchange = exchange(Jobs.signTogether(100, "a", "b", "c"), LONG);

    assertThat(signature(exchange, 100)).isEqualTo(ScriptedEnclave.signature("a"));
    assertThat(signature(exchange, 102)).isEqualTo(ScriptedEnclave.signature("c"));
  }

  @Test
  void manyThreadsShareTheConnectionAndNoAnswerGoesAstray() throws Exception {
    connect(enclave("unix"), 200);
    int threads = 6;
    int rounds = 60;
    CountDownLatch done = new CountDownLatch(threads);
    List<String> wrong = new CopyOnWriteArrayList<>();
    for (int t = 0; t < threads; t++) {
      String name = "thread-" + t;
      long first = 1000L * (t + 1);
      Thread.ofPlatform()
          .start(
              () -> {
                for (int round = 0; round < rounds; round++) {
                  String text = name + "/" + round;
                  long id = first + 2L * round;
                  Exchange exchange = exchange(Jobs.signTogether(id, text + "a", text + "b"), LONG);
                  if (exchange.ending() != Ending.COMPLETE
                      || !Arrays.equals(
                          signature(exchange, id + 1), ScriptedEnclave.signature(text + "b"))) {
                    wrong.add(text);
                  }
                }
                done.countDown();
              });
    }
    assertThat(done.await(25, TimeUnit.SECONDS)).isTrue();
    assertThat(wrong).isEmpty();
    assertThat(client.inFlight()).isZero();
  }

  @Test
  void aLateAnswerIsDroppedAndCountedAndTheConnectionGoesOn() throws Exception {
    ScriptedEnclave enclave = enclave("tcp");
    CountDownLatch deadlinePassed = new CountDownLatch(1);
    enclave.script(
        (link, asked) -> {
          if (asked.text().equals("slow")) {
            Thread.ofPlatform()
                .start(
                    () -> {
                      try {
                        deadlinePassed.await();
                        link.sign(asked);
                      } catch (IOException | InterruptedException e) {
                        throw new IllegalStateException(e);
                      }
                    });
          } else {
            link.sign(asked);
          }
        });
    EnclaveConnection connection = connect(enclave, 10);

    Exchange first = exchange(Jobs.signTogether(100, "slow", "quick"), SHORT);
    deadlinePassed.countDown();
    Await.until("the late answer", () -> late.size() == 1);
    Exchange second = exchange(Jobs.signTogether(200, "next"), LONG);

    assertThat(first.answers()).containsOnlyKeys(101L);
    assertThat(signature(second, 200)).isEqualTo(ScriptedEnclave.signature("next"));
    assertThat(connection.isOpen()).isTrue();
  }

  @Test
  void anAnswerToAQuestionThatNobodyAskedEndsTheConnection() throws Exception {
    ScriptedEnclave enclave = enclave("tcp");
    enclave.script((link, asked) -> link.answer(asked.id() + 1000, signed()));
    EnclaveConnection connection = connect(enclave, 10);

    Exchange exchange = exchange(Jobs.signTogether(100, "a"), LONG);

    assertThat(exchange.ending()).isEqualTo(Ending.LOST);
    assertThat(exchange.answers()).isEmpty();
    assertThat(connection.lost().get(5, TimeUnit.SECONDS)).hasMessageContaining("read failed");
  }

  @Test
  void aSecondAnswerToOneQuestionEndsTheConnection() throws Exception {
    ScriptedEnclave enclave = enclave("tcp");
    enclave.script(
        (link, asked) -> {
          link.sign(asked);
          link.sign(asked);
        });
    EnclaveConnection connection = connect(enclave, 10);

    exchange(Jobs.signTogether(100, "a"), LONG);

    assertThat(connection.lost().get(5, TimeUnit.SECONDS)).isNotNull();
  }

  @Test
  void anAnswerOfTheWrongTypeEndsTheConnection() throws Exception {
    ScriptedEnclave enclave = enclave("tcp");
    enclave.script((link, asked) -> link.answer(asked.id(), new Answer.Accepted()));
    EnclaveConnection connection = connect(enclave, 10);

    Exchange exchange = exchange(Jobs.signTogether(100, "a"), LONG);

    assertThat(exchange.ending()).isEqualTo(Ending.LOST);
    assertThat(connection.isOpen()).isFalse();
  }

  @Test
  void garbageEndsTheConnectionAndLosesWhatIsInFlight() throws IOException {
    ScriptedEnclave enclave = enclave("unix");
    enclave.script((link, _) -> link.raw(new byte[] {0x7f, 0x7f, 0x7f, 0x7f, 1, 2, 3}));
    connect(enclave, 10);

    assertThat(exchange(Jobs.signTogether(100, "a", "b"), LONG).ending()).isEqualTo(Ending.LOST);
    assertThat(exchange(Jobs.signTogether(100, "a"), LONG).ending()).isEqualTo(Ending.UNREACHABLE);
  }

  @Test
  void aBrokenConnectionEndsTheWaitAtOnceAndKeepsWhatWasAnswered() throws IOException {
    ScriptedEnclave enclave = enclave("tcp");
    enclave.script(
        (link, asked) -> {
          if (asked.text().equals("a")) {
            link.sign(asked);
          } else {
            link.drop();
          }
        });
    connect(enclave, 10);

    Exchange exchange = exchange(Jobs.signTogether(100, "a", "b"), LONG);

    assertThat(exchange.ending()).isEqualTo(Ending.LOST);
    assertThat(exchange.answers().keySet()).isSubsetOf(100L);
  }

  @Test
  void anEnclaveThatHangsIsLostAndNotSlow() throws IOException {
    ScriptedEnclave enclave = enclave("unix");
    EnclaveClient impatient = new EnclaveClient(Duration.ofMillis(50));
    impatient.serve(connect(enclave, 10));
    enclave.freeze();

    Exchange exchange =
        impatient.exchange(Jobs.signTogether(100, "a", "b"), BatchDeadline.in(SHORT));

    assertThat(exchange.ending()).isEqualTo(Ending.LOST);
  }

  @Test
  void aLivingEnclaveThatAnswersNoJobAtAllIsCalledSilent() throws IOException {
    ScriptedEnclave enclave = enclave("tcp").script((_, _) -> {});
    connect(enclave, 10);

    assertThat(exchange(Jobs.signTogether(100, "a", "b"), SHORT).ending()).isEqualTo(Ending.SILENT);
    assertThat(exchange(Jobs.signTogether(100, "a"), SHORT).ending()).isEqualTo(Ending.DEADLINE);
  }

  @Test
  void aPeerThatDoesNotReadCannotHoldUpAWriterForEver() throws IOException {
    ScriptedEnclave enclave = enclave("unix");
    enclave.freeze();
    EnclaveClient impatient = new EnclaveClient(Duration.ofMillis(50));
    impatient.serve(connect(enclave, 1000, SHORT));
    Map<Long, Request.Job> big = new HashMap<>();
    byte[] message = new byte[60_000];
    for (long id = 100; id < 200; id++) {
      big.put(
          id, new Request.Sign(Jobs.key(Jobs.identity("user")), List.of(Jobs.item(id, message))));
    }

    Exchange exchange = impatient.exchange(big, BatchDeadline.in(SHORT));

    assertThat(exchange.ending()).isEqualTo(Ending.LOST);
  }

  @Test
  void refusalsAreAnswersToo() throws IOException {
    ScriptedEnclave enclave = enclave("tcp");
    enclave.script(
        (link, asked) -> link.answer(asked.id(), new Answer.Refused(Refusal.KMS_DENIED)));
    connect(enclave, 10);

    Exchange exchange = exchange(Jobs.signTogether(100, "a"), LONG);

    assertThat(exchange.answers()).isEqualTo(Map.of(100L, new Answer.Refused(Refusal.KMS_DENIED)));
  }

  @Test
  void questionsInFlightAreBounded() throws IOException {
    Unanswered unanswered = new Unanswered(2);
    Request question = new Request.Status();
    var _ = unanswered.add(1, question);
    var _ = unanswered.add(2, question);
    assertThatThrownBy(() -> unanswered.add(3, question)).isInstanceOf(EnclaveLostException.class);
  }

  @Test
  void questionsThatWereNeverAnsweredAreBoundedToo() throws IOException {
    Unanswered unanswered = new Unanswered(2);
    Request question = new Request.Status();
    for (long id = 1; id <= 2; id++) {
      var _ = unanswered.add(id, question);
      unanswered.abandon(List.of(id));
    }
    var _ = unanswered.add(3, question);
    assertThatThrownBy(() -> unanswered.abandon(List.of(3L)))
        .isInstanceOf(EnclaveLostException.class);
  }

  @Test
  void nothingIsWrittenAfterTheConnectionIsLost() throws Exception {
    ScriptedEnclave enclave = enclave("tcp");
    EnclaveConnection connection = connect(enclave, 10);
    connection.ask(new Request.Status(), LONG);
    enclave.dropConnections();
    connection.lost().get(5, TimeUnit.SECONDS);

    assertThatThrownBy(() -> connection.ask(new Request.Status(), LONG))
        .isInstanceOf(EnclaveLostException.class);
    assertThat(new HashMap<>(exchange(Jobs.signTogether(100, "a"), LONG).answers())).isEmpty();
  }

  private static Answer.Signed signed() {
    return new Answer.Signed(new byte[] {1}, 0);
  }
}
