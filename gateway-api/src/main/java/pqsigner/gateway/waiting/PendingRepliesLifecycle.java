package pqsigner.gateway.waiting;

import org.springframework.context.SmartLifecycle;

/// Answers the waiters first when the gateway stops: the last phase to start and the first to stop,
/// before the web server stops taking requests and before the reply listener leaves its group.
public final class PendingRepliesLifecycle implements SmartLifecycle {

  private final PendingReplies pending;
  private volatile boolean running;

  public PendingRepliesLifecycle(PendingReplies pending) {
    this.pending = pending;
  }

  @Override
  public void start() {
    running = true;
  }

  @Override
  public void stop() {
    running = false;
    pending.drain();
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public int getPhase() {
    return Integer.MAX_VALUE;
  }
}
