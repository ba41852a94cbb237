package pqsigner.cli.demo;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import picocli.CommandLine.Help.Ansi;
import pqsigner.local.LocalStack;
import pqsigner.local.process.ChildProcess;

/// What a person reads while the demo runs: scenes with what happens, where and how long, and what
/// was checked. A check that does not hold ends the demo.
final class Transcript {
  private static final int WIDTH = 100;
  private static final Pattern COMPLAINT = Pattern.compile("WARN|ERROR|Exception|FATAL");

  /// A part of the story.
  interface Scene {
    void play(Transcript told) throws Exception;
  }

  private final PrintWriter out;
  private final long begin = System.nanoTime();
  private int scenes;
  private int checks;
  private volatile boolean silent;

  Transcript(PrintWriter out) {
    this.out = out;
  }

  /// Plays a scene under a numbered heading.
  void scene(String title, Scene scene) throws Exception {
    scenes++;
    long start = System.nanoTime();
    line("");
    styled("bold", "%2d  %s".formatted(scenes, title));
    scene.play(this);
    line("    %s".formatted(rightAligned(seconds(start))));
  }

  /// Tells what happens.
  void tell(String text) {
    line("    " + text);
  }

  /// Tells a detail: where, which, how many.
  void detail(String text) {
    styled("faint", "      " + text);
  }

  /// @throws DemoFailure when it does not hold
  void check(String claim, boolean holds) {
    if (!holds) {
      styled("bold,red", "    ✗ " + claim);
      throw new DemoFailure("did not hold: " + claim);
    }
    checks++;
    out.print(silent ? "" : Ansi.AUTO.string("    @|green ✓|@ ") + claim + System.lineSeparator());
    out.flush();
  }

  /// Checks that what was got is what the contract says.
  void checkEquals(String claim, Object expected, Object actual) {
    if (!expected.equals(actual)) {
      tell("expected " + expected + ", got " + actual);
    }
    check(claim, expected.equals(actual));
  }

  /// After a failure: the last words of every process that had something to complain about.
  void showLogs(LocalStack stack, Exception failure) {
    styled("red", "    " + Story.reason(failure));
    for (ChildProcess process : stack.processes()) {
      List<String> complaints =
          process.logTail().lines().filter(l -> COMPLAINT.matcher(l).find()).toList();
      if (!process.isAlive() || !complaints.isEmpty()) {
        line("    --- " + process + ", " + process.log());
        complaints.forEach(complaint -> line("    " + complaint));
      }
    }
  }

  int checks() {
    return checks;
  }

  String elapsed() {
    return seconds(begin);
  }

  /// Says no more: the reader pressed Ctrl-C.
  void silence() {
    silent = true;
  }

  void line(String text) {
    if (!silent) {
      out.println(text);
      out.flush();
    }
  }

  void styled(String style, String text) {
    line(Ansi.AUTO.enabled() ? Ansi.AUTO.string("@|" + style + " " + text + "|@") : text);
  }

  static String seconds(long sinceNanos) {
    return String.format(Locale.ROOT, "%.1f s", (System.nanoTime() - sinceNanos) / 1e9);
  }

  private static String rightAligned(String text) {
    return ("%" + (WIDTH - 4) + "s").formatted(text);
  }
}
