package pqsigner.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import pqsigner.client.Json;
import pqsigner.client.SignerRequest;
import pqsigner.client.SignerResult;

/// The host starts an enclave with other code in the place of the genuine one. Its documents are as
/// genuine; its PCR0 is not the one in the key policy.
final class RogueEnclaveScene implements Transcript.Scene {
  private static final byte[] MESSAGE = "signed by whatever runs here".getBytes(UTF_8);

  /// Long enough for an answer, if there were to be one.
  private static final Duration DOUBT = Duration.ofSeconds(2);

  private final Cast cast;

  RogueEnclaveScene(Cast cast) {
    this.cast = cast;
  }

  @Override
  public void play(Transcript told) throws IOException {
    Path patch = cast.stack().directory().resolve("back-door.class");
    Files.writeString(patch, "code that nobody reviewed");
    long start = System.nanoTime();
    cast.stack().replaceEnclaveBy(patch);
    told.tell(
        "the enclave is stopped; one with one more class takes its place: %s, pid %d"
            .formatted(Transcript.seconds(start), cast.stack().process("enclave").pid()));
    SignerRequest sign = SignerRequest.sign("alice", MESSAGE);
    SignerRequest generate = SignerRequest.keyGeneration("grace", "ML-DSA-44");
    told.checkEquals("a signature by alice: not made, not refused", "pending", asked(sign));
    told.checkEquals("a new key: not made, not refused", "pending", asked(generate));
    told.check(
        "the worker says why it waits: kms_denied",
        new Exposition(cast.stack().managements().getLast())
            .shows("pq_signer_worker_circuit_cause", "cause=\"kms_denied\""));
    cast.stack().restoreEnclave();
    told.tell("the genuine enclave is back");
    told.check("what waited is signed", cast.verifies("alice", MESSAGE, signature(sign)));
    cast.remember("grace", cast.custodian().submit(generate, Cast.PATIENCE).orFail());
    told.check(
        "the key that waited is made, and signs",
        cast.verifies("grace", MESSAGE, signature(SignerRequest.sign("grace", MESSAGE))));
  }

  private byte[] signature(SignerRequest request) {
    return Json.base64(cast.custodian().submit(request, Cast.PATIENCE).orFail(), "signature");
  }

  private String asked(SignerRequest request) {
    return switch (cast.custodian().submit(request, DOUBT)) {
      case SignerResult.Pending _ -> "pending";
      case SignerResult.Done _ -> "(done)";
      case SignerResult.Refused(_, var code, _) -> code;
      case SignerResult.Failed(_, var code, _) -> code;
    };
  }
}
