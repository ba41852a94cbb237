package pqsigner.local.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// A process for tests: sends each connection's first byte back, or fails as told.
public final class EchoMain {

  private EchoMain() {}

  static Launch launch(
      String name,
      List<String> arguments,
      Path log,
      Readiness readiness,
      Duration grace,
      Duration timeout) {
    return new Launch(
        name,
        Launch.QUICK_START,
        List.of(ChildProcessTest.code(EchoMain.class)),
        EchoMain.class.getName(),
        arguments,
        Map.of("SECRET", "given"),
        log,
        readiness,
        timeout,
        grace);
  }

  public static void main(String[] arguments) throws IOException {
    if (arguments.length > 1) {
      throw new IllegalStateException("as it was told");
    }
    System.out.println(System.getenv());
    Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("finished")));
    int port = Integer.parseInt(arguments[0]);
    try (var listener = new ServerSocket(port, 50, InetAddress.getLoopbackAddress())) {
      while (true) {
        try (Socket socket = listener.accept()) {
          int first = socket.getInputStream().read();
          if (first >= 0) {
            socket.getOutputStream().write(first);
          }
        }
      }
    }
  }
}
