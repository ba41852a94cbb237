package pqsigner.vm;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import pqsigner.protocol.transport.Connection;
import pqsigner.protocol.transport.EndpointAddress;
import pqsigner.protocol.transport.Listener;
import pqsigner.protocol.transport.Transport;

/// What AWS's `vsock-proxy` is on the parent: it carries bytes to one address and understands none
/// of them. Arguments: where to listen, where to connect to.
public final class VsockProxy implements AutoCloseable {
  private static final int CONNECTIONS_MAX = 64;
  private static final int BUFFER_BYTES = 16 * 1024;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(30);

  private final Listener listener;
  private final EndpointAddress target;
  private final Semaphore room = new Semaphore(CONNECTIONS_MAX);

  VsockProxy(EndpointAddress listen, EndpointAddress target) throws IOException {
    this.listener = Transport.listen(listen);
    this.target = target;
  }

  public static void main(String[] arguments) throws IOException {
    try (var proxy =
        new VsockProxy(EndpointAddress.parse(arguments[0]), EndpointAddress.parse(arguments[1]))) {
      System.out.println("VM proxy listens on " + proxy.address());
      proxy.serve();
    }
  }

  EndpointAddress address() {
    return listener.address();
  }

  /// Until the listener is closed.
  void serve() throws IOException {
    while (true) {
      Connection near = listener.accept();
      if (room.tryAcquire()) {
        Thread.ofPlatform().daemon().name("proxied").start(() -> carry(near));
      } else {
        near.close();
      }
    }
  }

  private void carry(Connection near) {
    try (near;
        Connection far = Transport.connect(target, CONNECT_TIMEOUT)) {
      Thread back = Thread.ofPlatform().daemon().name("proxied-back").start(() -> pump(far, near));
      pump(near, far);
      back.join();
    } catch (IOException e) {
      System.out.println("VM proxy: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      room.release();
    }
  }

  /// Everything that comes, and then its end. A broken half breaks the other: whoever waits for an
  /// answer that cannot come must learn it.
  private static void pump(Connection from, Connection to) {
    try {
      InputStream in = from.input();
      OutputStream out = to.output();
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        out.write(buffer, 0, count);
      }
      to.endOutput();
    } catch (IOException e) {
      closeBoth(from, to);
    }
  }

  private static void closeBoth(Connection one, Connection other) {
    try (one;
        other) {
      // Closing is all there is to do.
    } catch (IOException e) {
      System.out.println("VM proxy: " + e.getMessage());
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
