package pqsigner.enclave.release;

import java.io.IOException;
import java.net.SocketException;
import java.util.concurrent.ScheduledFuture;
import pqsigner.enclave.Deadline;

/// One request and its answer over a TLS session with KMS. There is no plain HTTP in it and no
/// second way when TLS fails. When the deadline passes, the connection is closed under whatever
/// blocks.
final class HttpsClient implements AutoCloseable {
  private final TlsChannels channels;

  HttpsClient(TlsChannels channels) {
    this.channels = channels;
  }

  HttpWire.Response exchange(byte[] request, Deadline deadline) throws IOException {
    TlsChannel idle = channels.takeIdle();
    if (idle != null) {
      try {
        return exchange(idle, request, deadline);
      } catch (HttpWire.NoResponseException | SocketException e) {
        // The server may have closed it while it was idle. Both KMS operations in use can be
        // repeated, so the request goes over a new connection, once.
        if (deadline.passed()) {
          throw e;
        }
      }
    }
    return exchange(channels.open(deadline), request, deadline);
  }

  private HttpWire.Response exchange(TlsChannel over, byte[] request, Deadline deadline)
      throws IOException {
    ScheduledFuture<?> timeout = channels.closeAt(deadline, over::close);
    try {
      over.output().write(request);
      over.output().flush();
      HttpWire.Response response = HttpWire.read(over.input());
      if (timeout.cancel(false) && response.keepAlive()) {
        channels.giveBack(over);
      } else {
        over.close();
      }
      return response;
    } catch (IOException | RuntimeException e) {
      timeout.cancel(false);
      over.close();
      throw e;
    }
  }

  @Override
  public void close() {
    channels.close();
  }
}
