package pqsigner.gateway.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A well-behaved client of the web layer.
record HttpCaller(HttpClient client, int port) {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  static HttpCaller of(SSLContext tls, int port) {
    return new HttpCaller(
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).sslContext(tls).build(), port);
  }

  /// What came back.
  record Answer(HttpResponse<byte[]> response) {

    int status() {
      return response.statusCode();
    }

    JsonNode body() {
      return JSON.readTree(response.body());
    }

    String text(String field) {
      return body().path(field).asString("");
    }

    byte[] bytes(String field) {
      return Base64.getDecoder().decode(text(field));
    }

    @Nullable String header(String name) {
      return response.headers().firstValue(name).orElse(null);
    }
  }

  /// @param headers name, value, name, value, ...
  Answer get(String path, String... headers) {
    HttpRequest.Builder request = request(path).GET();
    return send((headers.length == 0 ? request : request.headers(headers)).build());
  }

  /// @param headers name, value, name, value, ...
  Answer post(String body, String... headers) {
    HttpRequest.Builder request =
        request("/v1/pq-signer").header("Content-Type", "application/json");
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request.POST(HttpRequest.BodyPublishers.ofString(body)).build());
  }

  Answer keygen(String userId) {
    return post(
        """
        {"request_type":"key_generation","payload":{"alg":"ML-DSA-44","user_id":"%s"}}
        """
            .formatted(userId));
  }

  Answer rotate(String userId) {
    return post(
        """
        {"request_type":"key_rotation","payload":{"user_id":"%s"}}
        """
            .formatted(userId));
  }

  /// @param version as it is to stand in the path
  Answer setState(String userId, String version, String body) {
    return send(
        request("/v1/pq-signer/keys/" + userId + "/versions/" + version)
            .header("Content-Type", "application/json")
            .method("PATCH", HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("https://localhost:" + port + path));
  }

  Answer send(HttpRequest request) {
    try {
      return new Answer(client.send(request, HttpResponse.BodyHandlers.ofByteArray()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
