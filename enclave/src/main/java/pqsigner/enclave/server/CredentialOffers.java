package pqsigner.enclave.server;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import pqsigner.enclave.EventLog;
import pqsigner.enclave.RefusedException;
import pqsigner.enclave.release.AwsCredentials;
import pqsigner.enclave.release.KmsKeyRelease;
import pqsigner.protocol.Answer;
import pqsigner.protocol.Refusal;
import pqsigner.protocol.Request;

/// Has offered credentials tried, one set after the other, on a thread of its own: a trial calls
/// KMS. A connection has at most one offer waiting, so that none keeps another's from its turn.
public final class CredentialOffers implements AutoCloseable {
  private static final int WAITING_MAX = 16;

  private final KmsKeyRelease kms;
  private final InstantSource clock;
  private final Set<Responder> waiting = ConcurrentHashMap.newKeySet();
  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(WAITING_MAX),
          Thread.ofPlatform().daemon().name("credentials").factory());

  public CredentialOffers(KmsKeyRelease kms, InstantSource clock) {
    this.kms = kms;
    this.clock = clock;
  }

  void offer(long correlationId, Request.Credentials frame, Responder responder) {
    AwsCredentials offered;
    try {
      offered = credentials(frame);
    } catch (RefusedException e) {
      responder.refuse(correlationId, e.refusal());
      return;
    }
    if (!waiting.add(responder)) {
      offered.close();
      responder.refuse(correlationId, Refusal.OVERLOADED);
      return;
    }
    try {
      thread.execute(() -> answer(correlationId, offered, responder));
    } catch (RejectedExecutionException e) {
      waiting.remove(responder);
      offered.close();
      responder.refuse(correlationId, Refusal.OVERLOADED);
    }
  }

  private AwsCredentials credentials(Request.Credentials frame) throws RefusedException {
    long expires = frame.expiresAtEpochMs();
    return AwsCredentials.of(
        frame.accessKeyId(),
        frame.secretAccessKey(),
        frame.sessionToken(),
        expires == 0 ? null : Instant.ofEpochMilli(expires),
        clock.instant());
  }

  /// The place is free before the answer is: whoever has it may offer again.
  private void answer(long correlationId, AwsCredentials offered, Responder responder) {
    Answer answer = tried(offered);
    waiting.remove(responder);
    responder.answer(correlationId, answer);
  }

  private Answer tried(AwsCredentials offered) {
    try {
      kms.offer(offered);
      return new Answer.Accepted();
    } catch (RefusedException e) {
      return new Answer.Refused(e.refusal());
    } catch (RuntimeException e) {
      EventLog.failure("credentials.failed", e);
      return new Answer.Refused(Refusal.INTERNAL);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
