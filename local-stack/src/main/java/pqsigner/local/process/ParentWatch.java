package pqsigner.local.process;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/// Runs another main class and ends the process when standard input closes, which the kernel does
/// when the launcher that holds the other end dies in whatever way.
///
/// Arguments: the main class, then its own. This class is all that a product's process gets from
/// the local stack, in a jar of its own.
public final class ParentWatch {

  /// As a process that was terminated.
  private static final int EXIT_CODE = 143;

  private ParentWatch() {}

  public static void main(String[] arguments) throws Exception {
    start();
    var main = Class.forName(arguments[0]).getMethod("main", String[].class);
    try {
      main.invoke(null, (Object) Arrays.copyOfRange(arguments, 1, arguments.length));
    } catch (InvocationTargetException e) {
      e.printStackTrace();
      System.exit(1);
    }
  }

  private static void start() {
    Thread.ofPlatform().name("parent-watch").daemon().start(ParentWatch::awaitEndOfParent);
  }

  private static void awaitEndOfParent() {
    try {
      while (System.in.read() != -1) {
        // Nobody writes; whatever came is not the end.
      }
    } catch (IOException e) {
      // A broken pipe is an end too.
    }
    Runtime.getRuntime().halt(EXIT_CODE);
  }
}
