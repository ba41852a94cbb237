package pqsigner.guarantees.alone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pqsigner.guarantees.stack.CommandLineRun;

/// The demo and the local stack as a person starts them.
final class DemoIT {
  private static final Duration LIMIT = Duration.ofMinutes(8);
  private static final Pattern PID = Pattern.compile("(?:PQ_SIGNER_PID_[A-Z]+=|, pid )(\\d+)");

  @TempDir private Path folder;

  @Test
  void everyCheckOfTheDemoHolds() throws Exception {
    CommandLineRun demo = CommandLineRun.of(folder, LIMIT, Map.of(), new byte[0], "demo");

    assertThat(demo.exit()).as(demo.out() + demo.err()).isZero();
    assertThat(demo.out())
        .contains(
            "request_id_conflict",
            "jobs replay --execute",
            "unknown_user",
            "key_record_rejected",
            "kms_denied",
            "AccessDeniedException",
            "checks held")
        .doesNotContain("✗");
  }

  /// While its stack comes up; what is interrupted later ends as `local up` does.
  @Test
  void anInterruptedDemoLeavesNothingRunning() throws Exception {
    Process demo = start("demo");
    try {
      String said = readUntil(demo, ", pid ");
      List<ProcessHandle> parts = demo.descendants().toList();
      interrupt(demo);
      assertThat(demo.exitValue()).isEqualTo(130);
      assertThat(parts).as(said).hasSizeGreaterThan(1).noneMatch(ProcessHandle::isAlive);
    } finally {
      demo.destroyForcibly();
    }
  }

  @Test
  void theLocalStackBringsBackWhatEndsAndStopsWithItsTerminal() throws Exception {
    Path stack = folder.resolve("a stack's folder");
    Process up = start("local", "up", "--restart", "--dir", stack.toString());
    try {
      String said = readUntil(up, "Ctrl-C");
      Path env = stack.resolve("local.env");
      assertThat(env).as(said).exists();
      Matcher worker = Pattern.compile("PID_WORKER=(\\d+)").matcher(Files.readString(env));
      assertThat(worker.find()).isTrue();
      ProcessHandle.of(Long.parseLong(worker.group(1))).orElseThrow().destroyForcibly();
      String told = readUntil(up, "worker is back");
      assertThat(told).contains("worker exited with code 137");
      interrupt(up);
      assertThat(assertAllEnded(told)).isEqualTo(1);
      assertThat(assertAllEnded(Files.readString(env))).isEqualTo(4);
      assertThat(assertAllEnded(said)).isEqualTo(8);
    } finally {
      up.destroyForcibly();
    }
  }

  /// What a shell starts in the background ignores SIGINT, and so would all that it starts.
  private Process start(String... arguments) throws Exception {
    ProcessBuilder builder =
        CommandLineRun.builder(folder, Map.of(), arguments).redirectErrorStream(true);
    builder.command().addAll(0, List.of("env", "--default-signal=INT"));
    return builder.start();
  }

  /// Everything up to and including the line with `text`. The rest stays unread: what it says fits
  /// into the pipe. A process that never says it is ended, and with it what it says.
  private static String readUntil(Process process, String text) throws Exception {
    CompletableFuture<Void> patience =
        CompletableFuture.runAsync(
            process::destroy,
            CompletableFuture.delayedExecutor(LIMIT.toSeconds(), TimeUnit.SECONDS));
    StringBuilder said = new StringBuilder();
    BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      said.append(line).append('\n');
      if (line.contains(text)) {
        break;
      }
    }
    patience.cancel(false);
    return said.toString();
  }

  /// As Ctrl-C.
  private static void interrupt(Process process) throws Exception {
    new ProcessBuilder("/bin/sh", "-c", "kill -INT " + process.pid()).start().waitFor();
    assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
  }

  /// How many processes were named, all of which have ended.
  private static int assertAllEnded(String text) {
    Matcher pids = PID.matcher(text);
    int count = 0;
    for (; pids.find(); count++) {
      assertThat(ProcessHandle.of(Long.parseLong(pids.group(1)))).isEmpty();
    }
    return count;
  }
}
