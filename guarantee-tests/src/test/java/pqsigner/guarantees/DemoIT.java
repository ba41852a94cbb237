package pqsigner.guarantees;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pqsigner.guarantees.stack.CommandLineRun;

/// The demo and the local stack as a person starts them.
final class DemoIT {
  private static final Duration LIMIT = Duration.ofMinutes(4);
  private static final Pattern PID = Pattern.compile("PQ_SIGNER_PID_[A-Z]+=(\\d+)");

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

  @Test
  void theLocalStackStopsWithItsTerminal() throws Exception {
    Path stack = folder.resolve("a stack's folder");
    Process up =
        CommandLineRun.builder(folder, Map.of(), "local", "up", "--dir", stack.toString())
            .redirectErrorStream(true)
            .start();
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(up.getInputStream(), UTF_8))) {
      StringBuilder said = new StringBuilder();
      for (String line = out.readLine();
          line != null && !line.contains("Ctrl-C");
          line = out.readLine()) {
        said.append(line).append('\n');
      }
      Path env = stack.resolve("local.env");
      assertThat(env).as(said.toString()).exists();
      new ProcessBuilder("/bin/sh", "-c", "kill -INT " + up.pid()).start().waitFor();
      assertThat(up.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
      Matcher pids = PID.matcher(Files.readString(env));
      int count = 0;
      for (; pids.find(); count++) {
        assertThat(ProcessHandle.of(Long.parseLong(pids.group(1)))).isEmpty();
      }
      assertThat(count).isEqualTo(4);
    } finally {
      up.destroyForcibly();
    }
  }
}
