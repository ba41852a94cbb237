package pqsigner.cli.custodian;

import java.time.Duration;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import pqsigner.cli.Connection;
import pqsigner.client.SignerRequest;
import pqsigner.client.SignerResult;
import pqsigner.client.http.HttpSigner;
import pqsigner.client.kafka.KafkaSigner;

/// How a request travels, and how long its caller waits.
final class Delivery {

  /// The two ways in.
  enum Way {
    HTTP,
    KAFKA
  }

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Mixin
  private Connection connection;

  @Option(
      names = "--via",
      defaultValue = "http",
      description = "How the request travels: http (default) or kafka.")
  private Way way = Way.HTTP;

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "How long to wait for the result (default 60; the work goes on without us).")
  private int waitSeconds = 60;

  @Option(names = "--async", description = "Return as soon as the request is accepted.")
  private boolean async;

  boolean async() {
    return async;
  }

  Connection connection() {
    return connection;
  }

  String wayName() {
    return way == Way.HTTP ? "HTTPS" : "Kafka";
  }

  SignerResult submit(SignerRequest request) {
    Duration patience = async ? Duration.ZERO : Duration.ofSeconds(Math.max(1, waitSeconds));
    return switch (way) {
      case HTTP -> {
        try (HttpSigner signer = connection.http()) {
          yield signer.submit(request, patience);
        }
      }
      case KAFKA -> {
        try (KafkaSigner signer = connection.kafka()) {
          yield signer.submit(request, patience);
        }
      }
    };
  }
}
