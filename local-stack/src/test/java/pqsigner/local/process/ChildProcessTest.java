package pqsigner.local.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildProcessTest {

  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir Path directory;
  private final Children children = new Children(code(ParentWatch.class), () -> {});

  @AfterEach
  void stop() {
    children.close();
  }

  @Test
  void itIsReadyWhenItsPortAnswers() throws IOException {
    int port = FreePorts.next();
    ChildProcess echo = started(port, Duration.ZERO);
    assertThat(echo.isAlive()).isTrue();
    assertThat(answers(port)).isTrue();
  }

  @Test
  void onePortIsNeverGivenTwice() {
    assertThat(java.util.stream.Stream.generate(FreePorts::next).limit(200))
        .doesNotHaveDuplicates();
  }

  @Test
  void aSuspendedProcessAnswersAgainWhenItIsResumed() throws IOException {
    int port = FreePorts.next();
    ChildProcess echo = started(port, Duration.ZERO);

    echo.suspend();
    assertThat(answers(port)).isFalse();
    echo.resume();

    assertThat(answers(port)).isTrue();
  }

  @Test
  void aKilledProcessComesBackOnItsPort() throws IOException {
    int port = FreePorts.next();
    ChildProcess echo = started(port, Duration.ZERO);
    long first = echo.pid();

    echo.kill();
    assertThat(echo.isAlive()).isFalse();
    echo.restart();

    assertThat(echo.pid()).isNotEqualTo(first);
    assertThat(answers(port)).isTrue();
  }

  @Test
  void closingEndsASuspendedProcessToo() {
    ChildProcess echo = started(FreePorts.next(), Duration.ofSeconds(5));
    echo.suspend();
    children.close();
    assertThat(echo.isAlive()).isFalse();
  }

  @Test
  void aProcessThatHasSomethingToFinishIsAskedFirst() {
    ChildProcess echo = started(FreePorts.next(), SOON);
    children.close();
    assertThat(echo.isAlive()).isFalse();
    assertThat(echo.logTail()).contains("finished");
  }

  @Test
  void oneThatEndsBeforeItIsReadySaysWhatItWrote() {
    Launch launch = launch("fails", List.of("0", "fail"), () -> false, Duration.ZERO, SOON);
    ChildProcess child = children.start(launch);
    assertThatThrownBy(child::awaitReady)
        .isInstanceOf(LaunchException.class)
        .hasMessageContaining("ended with code 1")
        .hasMessageContaining("as it was told");
  }

  @Test
  void oneThatIsNotReadyInTimeIsReported() {
    Launch launch =
        launch(
            "slow",
            List.of(Integer.toString(FreePorts.next())),
            () -> false,
            Duration.ZERO,
            Duration.ofMillis(100));
    ChildProcess child = children.start(launch);
    assertThatThrownBy(child::awaitReady).hasMessageContaining("slow is not ready after");
  }

  @Test
  void anEndThatNobodyAskedForIsTold() throws Exception {
    ChildProcess asked = started(FreePorts.next(), Duration.ZERO);
    ChildProcess killed = started(FreePorts.next(), Duration.ZERO);
    asked.kill();
    assertThat(ProcessHandle.of(killed.pid()).orElseThrow().destroyForcibly()).isTrue();

    var end = children.awaitUnexpectedEnd();

    assertThat(end.process()).isSameAs(killed);
    assertThat(end.exitCode()).isEqualTo(128 + 9);
    killed.restart();
    assertThat(killed.isAlive()).isTrue();
  }

  @Test
  void aBusyMachineIsGivenMoreTime() {
    assertThat(StartPatience.stretch(0.1, 2)).isEqualTo(1);
    assertThat(StartPatience.stretch(15, 2)).isEqualTo(7.5);
    assertThat(StartPatience.stretch(400, 2)).isEqualTo(15);
    assertThat(StartPatience.stretch(-1, 2)).as("the system does not tell").isEqualTo(1);
    assertThat(StartPatience.stretched(Duration.ofMinutes(2), 7.5))
        .isEqualTo(Duration.ofMinutes(15));
  }

  @Test
  void nothingStartsAfterTheEnd() {
    children.close();
    Launch launch = launch("late", List.of("0"), () -> true, Duration.ZERO, SOON);
    assertThatThrownBy(() -> children.start(launch)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void theLaunchersEnvironmentStaysOutside() {
    ChildProcess echo = started(FreePorts.next(), Duration.ZERO);
    assertThat(echo.logTail()).contains("SECRET=given").doesNotContain("MAVEN_CMD_LINE_ARGS");
    assertThat(ProcessHandle.of(echo.pid()).flatMap(p -> p.info().commandLine()).orElse(""))
        .doesNotContain("given");
  }

  @Test
  void aLauncherThatIsKilledTakesItsProcessesWithIt() throws Exception {
    int port = FreePorts.next();
    Process launcher =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                code(ParentWatch.class) + ":" + code(EchoMain.class),
                LauncherMain.class.getName(),
                Integer.toString(port),
                directory.resolve("orphan.log").toString())
            .redirectErrorStream(true)
            .start();
    long pid;
    try (var output = launcher.inputReader()) {
      pid = Long.parseLong(String.valueOf(output.readLine()));
      launcher.destroyForcibly().waitFor();
    }
    ProcessHandle orphan = ProcessHandle.of(pid).orElse(null);
    if (orphan != null) {
      orphan.onExit().get(SOON.toSeconds(), TimeUnit.SECONDS);
    }
    assertThat(answers(port)).isFalse();
  }

  private ChildProcess started(int port, Duration grace) {
    Launch launch =
        launch("echo", List.of(Integer.toString(port)), new Readiness.Port(port), grace, SOON);
    ChildProcess child = children.start(launch);
    child.awaitReady();
    return child;
  }

  private Launch launch(
      String name, List<String> arguments, Readiness readiness, Duration grace, Duration timeout) {
    return EchoMain.launch(
        name, arguments, directory.resolve(name + ".log"), readiness, grace, timeout);
  }

  /// Whether a byte comes back.
  private static boolean answers(int port) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(2_000);
      socket.getOutputStream().write(1);
      return socket.getInputStream().read() == 1;
    } catch (SocketTimeoutException | java.net.ConnectException e) {
      return false;
    }
  }

  static Path code(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
