package pqsigner.worker.enclave;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import pqsigner.protocol.Answer;
import pqsigner.protocol.EnclaveStats;
import pqsigner.protocol.Frame;
import pqsigner.protocol.KeyIdentity;
import pqsigner.protocol.Limits;
import pqsigner.protocol.Phase;
import pqsigner.protocol.Refusal;
import pqsigner.protocol.Request;
import pqsigner.protocol.transport.Connection;
import pqsigner.protocol.transport.EndpointAddress;
import pqsigner.protocol.transport.Listener;
import pqsigner.protocol.transport.Transport;

/// An enclave that does what a test tells it: the real frames over a real socket, and no keys.
public final class ScriptedEnclave implements Closeable {

  /// One job as it arrived.
  ///
  /// @param text content of a sign item as text, or the user_id of a key generation
  public record Asked(long id, KeyIdentity identity, String text, boolean generate) {}

  /// What to do with a job; may answer now, later, never, or break the connection.
  public interface Script {
    void on(Link link, Asked asked) throws IOException;
  }

  /// A connection as the script sees it.
  public static final class Link {
    private final Connection connection;
    private final ReentrantLock writer = new ReentrantLock();

    Link(Connection connection) {
      this.connection = connection;
    }

    public void answer(long id, Answer answer) throws IOException {
      raw(Frame.of(id, answer).encode());
    }

    /// The answer an obedient enclave gives.
    public void sign(Asked asked) throws IOException {
      answer(
          asked.id,
          asked.generate
              ? new Answer.KeyGenerated(Jobs.key(asked.identity), "birth".getBytes(UTF_8))
              : new Answer.Signed(signature(asked.text), Instant.now().toEpochMilli()));
    }

    public void raw(byte[] bytes) throws IOException {
      writer.lock();
      try {
        connection.output().write(bytes);
      } finally {
        writer.unlock();
      }
    }

    public void drop() throws IOException {
      connection.close();
    }
  }

  private final Listener listener;
  private final Set<Link> links = ConcurrentHashMap.newKeySet();
  private volatile EnclaveStats stats = EnclaveStats.NONE;
  private final List<String> credentials = new CopyOnWriteArrayList<>();
  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private final AtomicInteger signFrames = new AtomicInteger();
  private final AtomicInteger connections = new AtomicInteger();
  private final ReentrantLock freezer = new ReentrantLock();
  private final Condition thawed = freezer.newCondition();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private boolean frozen;
  private volatile Script script = Link::sign;
  private volatile Phase phase = Phase.ATTESTED;
  private volatile @Nullable Refusal againstCredentials;

  private ScriptedEnclave(Listener listener) {
    this.listener = listener;
  }

  public static ScriptedEnclave listen(EndpointAddress address) throws IOException {
    ScriptedEnclave enclave = new ScriptedEnclave(Transport.listen(address));
    Thread.ofPlatform().daemon().name("scripted-enclave").start(enclave::accept);
    return enclave;
  }

  public static ScriptedEnclave onLoopback() throws IOException {
    return listen(new EndpointAddress.Tcp("127.0.0.1", 0));
  }

  public static byte[] signature(String text) {
    return ("signed:" + text).getBytes(UTF_8);
  }

  public EndpointAddress address() {
    return listener.address();
  }

  /// How a session reaches this enclave: soon noticed, soon connected again.
  public EnclaveSettings settings(Duration heartbeatTimeout, int inFlightMax) {
    return new EnclaveSettings(
        address().toString(),
        Duration.ofSeconds(5),
        Duration.ofMillis(10),
        heartbeatTimeout,
        Duration.ofSeconds(5),
        Duration.ofSeconds(5),
        Duration.ofMillis(5),
        Duration.ofMillis(20),
        inFlightMax,
        Duration.ofMillis(1),
        Duration.ofMillis(1));
  }

  public ScriptedEnclave script(Script next) {
    script = next;
    return this;
  }

  public void stats(EnclaveStats next) {
    stats = next;
  }

  public ScriptedEnclave phase(Phase next) {
    phase = next;
    return this;
  }

  /// What KMS has against credentials that are pushed from now on; null to take them.
  public ScriptedEnclave refuseCredentials(@Nullable Refusal refusal) {
    againstCredentials = refusal;
    return this;
  }

  /// As if stopped by a signal: connections are accepted by the kernel, and nothing is answered.
  public void freeze() {
    freezer.lock();
    try {
      frozen = true;
    } finally {
      freezer.unlock();
    }
  }

  public void thaw() {
    freezer.lock();
    try {
      frozen = false;
      thawed.signalAll();
    } finally {
      freezer.unlock();
    }
  }

  /// Access key ids in the order they were pushed.
  public List<String> credentials() {
    return List.copyOf(credentials);
  }

  public List<Asked> asked() {
    return List.copyOf(asked);
  }

  public int signFrames() {
    return signFrames.get();
  }

  public int connections() {
    return connections.get();
  }

  public void dropConnections() throws IOException {
    for (Link link : links) {
      link.drop();
    }
  }

  @Override
  public void close() throws IOException {
    stopped.countDown();
    listener.close();
    dropConnections();
    thaw();
  }

  private void accept() {
    try {
      while (stopped.getCount() > 0) {
        Connection connection = listener.accept();
        connections.incrementAndGet();
        Link link = new Link(connection);
        links.add(link);
        Thread.ofPlatform().daemon().name("scripted-link").start(() -> serve(link));
      }
    } catch (IOException e) {
      // The listener is closed, which is how a test ends it.
    }
  }

  private void serve(Link link) {
    try (BufferedInputStream in = new BufferedInputStream(link.connection.input())) {
      for (Frame frame = Frame.read(in); frame != null; frame = Frame.read(in)) {
        awaitThaw();
        if (frame.encode().length > 4 + Limits.FRAME_BYTES_MAX) {
          throw new IOException("frame too long");
        }
        take(link, frame);
      }
    } catch (IOException e) {
      // The peer or the script closed the connection.
    } finally {
      links.remove(link);
    }
  }

  private void awaitThaw() {
    freezer.lock();
    try {
      while (frozen) {
        thawed.awaitUninterruptibly();
      }
    } finally {
      freezer.unlock();
    }
  }

  private void take(Link link, Frame frame) throws IOException {
    switch (Request.decode(frame.type(), frame.body())) {
      case Request.Status() ->
          link.answer(
              frame.correlationId(), new Answer.Status(phase, "scripted", new byte[0], stats));
      case Request.Credentials(var id, var _, var _, var _) -> {
        credentials.add(new String(id, UTF_8));
        Refusal refusal = againstCredentials;
        if (refusal == null && phase == Phase.ATTESTED) {
          phase = Phase.SERVING;
        }
        link.answer(
            frame.correlationId(),
            refusal == null ? new Answer.Accepted() : new Answer.Refused(refusal));
      }
      case Request.GenerateKey(var identity, var _, var _, var _) ->
          ask(link, new Asked(frame.correlationId(), identity, identity.userId(), true));
      case Request.Sign(var key, var items) -> {
        signFrames.incrementAndGet();
        for (Request.SignItem item : items) {
          String text = new String(item.content(), UTF_8);
          ask(link, new Asked(item.correlationId(), key.identity(), text, false));
        }
      }
    }
  }

  private void ask(Link link, Asked job) throws IOException {
    asked.add(job);
    script.on(link, job);
  }
}
