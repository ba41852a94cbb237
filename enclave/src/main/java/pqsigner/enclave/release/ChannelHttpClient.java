package pqsigner.enclave.release;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;
import pqsigner.enclave.Deadline;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpFullResponse;
import software.amazon.awssdk.http.SdkHttpRequest;

/// The AWS SDK's transport, over any [pqsigner.protocol.transport.Connection]. There is no plain
/// HTTP in it and no second way when TLS fails.
///
/// The SDK calls it on the caller's thread, so the caller's [#DEADLINE] reaches it as a scoped
/// value; when it passes, the connection is closed under whatever blocks.
final class ChannelHttpClient implements SdkHttpClient {
  static final ScopedValue<Deadline> DEADLINE = ScopedValue.newInstance();

  private final TlsChannels channels;
  private final String host;

  ChannelHttpClient(TlsChannels channels, String host) {
    this.channels = channels;
    this.host = host;
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    return new Exchange(request, DEADLINE.get());
  }

  @Override
  public String clientName() {
    return "Channel";
  }

  @Override
  public void close() {
    channels.close();
  }

  private final class Exchange implements ExecutableHttpRequest {
    private final HttpExecuteRequest request;
    private final Deadline deadline;
    private volatile @Nullable TlsChannel channel;

    Exchange(HttpExecuteRequest request, Deadline deadline) {
      this.request = request;
      this.deadline = deadline;
    }

    @Override
    public HttpExecuteResponse call() throws IOException {
      byte[] encoded = encode();
      TlsChannel idle = channels.takeIdle();
      if (idle != null) {
        try {
          return exchange(idle, encoded);
        } catch (HttpWire.NoResponseException | SocketException e) {
          // The server may have closed it while it was idle. Both KMS operations in use can be
          // asked twice, so a fresh connection asks again; a second failure is one.
          if (deadline.passed()) {
            throw e;
          }
        }
      }
      return exchange(channels.open(deadline), encoded);
    }

    private HttpExecuteResponse exchange(TlsChannel over, byte[] encoded) throws IOException {
      channel = over;
      ScheduledFuture<?> timeout = channels.closeAt(deadline, over::close);
      try {
        over.output().write(encoded);
        over.output().flush();
        HttpWire.Response response = HttpWire.read(over.input());
        if (timeout.cancel(false) && response.keepAlive()) {
          channels.giveBack(over);
        } else {
          over.close();
        }
        return response(response);
      } catch (IOException | RuntimeException e) {
        timeout.cancel(false);
        over.close();
        throw e;
      } finally {
        channel = null;
      }
    }

    private byte[] encode() throws IOException {
      SdkHttpRequest http = request.httpRequest();
      if (!http.protocol().equals("https") || !http.host().equals(host)) {
        throw new IOException("a request to somebody else");
      }
      List<HttpWire.Header> headers = new ArrayList<>();
      headers.add(new HttpWire.Header("Host", host));
      http.forEachHeader(
          (name, values) -> {
            if (!name.equalsIgnoreCase("Host") && !name.equalsIgnoreCase("Content-Length")) {
              values.forEach(value -> headers.add(new HttpWire.Header(name, value)));
            }
          });
      String query = http.encodedQueryParameters().map(text -> "?" + text).orElse("");
      String path = http.encodedPath().isEmpty() ? "/" : http.encodedPath();
      return HttpWire.request(http.method().name(), path + query, headers, body());
    }

    private byte[] body() throws IOException {
      if (request.contentStreamProvider().isEmpty()) {
        return new byte[0];
      }
      try (InputStream content = request.contentStreamProvider().get().newStream()) {
        return content.readAllBytes();
      }
    }

    private static HttpExecuteResponse response(HttpWire.Response response) {
      SdkHttpFullResponse.Builder http =
          SdkHttpFullResponse.builder().statusCode(response.status()).statusText(response.reason());
      response.headers().forEach(header -> http.appendHeader(header.name(), header.value()));
      return HttpExecuteResponse.builder()
          .response(http.build())
          .responseBody(
              AbortableInputStream.create(new ByteArrayInputStream(response.body()), () -> {}))
          .build();
    }

    @Override
    public void abort() {
      TlsChannel blocked = channel;
      if (blocked != null) {
        blocked.close();
      }
    }
  }
}
