package pqsigner.local.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.security.SecureRandom;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Loopback ports nobody listens on, each handed out once.
///
/// They lie below the ranges from which Linux and macOS take the ports of outgoing connections. A
/// server that is killed and restarted would otherwise sometimes find its port taken, even by a
/// client that was trying to reach it and connected to itself.
///
/// Each JVM hands out a slice of them: two stacks that start at the same time would otherwise
/// sometimes be given a port that the other has not bound yet.
public final class FreePorts {

  private static final int COUNT = 250;
  private static final int SLICES = 56;
  private static final int FIRST =
      18_000 + COUNT * Math.floorMod(ProcessHandle.current().pid(), SLICES);
  private static final int ATTEMPTS_MAX = 1_000;

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Set<Integer> HANDED_OUT = ConcurrentHashMap.newKeySet();

  private FreePorts() {}

  public static int next() {
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      int port = FIRST + RANDOM.nextInt(COUNT);
      if (isFree(port) && HANDED_OUT.add(port)) {
        return port;
      }
    }
    throw new IllegalStateException("no free port found");
  }

  private static boolean isFree(int port) {
    try (var probe = new ServerSocket()) {
      probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    } catch (IOException e) {
      return false;
    }
    try (var probe = new ServerSocket()) {
      probe.bind(new InetSocketAddress(port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
