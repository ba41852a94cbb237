package pqsigner.local.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// A launcher for tests: starts one child, says its pid and waits to be killed.
public final class LauncherMain {

  private LauncherMain() {}

  public static void main(String[] arguments) throws InterruptedException {
    var children = new Children(ChildProcessTest.code(ParentWatch.class), () -> {});
    var readiness = new Readiness.Port(Integer.parseInt(arguments[0]));
    ChildProcess child =
        children.start(
            EchoMain.launch(
                "orphan",
                List.of(arguments[0]),
                Path.of(arguments[1]),
                readiness,
                Duration.ZERO,
                Duration.ofMinutes(1)));
    child.awaitReady();
    System.out.println(child.pid());
    Thread.currentThread().join();
  }
}
