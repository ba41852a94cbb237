package pqsigner.guarantees.stack;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import pqsigner.protocol.Answer;
import pqsigner.protocol.Frame;
import pqsigner.protocol.transport.Connection;
import pqsigner.protocol.transport.EndpointAddress;
import pqsigner.protocol.transport.Listener;
import pqsigner.protocol.transport.Transport;

/// Stands between a worker and its enclave and reads along, so that the worker can be killed when a
/// signature has left the enclave and nobody has heard of it.
public final class EnclaveProxy implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private record Armed(Runnable then, CountDownLatch done) {}

  private final Listener listener;
  private final AtomicReference<@Nullable Armed> armed = new AtomicReference<>();
  private volatile @Nullable EndpointAddress enclave;

  public EnclaveProxy() throws IOException {
    this.listener = Transport.listen(EndpointAddress.parse("tcp:127.0.0.1:0"));
    Thread.ofVirtual().name("enclave-proxy").start(this::accept);
  }

  /// Passes frames on to this enclave. Returns the address to call instead.
  public String before(String real) {
    enclave = EndpointAddress.parse(real);
    return listener.address().toString();
  }

  /// The next signature runs `then` and goes no further. Returns what to wait on.
  public CountDownLatch atSignature(Runnable then) {
    CountDownLatch done = new CountDownLatch(1);
    armed.set(new Armed(then, done));
    return done;
  }

  private void accept() {
    while (true) {
      try {
        Connection worker = listener.accept();
        Thread.ofVirtual().start(() -> carry(worker));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void carry(Connection worker) {
    try (worker;
        Connection there = Transport.connect(Objects.requireNonNull(enclave), PATIENCE)) {
      Thread.ofVirtual().start(() -> requests(worker, there));
      answers(there, worker);
    } catch (IOException e) {
      // One side is gone, and so is the other when this returns.
    }
  }

  private static void requests(Connection worker, Connection there) {
    try (there) {
      InputStream from = worker.input();
      byte[] buffer = new byte[8192];
      for (int length = from.read(buffer); length >= 0; length = from.read(buffer)) {
        there.output().write(buffer, 0, length);
        there.output().flush();
      }
    } catch (IOException e) {
      // As above.
    }
  }

  private void answers(Connection there, Connection worker) throws IOException {
    for (Frame frame = Frame.read(there.input());
        frame != null;
        frame = Frame.read(there.input())) {
      if (Answer.decode(frame.type(), frame.body()) instanceof Answer.Signed) {
        Armed hit = armed.getAndSet(null);
        if (hit != null) {
          try {
            hit.then.run();
          } finally {
            hit.done.countDown();
          }
          return;
        }
      }
      worker.output().write(frame.encode());
      worker.output().flush();
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
