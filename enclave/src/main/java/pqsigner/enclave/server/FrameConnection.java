package pqsigner.enclave.server;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import pqsigner.enclave.Deadline;
import pqsigner.protocol.Answer;
import pqsigner.protocol.Frame;
import pqsigner.protocol.Limits;
import pqsigner.protocol.ProtocolException;
import pqsigner.protocol.Refusal;
import pqsigner.protocol.Request;
import pqsigner.protocol.transport.Connection;

/// One peer: a thread that reads its requests and a thread that writes its answers.
///
/// What is unanswered is bounded: beyond the bound a request is refused as OVERLOADED. The queue of
/// answers has room for all of these and some refusals more; a peer that fills it, because it sends
/// and does not read, is cut off.
final class FrameConnection implements Responder {
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final int REFUSALS_MAX = 4 * Limits.SIGN_ITEMS_MAX;

  /// Behind the last answer. An interrupt would do as well, but it closes a channel under a write.
  private static final Optional<Frame> END = Optional.empty();

  private final Connection connection;
  private final RequestHandler handler;
  private final FrameServer.Bounds bounds;
  private final ScheduledExecutorService clock;
  private final Consumer<FrameConnection> onClose;
  private final BlockingQueue<Optional<Frame>> answers;
  private final AtomicInteger unanswered = new AtomicInteger();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Thread reader;
  private final Thread writer;
  private volatile boolean flushing;
  private volatile boolean spoken;
  private volatile boolean trusted;

  /// Under which its credentials were brought; null when none are being tried.
  private volatile @Nullable Long offer;

  FrameConnection(
      Connection connection,
      RequestHandler handler,
      FrameServer.Bounds bounds,
      ScheduledExecutorService clock,
      Consumer<FrameConnection> onClose) {
    this.connection = connection;
    this.handler = handler;
    this.bounds = bounds;
    this.clock = clock;
    this.onClose = onClose;
    this.answers = new ArrayBlockingQueue<>(bounds.inFlightMax() + REFUSALS_MAX);
    String name = "frames-" + NUMBER.incrementAndGet();
    this.reader = Thread.ofPlatform().name(name + "-read").unstarted(this::readAll);
    this.writer = Thread.ofPlatform().name(name + "-write").unstarted(this::writeAll);
  }

  void start() {
    reader.start();
    writer.start();
  }

  private void readAll() {
    try (Buffer in = new Buffer(connection.input())) {
      Frame frame = read(in);
      while (frame != null && !flushing) {
        accept(frame, in);
        frame = read(in);
      }
    } catch (IOException e) {
      // The peer is gone, or broke the format, or took too long over a frame: all end it.
    } finally {
      if (!flushing) {
        close();
      }
    }
  }

  /// Of its first frame a peer owes all by the frame's bound, counted from when it was accepted.
  /// Later ones may be the idle time apart, and each has that bound from its first byte.
  private @Nullable Frame read(BufferedInputStream in) throws IOException {
    ScheduledFuture<?> timeout = closeIn(spoken ? bounds.idleTimeout() : bounds.frameTimeout());
    try {
      in.mark(1);
      if (in.read() < 0) {
        return null;
      }
      in.reset();
      if (spoken) {
        timeout.cancel(false);
        timeout = closeIn(bounds.frameTimeout());
      }
      Frame frame = Frame.read(in);
      spoken = true;
      return frame;
    } finally {
      timeout.cancel(false);
    }
  }

  private ScheduledFuture<?> closeIn(Duration time) {
    return clock.schedule(this::close, time.toNanos(), TimeUnit.NANOSECONDS);
  }

  /// Whether it ever sent a whole frame.
  boolean hasSpoken() {
    return spoken;
  }

  /// Whether it ever brought credentials that were taken.
  boolean isTrusted() {
    return trusted;
  }

  /// Whether it waits to hear what the KMS says of the credentials it brought.
  boolean isOnTrial() {
    return offer != null;
  }

  private void accept(Frame frame, Buffer in) throws ProtocolException {
    Request request = Request.decode(frame.type(), frame.body());
    if (request instanceof Request.Credentials) {
      offer = frame.correlationId();
    }
    accept(frame.correlationId(), request);
    if (request instanceof Request.Credentials(var id, var secret, var token, _)) {
      // Whoever took them has copies that it wipes.
      Stream.of(id, secret, token, frame.body()).forEach(bytes -> Arrays.fill(bytes, (byte) 0));
      in.wipe();
    }
  }

  private void accept(long correlationId, Request request) {
    int count = (int) request.answerIds(correlationId).count();
    if (unanswered.addAndGet(count) > bounds.inFlightMax()) {
      refuse(correlationId, request, Refusal.OVERLOADED);
    } else {
      handler.handle(correlationId, request, this);
    }
  }

  @Override
  public void answer(long correlationId, Answer answer) {
    if (answer instanceof Answer.Accepted) {
      trusted = true;
    }
    if (Objects.equals(offer, correlationId)) {
      offer = null;
    }
    if (!answers.offer(Optional.of(Frame.of(correlationId, answer)))) {
      close();
    }
  }

  private void writeAll() {
    try {
      OutputStream out = connection.output();
      for (var answer = answers.take(); answer.isPresent(); answer = answers.take()) {
        out.write(answer.get().encode());
        unanswered.decrementAndGet();
      }
    } catch (IOException e) {
      // The peer is gone.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      close();
    }
  }

  /// Reads no more, writes what is ready and closes, at the deadline at the latest.
  void flushAndClose(Deadline deadline) {
    flushing = true;
    try {
      long millis = deadline.remaining().toMillis();
      if (millis > 0 && answers.offer(END)) {
        writer.join(millis);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    close();
  }

  void close() {
    if (closed.compareAndSet(false, true)) {
      try {
        connection.close();
      } catch (IOException e) {
        // Both threads notice all the same.
      }
      // Wakes the writer; a full queue means that it is awake.
      var _ = answers.offer(END);
      onClose.accept(this);
    }
  }

  /// Can forget what was read.
  private static final class Buffer extends BufferedInputStream {
    Buffer(InputStream in) {
      super(in, BUFFER_BYTES);
    }

    void wipe() {
      Arrays.fill(buf, 0, pos, (byte) 0);
      Arrays.fill(buf, count, buf.length, (byte) 0);
    }
  }
}
