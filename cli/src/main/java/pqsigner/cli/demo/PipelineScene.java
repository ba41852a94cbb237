package pqsigner.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import pqsigner.client.Signer;
import pqsigner.client.SignerRequest;
import pqsigner.client.SignerResult;
import pqsigner.client.SignerResult.Signed;

/// A custodian's pipeline: commands in, results out, all over Kafka.
final class PipelineScene implements Transcript.Scene {
  private static final List<String> USERS = List.of("bob", "alice", "carol");

  private final Cast cast;
  private final int signatures;

  PipelineScene(Cast cast, int signatures) {
    this.cast = cast;
    this.signatures = signatures;
  }

  @Override
  public void play(Transcript told) {
    try (Signer pipeline = cast.pipeline()) {
      makeKeys(told, pipeline);
      List<SignerRequest> requests =
          IntStream.range(0, signatures).mapToObj(this::request).toList();
      long start = System.nanoTime();
      List<SignerResult> results = exchange(pipeline, requests);
      double seconds = (System.nanoTime() - start) / 1e9;
      told.tell(
          "%d commands to pq-signer.commands.custodian-a, results on pq-signer.results.custodian-a"
              .formatted(signatures));
      long signed = results.stream().filter(Signed.class::isInstance).count();
      told.detail(
          String.format(
              Locale.ROOT,
              "%d results in %.2f s: %.0f signatures a second, from a cold stack on this machine",
              signed,
              seconds,
              signed / seconds));
      told.check(
          "each of the %d results carries a signature that the JDK accepts".formatted(signatures),
          IntStream.range(0, signatures).allMatch(n -> verifies(requests.get(n), results.get(n))));
      sameThroughBothDoors(
          told, pipeline, requests.getFirst(), results.getFirst().requireSigned().signature());
    }
  }

  private void makeKeys(Transcript told, Signer pipeline) {
    long start = System.nanoTime();
    List<SignerResult> made =
        exchange(
            pipeline,
            List.of(
                SignerRequest.keyGeneration("bob", "ML-DSA-44"),
                SignerRequest.keyGeneration("carol", "ML-DSA-87")));
    told.check(
        "two more keys are made through Kafka: bob (ML-DSA-44), carol (ML-DSA-87), %s"
            .formatted(Transcript.seconds(start)),
        made.stream().allMatch(SignerResult.Generated.class::isInstance));
    made.forEach(cast::generated);
  }

  private SignerRequest request(int n) {
    String user = USERS.get(n % USERS.size());
    return SignerRequest.sign(user, "withdrawal %d of %s".formatted(n, user).getBytes(UTF_8));
  }

  /// Sends all at once and waits for every result.
  private static List<SignerResult> exchange(Signer pipeline, List<SignerRequest> requests) {
    List<CompletableFuture<SignerResult>> sent =
        requests.stream().map(one -> pipeline.submitAsync(one, Cast.PATIENCE)).toList();
    return sent.stream().map(Signer::await).toList();
  }

  private boolean verifies(SignerRequest request, SignerResult result) {
    return result instanceof Signed signed && cast.verifies(request, signed.signature());
  }

  /// Either way in returns what the other has signed.
  private void sameThroughBothDoors(
      Transcript told, Signer pipeline, SignerRequest request, byte[] signature) {
    byte[] again = pipeline.submit(request, Cast.PATIENCE).requireSigned().signature();
    told.check("the same command again gives the same bytes", Arrays.equals(signature, again));
    told.check(
        "and so does HTTP, asked for the same request",
        Arrays.equals(signature, cast.sign(request)));
  }
}
