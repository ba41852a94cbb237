package pqsigner.worker.enclave;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import pqsigner.protocol.Answer;
import pqsigner.protocol.Frame;
import pqsigner.protocol.Request;
import pqsigner.protocol.transport.Connection;
import pqsigner.worker.exchange.BatchDeadline;

/// One connection to the enclave, shared by all threads: frames are written under one lock, a
/// reader thread hands each answer to whoever asked. The first thing that goes wrong closes it for
/// good.
final class EnclaveConnection implements Closeable {
  /// Status and credentials must get through when the jobs use up their bound.
  private static final int CONTROL_QUESTIONS_MAX = 16;

  private final Connection connection;
  private final Duration writeTimeout;
  private final Unanswered unanswered;
  private final ScheduledExecutorService watchdog;
  private final Consumer<Answer> lateAnswers;
  private final ReentrantLock writer = new ReentrantLock();
  private final LongSupplier ids;
  private final AtomicLong jobsAnswered = new AtomicLong();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final CompletableFuture<EnclaveLostException> lost = new CompletableFuture<>();

  /// @param inFlightMax of jobs without an answer
  /// @param writeTimeout after how long a peer that does not read is presumed dead; never sooner,
  ///   since a pause of this process must not look like one of the peer
  record Bounds(int inFlightMax, Duration writeTimeout) {}

  /// @param ids correlation ids for what is asked outside the jobs
  /// @param watchdog closes the connection when a write does not end in time
  /// @param lateAnswers receives answers that nobody waits for any more
  EnclaveConnection(
      Connection connection,
      Bounds bounds,
      LongSupplier ids,
      ScheduledExecutorService watchdog,
      Consumer<Answer> lateAnswers) {
    this.connection = connection;
    this.writeTimeout = bounds.writeTimeout;
    this.unanswered = new Unanswered(bounds.inFlightMax + CONTROL_QUESTIONS_MAX);
    this.ids = ids;
    this.watchdog = watchdog;
    this.lateAnswers = lateAnswers;
  }

  EnclaveConnection start() {
    Thread.ofPlatform().daemon().name("enclave-reader").start(this::read);
    return this;
  }

  /// Completed when the connection is gone.
  CompletableFuture<EnclaveLostException> lost() {
    return lost;
  }

  boolean isOpen() {
    return !closed.get();
  }

  int inFlight() {
    return unanswered.inFlight();
  }

  /// How many jobs have been answered on this connection, whichever thread asked.
  long jobsAnswered() {
    return jobsAnswered.get();
  }

  /// One question outside the jobs.
  ///
  /// @throws EnclaveLostException when it is not answered in time; the connection is closed then
  Answer ask(Request.Control request, Duration timeout) throws EnclaveLostException {
    BatchDeadline deadline = BatchDeadline.in(timeout);
    long id = ids.getAsLong();
    CompletableFuture<Answer> answer = unanswered.add(id, request);
    write(List.of(Frame.of(id, request)));
    try {
      return answer.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw fail("no answer to " + request.getClass().getSimpleName() + " within " + timeout, e);
    } catch (ExecutionException e) {
      throw fail("connection ended before the answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw fail("interrupted", e);
    }
  }

  /// Sends all frames and returns what is to answer them, by correlation id.
  ///
  /// @throws EnclaveLostException when they could not all be written; the connection is closed then
  Map<Long, CompletableFuture<Answer>> sendAll(Map<Long, Request.Job> jobs)
      throws EnclaveLostException {
    Map<Long, CompletableFuture<Answer>> questions = new HashMap<>();
    List<Frame> frames = new ArrayList<>(jobs.size());
    for (Map.Entry<Long, Request.Job> job : jobs.entrySet()) {
      for (long id : job.getValue().answerIds(job.getKey()).toArray()) {
        questions.put(id, unanswered.add(id, job.getValue()));
      }
      frames.add(Frame.of(job.getKey(), job.getValue()));
    }
    write(frames);
    return questions;
  }

  /// Answers to these are late from now on.
  void abandon(Set<Long> ids) {
    try {
      unanswered.abandon(ids);
    } catch (EnclaveLostException e) {
      close(e);
    }
  }

  private void write(List<Frame> frames) throws EnclaveLostException {
    Future<?> alarm =
        watchdog.schedule(
            () -> close(new EnclaveLostException("a write timed out")),
            writeTimeout.toNanos(),
            TimeUnit.NANOSECONDS);
    writer.lock();
    try {
      for (Frame frame : frames) {
        connection.output().write(frame.encode());
      }
    } catch (IOException e) {
      throw fail("write failed", e);
    } finally {
      writer.unlock();
      alarm.cancel(false);
    }
  }

  private void read() {
    try (InputStream in = new BufferedInputStream(connection.input(), 32 * 1024)) {
      for (Frame frame = Frame.read(in); frame != null; frame = Frame.read(in)) {
        take(frame);
      }
      close(new EnclaveLostException("the enclave closed the connection"));
    } catch (IOException e) {
      close(new EnclaveLostException("read failed", e));
    } catch (RuntimeException e) {
      close(new EnclaveLostException("reader failed", e));
    }
  }

  private void take(Frame frame) throws IOException {
    Answer answer = Answer.decode(frame.type(), frame.body());
    if (answer instanceof Answer.ToJob) {
      jobsAnswered.incrementAndGet();
    }
    if (!unanswered.answer(frame.correlationId(), answer)) {
      lateAnswers.accept(answer);
    }
  }

  private EnclaveLostException fail(String message, Throwable cause) {
    EnclaveLostException loss = new EnclaveLostException(message, cause);
    close(loss);
    return loss;
  }

  @Override
  public void close() {
    close(new EnclaveLostException("closed"));
  }

  void close(EnclaveLostException cause) {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try {
      connection.close();
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
    unanswered.close(cause);
    lost.complete(cause);
  }
}
