package pqsigner.enclave.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.enclave.Deadline;
import pqsigner.protocol.Answer;
import pqsigner.protocol.Frame;
import pqsigner.protocol.KeyIdentity;
import pqsigner.protocol.KeyRecord;
import pqsigner.protocol.Limits;
import pqsigner.protocol.Refusal;
import pqsigner.protocol.Request;
import pqsigner.protocol.transport.Connection;
import pqsigner.protocol.transport.EndpointAddress;
import pqsigner.protocol.transport.Transport;

@Timeout(60)
class FrameServerTest {
  private static final FrameServer.Bounds BOUNDS = bounds(4, 64, Duration.ofSeconds(10));
  private static final RequestHandler ACCEPT =
      (id, request, responder) -> responder.answer(id, new Answer.Accepted());

  @TempDir Path folder;

  private static FrameServer.Bounds bounds(int connections, int inFlight, Duration frame) {
    return new FrameServer.Bounds(connections, inFlight, frame, Duration.ofMinutes(10));
  }

  private EndpointAddress address(String kind) {
    return kind.equals("unix")
        ? new EndpointAddress.Unix(folder.resolve("frames.sock"))
        : new EndpointAddress.Tcp("127.0.0.1", 0);
  }

  private FrameServer start(RequestHandler handler, FrameServer.Bounds bounds) throws IOException {
    return FrameServer.startWith(Transport.listen(address("tcp")), handler, bounds);
  }

  private static Connection connect(FrameServer server) throws IOException {
    return Transport.connect(server.address(), Duration.ofSeconds(5));
  }

  private static void send(Connection connection, long id, Request request) throws IOException {
    connection.output().write(Frame.of(id, request).encode());
  }

  private static Request.Sign sign(long firstId, int count) {
    List<Request.SignItem> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      items.add(
          new Request.SignItem(firstId + i, Request.Mode.MESSAGE, new byte[1], new byte[0], 0));
    }
    return new Request.Sign(
        new KeyRecord(
            new KeyIdentity("c", "u", "ML-DSA-44", 1), new byte[1], new byte[1], new byte[60]),
        items);
  }

  /// True when the server ended the connection, or does so soon.
  private static boolean ended(Connection connection) {
    try {
      connection.readTimeout(Duration.ofSeconds(10));
      return connection.input().read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  private static boolean works(FrameServer server) throws IOException {
    try (Connection connection = connect(server)) {
      send(connection, 42, new Request.Status());
      Frame answer = Frame.read(connection.input());
      return answer != null && answer.correlationId() == 42;
    }
  }

  /// Every asker gets its own answer, whatever order they come in and whoever else asks.
  @ParameterizedTest
  @ValueSource(strings = {"unix", "tcp"})
  void askersOnManyConnectionsGetTheirOwnAnswers(String kind) throws Exception {
    ExecutorService workers = Executors.newFixedThreadPool(8);
    RequestHandler shuffling =
        (id, request, responder) -> {
          if (request instanceof Request.Sign(var _, var items)) {
            List<Request.SignItem> shuffled = new ArrayList<>(items);
            Collections.shuffle(shuffled, ThreadLocalRandom.current());
            for (Request.SignItem item : shuffled) {
              workers.execute(
                  () ->
                      responder.answer(
                          item.correlationId(),
                          new Answer.Signed(item.content(), item.deadlineEpochMs())));
            }
          }
        };
    FrameServer.Bounds bounds = bounds(4, 1024, Duration.ofSeconds(10));
    try (FrameServer server =
            FrameServer.startWith(Transport.listen(address(kind)), shuffling, bounds);
        ExecutorService askers = Executors.newFixedThreadPool(4)) {
      List<Future<Integer>> all = new ArrayList<>();
      for (int asker = 0; asker < 4; asker++) {
        int number = asker;
        all.add(askers.submit(() -> ask(server, number)));
      }
      for (Future<Integer> one : all) {
        assertThat(one.get()).isEqualTo(2000);
      }
    } finally {
      workers.shutdownNow();
    }
  }

  private static int ask(FrameServer server, int asker) throws Exception {
    Map<Long, byte[]> expected = new HashMap<>();
    Random random = new Random(asker);
    int answered = 0;
    try (Connection connection = connect(server)) {
      for (long id = 0; id < 2000; ) {
        int count = 1 + random.nextInt(8);
        List<Request.SignItem> items = new ArrayList<>();
        for (int i = 0; i < count && id < 2000; i++, id++) {
          // The same ids on every connection, so that a mixed up answer would not go unnoticed.
          byte[] content = ByteBuffer.allocate(12).putInt(asker).putLong(id).array();
          expected.put(id, content);
          items.add(
              new Request.SignItem(id, Request.Mode.MESSAGE, content, new byte[0], 1000 + asker));
        }
        send(connection, -1, new Request.Sign(sign(0, 1).key(), items));
        while (expected.size() > 256) {
          take(connection, expected, asker);
          answered++;
        }
      }
      while (!expected.isEmpty()) {
        take(connection, expected, asker);
        answered++;
      }
    }
    return answered;
  }

  private static void take(Connection connection, Map<Long, byte[]> expected, int asker)
      throws IOException {
    Frame frame = Frame.read(connection.input());
    if (frame == null) {
      throw new EOFException();
    }
    Answer.Signed answer = (Answer.Signed) Answer.decode(frame.type(), frame.body());
    assertThat(answer.signature()).isEqualTo(expected.remove(frame.correlationId()));
    assertThat(answer.signedAtEpochMs()).isEqualTo(1000 + asker);
  }

  /// One of them promises more bytes than come, and ends with the time that a frame may take.
  @Test
  void aBrokenFrameEndsItsOwnConnectionAndNoOther() throws Exception {
    try (FrameServer server = start(ACCEPT, bounds(4, 64, Duration.ofSeconds(1)));
        Connection good = connect(server)) {
      byte[] status = Frame.of(1, new Request.Status()).encode();
      List<byte[]> broken = new ArrayList<>();
      for (int at : new int[] {0, 1, 2, 4, 5, 6, 7}) {
        byte[] changed = status.clone();
        changed[at] ^= 0x40;
        broken.add(changed);
      }
      broken.add(ByteBuffer.allocate(4).putInt(Limits.FRAME_BYTES_MAX + 1).array());
      broken.add(ByteBuffer.allocate(4).putInt(11).array());
      broken.add(ByteBuffer.allocate(4).putInt(-1).array());
      broken.add(new Frame(1, 1, new byte[1]).encode());
      broken.add(new Frame(0x81, 1, new byte[0]).encode());
      broken.add(new Frame(4, 1, new byte[100]).encode());
      broken.add("GET / HTTP/1.1\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      for (byte[] bytes : broken) {
        try (Connection bad = connect(server)) {
          bad.output().write(bytes);
          assertThat(ended(bad)).isTrue();
        }
        send(good, 7, new Request.Status());
        Frame answer = Frame.read(good.input());
        assertThat(answer).isNotNull();
        assertThat(answer.correlationId()).isEqualTo(7);
      }
    }
  }

  @Test
  void noiseHarmsNobody() throws Exception {
    Random random = new Random(20261123);
    try (FrameServer server = start(ACCEPT, BOUNDS)) {
      for (int round = 0; round < 200; round++) {
        byte[] noise = new byte[random.nextInt(300)];
        random.nextBytes(noise);
        try (Connection connection = connect(server)) {
          connection.output().write(noise);
        } catch (IOException e) {
          // The server was faster.
        }
      }
      assertThat(worksSoon(server)).isTrue();
    }
  }

  /// What was sent may still wait to be accepted, and takes up places for a moment when it is.
  private static boolean worksSoon(FrameServer server) {
    long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (System.nanoTime() - until < 0) {
      try {
        if (works(server)) {
          return true;
        }
      } catch (IOException e) {
        // Turned away for want of a place.
      }
    }
    return false;
  }

  private static void awaitNoConnections(FrameServer server) {
    while (server.usage().used() > 0) {
      Thread.onSpinWait();
    }
  }

  @Test
  void oneConnectionMoreThanTheBoundIsClosed() throws Exception {
    try (FrameServer server = start(ACCEPT, BOUNDS)) {
      List<Connection> open = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        Connection connection = connect(server);
        open.add(connection);
        send(connection, i, new Request.Status());
        assertThat(Frame.read(connection.input())).isNotNull();
      }
      try (Connection oneMore = connect(server)) {
        assertThat(ended(oneMore)).isTrue();
      }
      open.removeFirst().close();
      while (server.usage().used() == 4) {
        Thread.onSpinWait();
      }
      assertThat(works(server)).isTrue();
      for (Connection connection : open) {
        connection.close();
      }
    }
  }

  @Test
  void aFrameThatDoesNotEndInTimeEndsTheConnection() throws Exception {
    FrameServer.Bounds hasty = bounds(4, 64, Duration.ofMillis(200));
    try (FrameServer server = start(ACCEPT, hasty);
        Connection slow = connect(server)) {
      slow.output().write(0);
      assertThat(ended(slow)).isTrue();
    }
  }

  @Test
  void aConnectionMayBeIdleForLongerThanAFrameMayTake() throws Exception {
    FrameServer.Bounds hasty = bounds(4, 64, Duration.ofMillis(250));
    try (FrameServer server = start(ACCEPT, hasty);
        Connection idle = connect(server);
        Connection silent = connect(server)) {
      send(idle, 1, new Request.Status());
      assertThat(Frame.read(idle.input())).isNotNull();
      assertThat(ended(silent)).as("as long as a frame may take has passed").isTrue();
      send(idle, 2, new Request.Status());
      assertThat(Frame.read(idle.input())).isNotNull();
    }
  }

  @Test
  void aConnectionThatSaysNothingIsClosed() throws Exception {
    FrameServer.Bounds hasty = bounds(4, 64, Duration.ofMillis(100));
    try (FrameServer server = start(ACCEPT, hasty);
        Connection silent = connect(server)) {
      assertThat(ended(silent)).isTrue();
    }
  }

  @Test
  void aConnectionThatSpokeAndFellSilentIsClosed() throws Exception {
    FrameServer.Bounds impatient =
        new FrameServer.Bounds(4, 64, Duration.ofSeconds(10), Duration.ofMillis(100));
    try (FrameServer server = start(ACCEPT, impatient);
        Connection idle = connect(server)) {
      send(idle, 1, new Request.Status());
      assertThat(Frame.read(idle.input())).isNotNull();
      assertThat(ended(idle)).isTrue();
    }
  }

  /// All places are taken by peers that only connect, over and over; the worker is served at once,
  /// long before any time-out, and keeps its place.
  @ParameterizedTest
  @ValueSource(strings = {"unix", "tcp"})
  void idleConnectionsLockNobodyOut(String kind) throws Exception {
    FrameServer.Bounds patient = bounds(8, 64, Duration.ofSeconds(60));
    List<Connection> idle = new ArrayList<>();
    try (FrameServer server =
        FrameServer.startWith(Transport.listen(address(kind)), ACCEPT, patient)) {
      for (int i = 0; i < 8; i++) {
        idle.add(connect(server));
      }
      while (server.usage().used() < 8) {
        Thread.onSpinWait();
      }
      try (Connection worker = connect(server)) {
        send(worker, 1, new Request.Status());
        assertThat(Frame.read(worker.input())).isNotNull();
        assertThat(ended(idle.getFirst())).as("the one that was silent the longest").isTrue();
        for (int i = 0; i < 24; i++) {
          idle.add(connect(server));
        }
        for (int i = 0; i < 24; i++) {
          assertThat(ended(idle.get(i))).as("silent connection %d", i).isTrue();
        }
        send(worker, 2, new Request.Status());
        assertThat(Frame.read(worker.input())).as("whoever spoke stays").isNotNull();
        assertThat(server.usage().used()).isLessThanOrEqualTo(8);
      }
    } finally {
      for (Connection connection : idle) {
        connection.close();
      }
    }
  }

  @Test
  void beyondTheBoundOfUnansweredItemsIsOverloaded() throws Exception {
    LinkedBlockingQueue<Runnable> held = new LinkedBlockingQueue<>();
    RequestHandler holding =
        (id, request, responder) -> {
          if (request instanceof Request.Sign(var _, var items)) {
            items.forEach(
                item ->
                    held.add(
                        () ->
                            responder.answer(
                                item.correlationId(), new Answer.Signed(new byte[1], 0))));
          }
        };
    try (FrameServer server = start(holding, BOUNDS);
        Connection connection = connect(server)) {
      send(connection, 0, sign(0, 60));
      send(connection, 0, sign(100, 5));
      for (int i = 0; i < 5; i++) {
        Frame frame = Frame.read(connection.input());
        assertThat(frame).isNotNull();
        assertThat(frame.correlationId()).isBetween(100L, 104L);
        assertThat(Answer.decode(frame.type(), frame.body()))
            .isEqualTo(new Answer.Refused(Refusal.OVERLOADED));
      }
      for (int i = 0; i < 60; i++) {
        held.take().run();
        assertThat(Frame.read(connection.input())).isNotNull();
      }
      send(connection, 0, sign(200, 64));
      for (int i = 0; i < 64; i++) {
        held.take().run();
        Frame frame = Frame.read(connection.input());
        assertThat(frame).isNotNull();
        assertThat(frame.type()).isEqualTo(0x84);
      }
    }
  }

  /// Answers that nobody reads fill the socket first and then the queue; then the peer is cut off.
  @Test
  void aPeerThatSendsAndDoesNotReadIsCutOff() throws Exception {
    RequestHandler big =
        (id, request, responder) ->
            responder.answer(id, new Answer.Signed(new byte[Limits.SIGNATURE_BYTES_MAX], 0));
    try (FrameServer server = start(big, BOUNDS);
        Connection greedy = connect(server)) {
      byte[] status = Frame.of(1, new Request.Status()).encode();
      IOException end = null;
      for (int i = 0; i < 1_000_000 && end == null; i++) {
        try {
          greedy.output().write(status);
        } catch (IOException e) {
          end = e;
        }
      }
      assertThat(end).isNotNull();
      awaitNoConnections(server);
      assertThat(works(server)).isTrue();
    }
  }

  @Test
  void aPeerThatGoesAwayTakesNothingWithIt() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    LinkedBlockingQueue<Runnable> held = new LinkedBlockingQueue<>();
    RequestHandler holding =
        (id, request, responder) -> {
          held.add(() -> responder.answer(id, new Answer.Accepted()));
          asked.countDown();
        };
    try (FrameServer server = start(holding, BOUNDS)) {
      Connection gone = connect(server);
      send(gone, 1, new Request.Status());
      asked.await();
      gone.close();
      awaitNoConnections(server);
      held.take().run();
      try (Connection next = connect(server)) {
        send(next, 2, new Request.Status());
        held.take().run();
        assertThat(Frame.read(next.input())).isNotNull();
      }
    }
  }

  @Test
  void answersThatAreReadyGoOutBeforeTheEnd() throws Exception {
    CountDownLatch answered = new CountDownLatch(1);
    RequestHandler five =
        (id, request, responder) -> {
          for (int i = 0; i < 5; i++) {
            responder.answer(id + i, new Answer.Accepted());
          }
          answered.countDown();
        };
    FrameServer server = start(five, BOUNDS);
    try (Connection connection = connect(server)) {
      send(connection, 10, new Request.Status());
      assertThat(Frame.read(connection.input())).isNotNull();
      answered.await();
      server.close(Deadline.in(Duration.ofSeconds(10)));
      InputStream in = connection.input();
      int rest = 0;
      for (@Nullable Frame frame = Frame.read(in); frame != null; frame = Frame.read(in)) {
        rest++;
      }
      assertThat(rest).isEqualTo(4);
    }
  }

  @Test
  void nothingListensAfterTheEnd() throws Exception {
    FrameServer server = start(ACCEPT, BOUNDS);
    Connection open = connect(server);
    send(open, 1, new Request.Status());
    assertThat(Frame.read(open.input())).isNotNull();
    EndpointAddress address = server.address();
    server.close();
    assertThat(ended(open)).isTrue();
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> Transport.connect(address, Duration.ofSeconds(1)).close())
        .isInstanceOf(IOException.class);
  }

  @Test
  void framesInPiecesAreFrames() throws Exception {
    try (FrameServer server = start(ACCEPT, BOUNDS);
        Connection connection = connect(server);
        DataOutputStream out = new DataOutputStream(connection.output())) {
      byte[] two = new byte[32];
      System.arraycopy(Frame.of(1, new Request.Status()).encode(), 0, two, 0, 16);
      System.arraycopy(Frame.of(2, new Request.Status()).encode(), 0, two, 16, 16);
      for (byte one : two) {
        out.write(one);
        out.flush();
      }
      assertThat(Frame.read(connection.input())).isNotNull();
      assertThat(Frame.read(connection.input())).isNotNull();
    }
  }
}
