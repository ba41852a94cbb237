package pqsigner.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import pqsigner.client.Json;
import pqsigner.client.SignerRequest;
import pqsigner.client.SignerResult;
import pqsigner.client.kafka.KafkaSigner;
import pqsigner.client.kafka.ReceivedEvent;

/// A custodian's pipeline: commands in, results out, all over Kafka.
final class PipelineScene implements Transcript.Scene {
  private final Cast cast;
  private final int signatures;

  /// A key that signs, and whether the pipeline itself has it made.
  private record Signer(String userId, String algorithm, boolean overKafka) {}

  private static final List<Signer> SIGNERS =
      List.of(
          new Signer("bob", "ML-DSA-44", true),
          new Signer("alice", "ML-DSA-65", false),
          new Signer("carol", "ML-DSA-87", true));

  PipelineScene(Cast cast, int signatures) {
    this.cast = cast;
    this.signatures = signatures;
  }

  @Override
  public void play(Transcript told) {
    try (KafkaSigner pipeline = cast.pipeline()) {
      makeKeys(told, pipeline);
      List<SignerRequest> requests = requests();
      long start = System.nanoTime();
      Map<String, ReceivedEvent> results = pipeline.exchange(requests, Cast.PATIENCE);
      double seconds = (System.nanoTime() - start) / 1e9;
      told.tell(
          "%d commands to pq-signer.commands.custodian-a, results on pq-signer.results.custodian-a"
              .formatted(requests.size()));
      told.detail(
          String.format(
              Locale.ROOT,
              "%d results in %.2f s: %.0f signatures a second, by a cold stack on this machine",
              results.size(),
              seconds,
              results.size() / seconds));
      long verified = requests.stream().filter(r -> verifies(r, results)).count();
      told.check(
          "each of the %d results carries a signature that the JDK accepts"
              .formatted(requests.size()),
          verified == requests.size());
      sameThroughBothDoors(told, pipeline, requests.getFirst(), results);
    }
  }

  private void makeKeys(Transcript told, KafkaSigner pipeline) {
    List<SignerRequest> generations =
        SIGNERS.stream()
            .filter(Signer::overKafka)
            .map(s -> SignerRequest.keyGeneration(s.userId(), s.algorithm()))
            .toList();
    long start = System.nanoTime();
    Map<String, ReceivedEvent> made = pipeline.exchange(generations, Cast.PATIENCE);
    told.check(
        "two more keys are made through Kafka: bob (ML-DSA-44), carol (ML-DSA-87), %s"
            .formatted(Transcript.seconds(start)),
        made.size() == generations.size());
    for (SignerRequest generation : generations) {
      ReceivedEvent result = made.get(generation.requestId());
      if (result != null) {
        cast.remember(String.valueOf(generation.userId()), result.outcome().orFail());
      }
    }
  }

  private List<SignerRequest> requests() {
    List<SignerRequest> requests = new ArrayList<>();
    for (int n = 0; n < signatures; n++) {
      Signer signer = SIGNERS.get(n % SIGNERS.size());
      byte[] message = "withdrawal %d of %s".formatted(n, signer.userId()).getBytes(UTF_8);
      requests.add(SignerRequest.sign(signer.userId(), message));
    }
    return requests;
  }

  private boolean verifies(SignerRequest request, Map<String, ReceivedEvent> results) {
    byte[] message = request.message();
    return message != null
        && Optional.ofNullable(results.get(request.requestId()))
            .map(
                result -> result.outcome() instanceof SignerResult.Done ? result.signature() : null)
            .map(signature -> cast.verifies(String.valueOf(request.userId()), message, signature))
            .orElse(false);
  }

  /// What one way in has signed, the other hands out again.
  private void sameThroughBothDoors(
      Transcript told,
      KafkaSigner pipeline,
      SignerRequest request,
      Map<String, ReceivedEvent> before) {
    byte[] signature = signature(before, request);
    told.check(
        "the same command again gives the same bytes",
        Arrays.equals(
            signature, signature(pipeline.exchange(List.of(request), Cast.PATIENCE), request)));
    told.check(
        "and so does HTTP, asked for the same request",
        Arrays.equals(
            signature,
            Json.base64(cast.custodian().submit(request, Cast.PATIENCE).orFail(), "signature")));
  }

  private static byte[] signature(Map<String, ReceivedEvent> results, SignerRequest request) {
    return Optional.ofNullable(results.get(request.requestId()))
        .map(ReceivedEvent::signature)
        .orElseThrow(() -> new DemoFailure("no result for " + request.requestId()));
  }
}
