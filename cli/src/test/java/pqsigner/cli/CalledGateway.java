package pqsigner.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import pqsigner.client.Json;
import pqsigner.local.pki.LocalPki;
import pqsigner.local.pki.PemPair;
import pqsigner.local.testing.StubGateway;
import tools.jackson.databind.JsonNode;

/// A stub of the gateway for each test, and commands that call it as custodian-a.
@SuppressWarnings("NullAway.Init") // before each test
final class CalledGateway implements BeforeEachCallback, AfterEachCallback {
  private LocalPki pki;
  private StubGateway stub;

  @Override
  public void beforeEach(ExtensionContext context) throws Exception {
    Path folder = Files.createTempDirectory("called-gateway");
    pki = LocalPki.create(folder, List.of("custodian-a"), "eu-central-1", Instant.now());
    stub = StubGateway.start(pki);
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    stub.close();
    try (Stream<Path> files = Files.walk(pki.directory())) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(file);
      }
    }
  }

  CalledGateway then(int status, String body) {
    stub.then(status, body);
    return this;
  }

  StubGateway stub() {
    return stub;
  }

  /// The only request, as it came.
  StubGateway.Request asked() {
    if (stub.requests().size() != 1) {
      throw new AssertionError("requests: " + stub.requests());
    }
    return stub.requests().getFirst();
  }

  JsonNode askedBody() {
    return Json.parse(asked().body().getBytes(UTF_8));
  }

  Terminal.Run run(String... arguments) {
    return run(pki.ca(), arguments);
  }

  /// As a caller for whom the gateway is a stranger.
  Terminal.Run runTrustingAnotherAuthority(String... arguments) {
    return run(pki.kmsCa(), arguments);
  }

  private Terminal.Run run(Path authority, String... arguments) {
    PemPair own = pki.pair("custodian-a");
    Stream<String> connection =
        Stream.of(
            "--url",
            stub.url().toString(),
            "--ca",
            authority.toString(),
            "--cert",
            own.certificate().toString(),
            "--key",
            own.key().toString());
    return Terminal.run(Stream.concat(Stream.of(arguments), connection).toArray(String[]::new));
  }
}
