package pqsigner.cli.demo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import pqsigner.events.avro.GeneratedKey;
import pqsigner.events.avro.SigningJob;
import pqsigner.events.avro.SigningReply;
import pqsigner.local.LocalStack;
import pqsigner.protocol.Answer;
import pqsigner.protocol.Frame;
import pqsigner.protocol.KeyIdentity;
import pqsigner.protocol.Request;
import pqsigner.protocol.transport.Connection;
import pqsigner.protocol.transport.EndpointAddress;
import pqsigner.protocol.transport.Transport;

/// The Nitro host in hostile hands: it holds the worker's certificate and the enclave's socket, and
/// keeps the honest worker quiet.
final class HostileHost implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final LocalStack stack;
  private final WorkersTopics topics;

  /// Stops the worker where it stands and takes its place, until it is closed.
  HostileHost(Cast cast) {
    this.stack = cast.stack();
    this.topics = new WorkersTopics(cast.topicsOf(Cast.CUSTODIAN), cast.identity("worker"));
    stack.process("worker").suspend();
  }

  SigningJob job(String requestId) {
    return topics.job(requestId, TIMEOUT);
  }

  void forgeSignature(SigningJob job, byte[] signature) {
    SigningReply reply = reply(job, "SIGNED");
    reply.put("signature", ByteBuffer.wrap(signature));
    topics.reply(job, reply);
  }

  /// A genuine public key with its genuine attestation, in front of what seals another.
  void forgeBirth(SigningJob job, Answer.KeyGenerated shown, Answer.KeyGenerated hidden) {
    SigningReply reply = reply(job, "GENERATED");
    reply.put(
        "generated",
        new GeneratedKey(
            ByteBuffer.wrap(shown.key().publicKey()),
            ByteBuffer.wrap(hidden.key().encryptedDataKey()),
            ByteBuffer.wrap(hidden.key().wrappedSeed()),
            ByteBuffer.wrap(shown.birthAttestation())));
    topics.reply(job, reply);
  }

  /// Has the enclave make a key for this job, as the worker would.
  Answer.KeyGenerated generate(SigningJob job) throws IOException {
    byte[] nonce = new byte[job.getBirthNonce().remaining()];
    job.getBirthNonce().duplicate().get(nonce);
    var identity =
        new KeyIdentity(job.getCustodian(), job.getUserId(), job.getAlg(), job.getKeyVersion());
    var request = new Request.GenerateKey(identity, job.getRequestId(), nonce, 0);
    try (Connection enclave =
        Transport.connect(EndpointAddress.parse(stack.enclaveAddress()), TIMEOUT)) {
      enclave.readTimeout(TIMEOUT);
      enclave.output().write(Frame.of(1, request).encode());
      Frame answer = Frame.read(enclave.input());
      if (answer != null
          && Answer.decode(answer.type(), answer.body()) instanceof Answer.KeyGenerated born) {
        return born;
      }
      throw new DemoFailure("the enclave made no key");
    }
  }

  private static SigningReply reply(SigningJob job, String outcome) {
    return new SigningReply(
        job.getCustodian(),
        job.getRequestId(),
        job.getRequestType(),
        job.getDigest(),
        outcome,
        null,
        job.getKeyVersion(),
        Instant.now(),
        null,
        null,
        0);
  }

  /// Lets the honest worker go on.
  @Override
  public void close() {
    stack.process("worker").resume();
    topics.close();
  }
}
