package pqsigner.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import pqsigner.cli.Json;
import pqsigner.cli.request.SignerRequest;

/// The host starts an enclave with other code in the place of the genuine one. Its documents are as
/// genuine; its PCR0 is not the one in the key policy.
final class RogueEnclaveScene implements Transcript.Scene {
  private static final byte[] MESSAGE = "signed by whatever runs here".getBytes(UTF_8);

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
    told.checkEquals("a signature by alice: kms_denied", "kms_denied", sign());
    told.checkEquals(
        "a new key: kms_denied",
        "kms_denied",
        Cast.code(
            cast.custodian()
                .submit(SignerRequest.keyGeneration("grace", "ML-DSA-44"), Cast.PATIENCE)));
    cast.stack().restoreEnclave();
    told.tell("the genuine enclave is back");
    SignerRequest request = SignerRequest.sign("alice", MESSAGE);
    byte[] signature =
        Json.base64(cast.custodian().submit(request, Cast.PATIENCE).orFail(), "signature");
    told.check("and signs again", cast.verifies("alice", MESSAGE, signature));
  }

  private String sign() {
    return Cast.code(cast.custodian().submit(SignerRequest.sign("alice", MESSAGE), Cast.PATIENCE));
  }
}
