package pqsigner.enclave;

import java.util.concurrent.atomic.AtomicLong;

/// One line on standard output for what an operator has to know, an event and its facts: `noun.verb
/// key=value`. Of a failure it names the classes of the whole chain and where the innermost was
/// thrown, never a message: messages are written by others and may quote what they were given.
///
/// At most 20 lines a second, so that a hostile peer cannot make it a flood; the next line says how
/// many were left out.
public final class EventLog {
  private static final int LINES_PER_SECOND_MAX = 20;
  private static final AtomicLong SECOND = new AtomicLong();
  private static final AtomicLong LINES = new AtomicLong();
  private static final AtomicLong LEFT_OUT = new AtomicLong();

  private EventLog() {}

  /// @param name `noun.verb`
  /// @param details `key=value` pairs that hold nothing secret
  public static void event(String name, String details) {
    if (admitted()) {
      long leftOut = LEFT_OUT.getAndSet(0);
      System.out.println(name + " " + details + (leftOut == 0 ? "" : " left_out=" + leftOut));
    } else {
      LEFT_OUT.incrementAndGet();
    }
  }

  public static void failure(String name, Throwable failure) {
    event(name, "error=" + chain(failure));
  }

  private static boolean admitted() {
    long second = System.nanoTime() / 1_000_000_000L;
    if (SECOND.getAndSet(second) != second) {
      LINES.set(0);
    }
    return LINES.incrementAndGet() <= LINES_PER_SECOND_MAX;
  }

  private static String chain(Throwable failure) {
    StringBuilder text = new StringBuilder();
    Throwable innermost = failure;
    int depth = 0;
    for (Throwable t = failure; t != null && depth < 8; t = t.getCause(), depth++) {
      text.append(depth == 0 ? "" : "<").append(t.getClass().getSimpleName());
      innermost = t;
    }
    StackTraceElement[] frames = innermost.getStackTrace();
    return frames.length == 0 ? text.toString() : text + " at=" + frames[0];
  }
}
