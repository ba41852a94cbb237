package pqsigner.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import pqsigner.client.SignerRequest;

/// The host replaces the enclave by one with other code. Its attestation documents are just as
/// genuine, but its PCR0 is not the one in the key policy.
final class RogueEnclaveScene implements Transcript.Scene {
  private static final byte[] MESSAGE = "signed by whatever runs here".getBytes(UTF_8);

  /// Long enough for an answer, if one were coming.
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
        "the enclave is stopped, and one with an extra class takes its place: %s, pid %d"
            .formatted(Transcript.seconds(start), cast.stack().process("enclave").pid()));
    SignerRequest sign = SignerRequest.sign("alice", MESSAGE);
    SignerRequest generate = SignerRequest.keyGeneration("grace", "ML-DSA-44");
    told.checkEquals("a signature by alice is neither made nor refused", "pending", asked(sign));
    told.checkEquals("a new key is neither made nor refused", "pending", asked(generate));
    told.check(
        "the worker says why it waits: kms_denied",
        new Exposition(cast.stack().managements().getLast())
            .shows("pq_signer_worker_circuit_cause", "cause=\"kms_denied\""));
    cast.stack().restoreEnclave();
    told.tell("the genuine enclave is back");
    told.check("the waiting request is signed", cast.verifies(sign, cast.sign(sign)));
    cast.generated(cast.custodian().submit(generate, Cast.PATIENCE));
    SignerRequest first = SignerRequest.sign("grace", MESSAGE);
    told.check("the waiting key is made, and signs", cast.verifies(first, cast.sign(first)));
  }

  private String asked(SignerRequest request) {
    return cast.custodian().submit(request, DOUBT).code();
  }
}
