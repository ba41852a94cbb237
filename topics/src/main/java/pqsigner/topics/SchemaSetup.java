package pqsigner.topics;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import pqsigner.events.Topics;
import pqsigner.events.wire.RegistryUnavailableException;
import pqsigner.events.wire.SchemaRegistration;

/// Registers the schemas and has the registry refuse, for these subjects and no other's, a version
/// that could not read what the one before wrote. Doing it again changes nothing.
public final class SchemaSetup {

  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final String BACKWARD = "{\"compatibility\":\"BACKWARD\"}";

  private SchemaSetup() {}

  /// @param registry the base of Confluent's API
  /// @return the id of each subject's schema
  /// @throws SetupException when the registry does not take one of them
  public static Map<String, Integer> apply(
      URI registry, Topics topics, Collection<String> custodians) {
    try {
      Map<String, Integer> ids =
          SchemaRegistration.register(
              Map.of("schema.registry.url", registry.toString()), topics, custodians);
      ids.keySet().forEach(subject -> requireBackwardCompatibility(registry, subject));
      return ids;
    } catch (RegistryUnavailableException e) {
      throw new SetupException("the registry does not take the schemas", e);
    }
  }

  private static void requireBackwardCompatibility(URI registry, String subject) {
    String path = "/config/" + URLEncoder.encode(subject, StandardCharsets.UTF_8);
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(registry + path))
            .header("Content-Type", "application/json")
            .timeout(TIMEOUT)
            .PUT(BodyPublishers.ofString(BACKWARD))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      int status = client.send(request, BodyHandlers.discarding()).statusCode();
      if (status != 200) {
        throw new SetupException(
            "the registry answered %d to the compatibility of %s".formatted(status, subject));
      }
    } catch (IOException e) {
      throw new SetupException("the registry does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SetupException("interrupted", e);
    }
  }
}
