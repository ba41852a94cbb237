package pqsigner.guarantees.stack;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import javax.net.ssl.SSLContext;

/// HTTP as it is, for what a well-behaved client would never send.
public final class RawHttp {
  private static final Duration TIMEOUT = Duration.ofSeconds(45);
  private static final String[] JSON = {"Content-Type", "application/json"};

  private final HttpClient client;
  private final URI base;

  RawHttp(URI base, SSLContext context) {
    this.base = base;
    this.client =
        HttpClient.newBuilder().sslContext(context).connectTimeout(Duration.ofSeconds(10)).build();
  }

  public Answer post(String json, String... headers) throws IOException, InterruptedException {
    return post(json.getBytes(UTF_8), headers);
  }

  public Answer post(byte[] json, String... headers) throws IOException, InterruptedException {
    HttpRequest.Builder request = request("/v1/pq-signer").headers(JSON);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request.POST(BodyPublishers.ofByteArray(json)));
  }

  /// Without a Content-Length.
  public Answer postChunked(byte[] json) throws IOException, InterruptedException {
    BodyPublisher body = BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(json));
    return send(request("/v1/pq-signer").headers(JSON).POST(body));
  }

  /// With only the headers given.
  public Answer send(String method, String path, byte[] body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        request(path)
            .method(
                method,
                body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    return send(headers.length == 0 ? request : request.headers(headers));
  }

  public Answer get(String path) throws IOException, InterruptedException {
    return send(request(path).GET());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(base.resolve(path)).timeout(TIMEOUT);
  }

  private Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<byte[]> response = client.send(request.build(), BodyHandlers.ofByteArray());
    return new Answer(response.statusCode(), response.headers(), response.body());
  }
}
