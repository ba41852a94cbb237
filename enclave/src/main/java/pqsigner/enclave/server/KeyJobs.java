package pqsigner.enclave.server;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import pqsigner.enclave.Deadline;
import pqsigner.enclave.EventLog;
import pqsigner.enclave.RefusedException;
import pqsigner.enclave.keys.KeyVault;
import pqsigner.enclave.signing.EngineException;
import pqsigner.enclave.signing.SigningSession;
import pqsigner.mldsa.SigningInput;
import pqsigner.protocol.Answer;
import pqsigner.protocol.EnclaveStats.Resource;
import pqsigner.protocol.EnclaveStats.Usage;
import pqsigner.protocol.Refusal;
import pqsigner.protocol.Request;

/// Does the work of requests, on two pools. A job may wait for the KMS, so there are more of its
/// threads than cores; a signature is pure computation, so there are as many of those as cores. A
/// job opens its key, has its items signed, and closes the key: nothing outlives it.
public final class KeyJobs implements AutoCloseable {
  private static final Duration FOREVER = Duration.ofDays(1);

  /// @param parallelMax keys being made or open at a time
  /// @param queuedMax jobs waiting for their turn
  /// @param signingThreads signatures computed at a time
  public record Bounds(int parallelMax, int queuedMax, int signingThreads) {}

  private final KeyVault vault;
  private final Lifecycle lifecycle;
  private final InstantSource clock;
  private final Bounds bounds;
  private final ThreadPoolExecutor jobs;
  private final ThreadPoolExecutor signing;

  public KeyJobs(KeyVault vault, Lifecycle lifecycle, InstantSource clock, Bounds bounds) {
    this.vault = vault;
    this.lifecycle = lifecycle;
    this.clock = clock;
    this.bounds = bounds;
    this.jobs = pool("job", bounds.parallelMax, bounds.queuedMax);
    this.signing = pool("sign", bounds.signingThreads, bounds.parallelMax * bounds.signingThreads);
  }

  private static ThreadPoolExecutor pool(String name, int threads, int queuedMax) {
    return new ThreadPoolExecutor(
        threads,
        threads,
        0,
        TimeUnit.SECONDS,
        new ArrayBlockingQueue<>(queuedMax),
        Thread.ofPlatform().name(name + "-", 1).factory());
  }

  /// Jobs at work and waiting.
  public Usage usage() {
    return new Usage(
        Resource.JOBS,
        jobs.getActiveCount() + jobs.getQueue().size(),
        bounds.parallelMax + bounds.queuedMax);
  }

  void start(long frameId, Request.Job request, Responder responder) {
    try {
      jobs.execute(
          () -> {
            switch (request) {
              case Request.GenerateKey generate -> responder.answer(frameId, generated(generate));
              case Request.Sign sign -> signAll(sign, responder);
            }
          });
    } catch (RejectedExecutionException e) {
      responder.refuse(frameId, request, Refusal.OVERLOADED);
    }
  }

  private Answer generated(Request.GenerateKey request) {
    if (passed(request.deadlineEpochMs())) {
      return new Answer.Refused(Refusal.DEADLINE_EXCEEDED);
    }
    return answer(() -> vault.generate(request, deadline(request.deadlineEpochMs())));
  }

  private void signAll(Request.Sign request, Responder responder) {
    List<Request.SignItem> due = new ArrayList<>(request.items().size());
    for (Request.SignItem item : request.items()) {
      if (passed(item.deadlineEpochMs())) {
        responder.refuse(item.correlationId(), Refusal.DEADLINE_EXCEEDED);
      } else {
        due.add(item);
      }
    }
    if (due.isEmpty()) {
      return;
    }
    SigningSession session;
    try {
      session = vault.open(request.key(), latest(due));
    } catch (RefusedException e) {
      due.forEach(item -> responder.refuse(item.correlationId(), e.refusal()));
      return;
    } catch (RuntimeException e) {
      EventLog.failure("job.failed", e);
      due.forEach(item -> responder.refuse(item.correlationId(), Refusal.INTERNAL));
      return;
    }
    try (session) {
      signing.invokeAll(shares(session, due, responder));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// The items dealt out over the signing threads, so that one busy key can use every core.
  private List<Callable<Void>> shares(
      SigningSession session, List<Request.SignItem> items, Responder responder) {
    int count = Math.min(bounds.signingThreads, items.size());
    List<Callable<Void>> shares = new ArrayList<>(count);
    for (int share = 0; share < count; share++) {
      int first = share;
      shares.add(
          () -> {
            for (int i = first; i < items.size(); i += count) {
              Request.SignItem item = items.get(i);
              responder.answer(item.correlationId(), signed(session, item));
            }
            return null;
          });
    }
    return shares;
  }

  private Answer signed(SigningSession session, Request.SignItem item) {
    if (passed(item.deadlineEpochMs())) {
      return new Answer.Refused(Refusal.DEADLINE_EXCEEDED);
    }
    return answer(() -> new Answer.Signed(session.sign(input(item)), clock.millis()));
  }

  private static SigningInput input(Request.SignItem item) throws RefusedException {
    try {
      return switch (item.mode()) {
        case MESSAGE -> new SigningInput.Message(item.content(), item.context());
        case EXTERNAL_MU -> {
          if (item.context().length != 0) {
            throw new RefusedException(Refusal.MALFORMED_REQUEST);
          }
          yield new SigningInput.ExternalMu(item.content());
        }
      };
    } catch (IllegalArgumentException e) {
      throw new RefusedException(Refusal.MALFORMED_REQUEST);
    }
  }

  private interface Work {
    Answer run() throws RefusedException, EngineException;
  }

  /// The one place where an exception becomes a code. An engine that failed is not asked again.
  private Answer answer(Work work) {
    try {
      return work.run();
    } catch (RefusedException e) {
      return new Answer.Refused(e.refusal());
    } catch (EngineException e) {
      lifecycle.dead();
      EventLog.failure("engine.failed", e);
      return new Answer.Refused(Refusal.INTERNAL);
    } catch (RuntimeException e) {
      EventLog.failure("job.failed", e);
      return new Answer.Refused(Refusal.INTERNAL);
    }
  }

  private boolean passed(long deadlineEpochMs) {
    return deadlineEpochMs != 0 && clock.millis() >= deadlineEpochMs;
  }

  /// The key is worth opening until the last of its items is too late.
  private Deadline latest(List<Request.SignItem> items) {
    long latest = 0;
    for (Request.SignItem item : items) {
      if (item.deadlineEpochMs() == 0) {
        return Deadline.in(FOREVER);
      }
      latest = Math.max(latest, item.deadlineEpochMs());
    }
    return deadline(latest);
  }

  private Deadline deadline(long deadlineEpochMs) {
    if (deadlineEpochMs == 0) {
      return Deadline.in(FOREVER);
    }
    Instant now = clock.instant();
    Duration left = Duration.between(now, Instant.ofEpochMilli(deadlineEpochMs));
    return Deadline.in(left.compareTo(FOREVER) < 0 ? left : FOREVER);
  }

  /// Finishes what was taken, until the deadline.
  public void drain(Deadline deadline) {
    for (ThreadPoolExecutor pool : List.of(jobs, signing)) {
      pool.shutdown();
      try {
        long nanos = Math.max(0, deadline.remaining().toNanos());
        if (!pool.awaitTermination(nanos, TimeUnit.NANOSECONDS)) {
          pool.shutdownNow();
        }
      } catch (InterruptedException e) {
        pool.shutdownNow();
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
    drain(Deadline.in(Duration.ZERO));
  }
}
