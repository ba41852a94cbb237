package pqsigner.local.kms;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import tools.jackson.databind.json.JsonMapper;

/// Makes the running stand-in fail on purpose, changes which images its policy allows, and tells
/// what it was asked.
public final class KmsFaults {

  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final JsonMapper JSON = new JsonMapper();

  private final URI control;
  private final HttpClient client = HttpClient.newHttpClient();
  private Faults current = Faults.NONE;

  public KmsFaults(URI control) {
    this.control = control;
  }

  /// Throttles every call for this user's keys, until cleared.
  public synchronized void throttleUser(String userId) {
    set(current.throttlingUser(userId));
  }

  /// Denies every call for this user's keys, as a policy does, until cleared.
  public synchronized void denyUser(String userId) {
    set(current.denyingUser(userId));
  }

  public synchronized void throttleNext(int calls) {
    set(current.withThrottleNext(calls));
  }

  /// Ends every call with this error, until cleared.
  ///
  /// @param code as AWS names it: `AccessDeniedException`, `UnrecognizedClientException` and so on
  public synchronized void refuse(String code) {
    set(current.withRefusal(code));
  }

  public synchronized void outage(Faults.Outage outage) {
    set(current.withOutage(outage));
  }

  public synchronized void delay(Duration delay) {
    set(current.withDelayMillis(delay.toMillis()));
  }

  public synchronized void clear() {
    set(Faults.NONE);
  }

  /// Adds an image to the key policy.
  public void allowPcr0(String hex) {
    post(ControlServer.ALLOW, hex);
  }

  /// Takes an image out of the key policy.
  public void disallowPcr0(String hex) {
    post(ControlServer.DISALLOW, hex);
  }

  public CallCounts counts() {
    return JSON.readValue(post(ControlServer.COUNTS, ""), CallCounts.class);
  }

  private void set(Faults faults) {
    post(ControlServer.FAULTS, faults);
    // What is left of a number of calls is the server's to know; it is not sent again.
    current = faults.withThrottleNext(0);
  }

  private byte[] post(String path, Object body) {
    HttpRequest request =
        HttpRequest.newBuilder(control.resolve(path))
            .timeout(TIMEOUT)
            .POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
            .build();
    try {
      HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
      if (response.statusCode() != 200) {
        throw new IllegalStateException("the control endpoint said " + response.statusCode());
      }
      return response.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
