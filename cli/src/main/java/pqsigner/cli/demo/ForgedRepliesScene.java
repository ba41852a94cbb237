package pqsigner.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import pqsigner.client.SignerRequest;
import pqsigner.client.SignerResult;
import pqsigner.events.avro.SigningJob;
import pqsigner.protocol.Answer;

/// The host answers in the worker's place. Nothing it says is trusted: all it can do is make a
/// request wait.
final class ForgedRepliesScene implements Transcript.Scene {
  private static final byte[] MESSAGE = "pay the operator 1,000,000".getBytes(UTF_8);
  private static final int SIGNATURE_BYTES = 3309;

  private final Cast cast;

  ForgedRepliesScene(Cast cast) {
    this.cast = cast;
  }

  @Override
  public void play(Transcript told) throws IOException {
    SignerRequest sign = SignerRequest.sign("alice", MESSAGE);
    SignerRequest generate = SignerRequest.keyGeneration("heidi", "ML-DSA-65");
    try (HostileHost host = new HostileHost(cast)) {
      told.tell("the worker is suspended; the host reads its jobs and answers for it");
      forgedSignature(told, host, sign);
      swappedSeed(told, host, generate);
    }
    told.tell("the worker resumes");
    told.check("the same request is signed by the enclave", cast.verifies(sign, cast.sign(sign)));
    cast.generated(cast.custodian().submit(generate, Cast.PATIENCE));
    SignerRequest first = SignerRequest.sign("heidi", MESSAGE);
    told.check(
        "the enclave can open heidi's key and sign with it",
        cast.verifies(first, cast.sign(first)));
  }

  private void forgedSignature(Transcript told, HostileHost host, SignerRequest sign)
      throws IOException {
    SignerResult before = asked(sign);
    SigningJob job = host.job(sign.requestId());
    byte[] junk = new byte[SIGNATURE_BYTES];
    Arrays.fill(junk, (byte) 'A');
    host.forgeSignature(job, junk);
    told.tell("it replies with a signature of 3,309 times the letter A");
    told.check("the gateway verifies it and raises an alarm", noticed("signature"));
    told.checkEquals("the request is still pending", before, asked(sign));
  }

  private void swappedSeed(Transcript told, HostileHost host, SignerRequest generate)
      throws IOException {
    SignerResult before = asked(generate);
    SigningJob job = host.job(generate.requestId());
    Answer.KeyGenerated shown = host.generate(job);
    Answer.KeyGenerated hidden = host.generate(job);
    host.forgeBirth(job, shown, hidden);
    told.tell("it has two keys made and replies with the birth of one and the seed of the other");
    told.check("the gateway notices that they do not belong together", noticed("birth"));
    told.checkEquals("no key is registered; the request is still pending", before, asked(generate));
  }

  private boolean noticed(String kind) throws IOException {
    return new Exposition(cast.stack().managements().getFirst())
        .shows("pq_signer_gateway_replies_invalid_total", "kind=\"" + kind + "\"");
  }

  private SignerResult asked(SignerRequest request) {
    return cast.custodian().submit(request, Duration.ZERO);
  }
}
