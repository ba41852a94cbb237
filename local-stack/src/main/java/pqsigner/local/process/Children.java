package pqsigner.local.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/// The processes of one stack. Closing ends all of them, and so does the end of this JVM: by its
/// shutdown hook if it is asked to end, by [ParentWatch] if it is killed.
public final class Children implements AutoCloseable {

  private final Path parentWatch;
  private final List<ChildProcess> started = new ArrayList<>();
  private final Thread hook = new Thread(this::endAll, "end-local-stack");
  private final Runnable whenGone;
  private final BlockingQueue<ChildProcess.UnexpectedEnd> unexpectedEnds =
      new LinkedBlockingQueue<>();
  private boolean closed;

  /// @param parentWatch the jar or folder that holds [ParentWatch]
  /// @param whenGone runs once, after the last of them ended
  public Children(Path parentWatch, Runnable whenGone) {
    this.parentWatch = parentWatch;
    this.whenGone = whenGone;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /// Waits for the next process that ends without being asked to. Each end is told once, also one
  /// from before the call.
  public ChildProcess.UnexpectedEnd awaitUnexpectedEnd() throws InterruptedException {
    return unexpectedEnds.take();
  }

  /// Starts a process; it may not be ready yet.
  public synchronized ChildProcess start(Launch launch) {
    if (closed) {
      throw new IllegalStateException("the stack is stopping; " + launch.name() + " not started");
    }
    var child = new ChildProcess(launch, parentWatch, unexpectedEnds::add);
    child.start();
    started.add(child);
    return child;
  }

  @Override
  public void close() {
    endAll();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is ending; the hook waits for this lock and then finds nothing to do.
    }
  }

  /// Those with something to finish are asked to, all at once; then the rest is killed.
  private synchronized void endAll() {
    if (closed) {
      return;
    }
    closed = true;
    List<ChildProcess> alive = started.stream().filter(ChildProcess::isAlive).toList();
    List<ChildProcess> graceful = alive.stream().filter(c -> c.grace().isPositive()).toList();
    graceful.forEach(
        child -> {
          child.resume();
          child.requestEnd();
        });
    long begin = System.nanoTime();
    for (ChildProcess child : graceful) {
      Duration left = child.grace().minusNanos(System.nanoTime() - begin);
      awaitQuietly(child, left.isPositive() ? left : Duration.ZERO);
    }
    alive.stream().filter(ChildProcess::isAlive).forEach(ChildProcess::kill);
    whenGone.run();
  }

  private static void awaitQuietly(ChildProcess child, Duration limit) {
    try {
      child.awaitEnd(limit);
    } catch (LaunchException interrupted) {
      // Whoever interrupts does not want to wait; the interrupt flag is set and all get killed.
    }
  }
}
