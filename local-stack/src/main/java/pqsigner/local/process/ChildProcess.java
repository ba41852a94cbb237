package pqsigner.local.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One part of the stack: a process that can be killed, suspended and started again under the same
/// name, ports and log. Safe for use by several threads.
public final class ChildProcess {

  /// All that a child sees of the launcher's environment: no credentials, no `JAVA_TOOL_OPTIONS`.
  static final List<String> INHERITED = List.of("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ");

  /// Ctrl-C reaches a terminal's whole process group. Children must not act on it, or the broker is
  /// gone before the gateway has finished; a JVM keeps a signal ignored that was ignored at start.
  private static final List<String> WITHOUT_INTERRUPT =
      List.of("/bin/sh", "-c", "trap '' INT; exec \"$0\" \"$@\"");

  private static final Duration PROBE_INTERVAL = Duration.ofMillis(100);
  private static final int LOG_TAIL_LINES = 25;

  /// A process ended that nobody here had asked to.
  public record UnexpectedEnd(ChildProcess process, int exitCode) {}

  private final Launch launch;
  private final Path parentWatch;
  private final Consumer<UnexpectedEnd> unexpectedEnds;
  private @Nullable Process process;

  /// Whether whoever owns this process wants its present run to end.
  private volatile boolean endRequested;

  ChildProcess(Launch launch, Path parentWatch, Consumer<UnexpectedEnd> unexpectedEnds) {
    this.launch = launch;
    this.parentWatch = parentWatch;
    this.unexpectedEnds = unexpectedEnds;
  }

  public String name() {
    return launch.name();
  }

  public Path log() {
    return launch.log();
  }

  public Duration grace() {
    return launch.grace();
  }

  public long pid() {
    return current().pid();
  }

  public synchronized boolean isAlive() {
    return process != null && process.isAlive();
  }

  /// Starts it, without waiting until it is ready.
  public synchronized void start() {
    if (isAlive()) {
      throw new IllegalStateException(name() + " runs already");
    }
    List<String> command = new ArrayList<>(WITHOUT_INTERRUPT);
    command.addAll(launch.command(parentWatch));
    var builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(Redirect.appendTo(launch.log().toFile()))
            .redirectInput(Redirect.PIPE);
    builder.environment().keySet().retainAll(INHERITED);
    builder.environment().putAll(launch.environment());
    try {
      endRequested = false;
      process = builder.start();
    } catch (IOException e) {
      throw new LaunchException("cannot start " + name(), e);
    }
    var _ = process.onExit().thenAccept(this::ended);
  }

  private void ended(Process ended) {
    if (!endRequested) {
      unexpectedEnds.accept(new UnexpectedEnd(this, ended.exitValue()));
    }
  }

  /// Returns when it is ready.
  ///
  /// @throws LaunchException when it ends before that, or takes longer than its start timeout
  public void awaitReady() {
    await(launch.readiness());
  }

  /// Returns when the condition holds, within the start timeout.
  public void await(Readiness condition) {
    var patience = new StartPatience(launch.startTimeout());
    while (!condition.holds()) {
      if (awaitEnd(PROBE_INTERVAL)) {
        throw new LaunchException(
            name() + " ended with code " + current().exitValue() + "\n" + logTail());
      }
      if (patience.isOver()) {
        throw new LaunchException(
            name() + " is not ready after " + patience.waited().toSeconds() + " s\n" + logTail());
      }
    }
  }

  /// SIGKILL, whatever state it is in; returns when it is gone.
  public void kill() {
    endRequested = true;
    current().destroyForcibly();
    awaitEnd(Duration.ofSeconds(30));
  }

  /// SIGTERM, and SIGKILL if that did not end it in time. True when it ended by itself.
  public boolean terminate(Duration grace) {
    if (!isAlive()) {
      return true;
    }
    resume();
    requestEnd();
    if (awaitEnd(grace)) {
      return true;
    }
    kill();
    return false;
  }

  /// SIGTERM without waiting.
  public void requestEnd() {
    endRequested = true;
    // Not Process.destroy(): that closes the child's standard input as well, which ParentWatch
    // takes for the launcher's death, and the child would end without finishing anything.
    current().toHandle().destroy();
  }

  /// SIGSTOP: it keeps its memory, ports and connections and does nothing.
  public void suspend() {
    signal("STOP");
  }

  public void resume() {
    signal("CONT");
  }

  /// Starts it again, after killing it if need be, and waits until it is ready.
  public void restart() {
    if (isAlive()) {
      kill();
    }
    start();
    awaitReady();
  }

  /// The last lines it wrote.
  public String logTail() {
    try {
      List<String> lines = Files.readAllLines(launch.log());
      int from = Math.max(0, lines.size() - LOG_TAIL_LINES);
      return String.join("\n", lines.subList(from, lines.size()));
    } catch (IOException e) {
      return "(no log: " + e.getMessage() + ")";
    }
  }

  @Override
  public String toString() {
    return name() + (isAlive() ? " (" + pid() + ")" : " (not running)");
  }

  boolean awaitEnd(Duration limit) {
    try {
      return current().waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LaunchException("interrupted while waiting for " + name(), e);
    }
  }

  private synchronized Process current() {
    if (process == null) {
      throw new IllegalStateException(name() + " was never started");
    }
    return process;
  }

  private void signal(String signal) {
    try {
      int code =
          new ProcessBuilder("/bin/sh", "-c", "kill -" + signal + " " + pid())
              .redirectErrorStream(true)
              .redirectOutput(Redirect.DISCARD)
              .start()
              .waitFor();
      if (code != 0 && isAlive()) {
        throw new IllegalStateException("cannot send " + signal + " to " + this);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LaunchException("interrupted while signalling " + name(), e);
    }
  }
}
