package pqsigner.local.registry;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import pqsigner.local.process.Launch;
import pqsigner.local.process.LaunchException;
import pqsigner.local.process.Readiness;

/// How to start the registry and what to ask of it once.
///
/// @param unpacked the folder that holds `quarkus-run.jar`
public record SchemaRegistry(Path unpacked, int port, int managementPort) {

  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  /// The base of Confluent's API: the value of `schema.registry.url`.
  public URI url() {
    return URI.create("http://127.0.0.1:" + port + "/apis/ccompat/v7");
  }

  public Launch launch(Path log) {
    List<String> options = new ArrayList<>(Launch.QUICK_START);
    options.addAll(
        List.of(
            "-Xmx320m",
            "-Dquarkus.http.host=127.0.0.1",
            "-Dquarkus.http.port=" + port,
            "-Dquarkus.management.host=127.0.0.1",
            "-Dquarkus.management.port=" + managementPort,
            "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
            // It is idle most of the time.
            "-Dquarkus.thread-pool.keep-alive-time=1S",
            // A thread that ends clears its locals by reflection, and fails where it may not.
            "--add-opens=java.base/java.lang=ALL-UNNAMED"));
    return new Launch(
        "registry",
        options,
        List.of(unpacked.resolve("quarkus-run.jar")),
        "io.quarkus.bootstrap.runner.QuarkusEntryPoint",
        List.of(),
        Map.of(),
        log,
        new Readiness.Http(URI.create(url() + "/subjects")),
        Duration.ofMinutes(2),
        Duration.ZERO);
  }

  /// A new version of a schema must be able to read what the one before wrote.
  ///
  /// @param url the value of `schema.registry.url`
  public static void requireBackwardCompatibility(URI url) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + "/config"))
            .header("Content-Type", "application/json")
            .timeout(TIMEOUT)
            .PUT(BodyPublishers.ofString("{\"compatibility\":\"BACKWARD\"}"))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw new LaunchException("the registry answered " + response.statusCode());
      }
    } catch (IOException e) {
      throw new LaunchException("the registry does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LaunchException("interrupted", e);
    }
  }
}
