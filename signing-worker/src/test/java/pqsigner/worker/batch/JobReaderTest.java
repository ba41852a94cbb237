package pqsigner.worker.batch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import pqsigner.events.avro.SigningJob;
import pqsigner.protocol.Limits;
import pqsigner.protocol.Request;
import pqsigner.protocol.Request.Mode;

class JobReaderTest {

  private static Arrival read(Consumer<SigningJob> change) {
    SigningJob job = TestJobs.sign("r1", "alice", "hello");
    change.accept(job);
    return JobReader.read(job, 7);
  }

  private static Request.Sign sign(Arrival arrival) {
    return (Request.Sign) ((Arrival.Job) arrival).request();
  }

  private static ByteBuffer bytes(int length) {
    return ByteBuffer.allocate(length);
  }

  private static void assertBroken(Arrival arrival, String reason) {
    assertThat(arrival).isInstanceOf(Arrival.Broken.class);
    assertThat(((Arrival.Broken) arrival).reason()).contains(reason);
    assertThat(((Arrival.Broken) arrival).job().getRequestId()).isEqualTo("r1");
  }

  @Test
  void aSignJobBecomesARequestUnderItsKeyRecordAndItsId() {
    Request.Sign request = sign(read(_ -> {}));
    assertThat(request.key().identity().userId()).isEqualTo("alice");
    Request.SignItem item = request.items().getFirst();
    assertThat(item.content()).isEqualTo("hello".getBytes(UTF_8));
    assertThat(item.mode()).isEqualTo(Mode.MESSAGE);
    assertThat(item.correlationId()).isEqualTo(7);
    assertThat(item.deadlineEpochMs()).isZero();
  }

  @Test
  void aDeadlineTravelsWithItsMessage() {
    Request.Sign request = sign(read(j -> j.put("deadline", Instant.ofEpochMilli(1234))));
    assertThat(request.items().getFirst().deadlineEpochMs()).isEqualTo(1234);
  }

  @Test
  void aMuIsSignedAsMu() {
    Request.Sign request =
        sign(
            read(
                j -> {
                  j.put("message", null);
                  j.put("mu", bytes(64));
                }));
    assertThat(request.items().getFirst().mode()).isEqualTo(Mode.EXTERNAL_MU);
  }

  @Test
  void anEmptyMessageIsAMessage() {
    Request.Sign request = sign(read(j -> j.put("message", bytes(0))));
    assertThat(request.items().getFirst().content()).isEmpty();
  }

  @Test
  void aKeyGenerationNeedsNoKey() {
    Arrival.Job arrival = TestJobs.arrival(1, TestJobs.generate("r1", "alice"));
    assertThat(arrival.request()).isInstanceOf(Request.GenerateKey.class);
  }

  @Test
  void aKeyGenerationCarriesItsRequestAndItsNonceToTheEnclave() {
    SigningJob job = TestJobs.generate("r1", "alice");
    job.put("deadline", Instant.ofEpochMilli(1234));
    byte[] nonce = new byte[32];
    nonce[31] = 7;
    job.put("birth_nonce", ByteBuffer.wrap(nonce));

    var asked = (Request.GenerateKey) TestJobs.arrival(1, job).request();

    assertThat(asked.requestId()).isEqualTo("r1");
    assertThat(asked.nonce()).isEqualTo(nonce);
    assertThat(asked.deadlineEpochMs()).isEqualTo(1234);
  }

  @Test
  void aKeyGenerationWithoutItsNonceIsBroken() {
    for (ByteBuffer nonce : new ByteBuffer[] {null, bytes(0), bytes(31), bytes(33)}) {
      SigningJob job = TestJobs.generate("r1", "alice");
      job.put("birth_nonce", nonce);
      assertBroken(JobReader.read(job, 1), "nonce");
    }
  }

  @Test
  void whatTheProtocolCouldNotCarryIsStoppedHere() {
    assertThat(read(j -> j.put("message", bytes(Limits.MESSAGE_BYTES_MAX))))
        .isInstanceOf(Arrival.Job.class);
    assertBroken(read(j -> j.put("message", bytes(Limits.MESSAGE_BYTES_MAX + 1))), "message");
    assertThat(read(j -> j.put("context", bytes(255)))).isInstanceOf(Arrival.Job.class);
    assertBroken(read(j -> j.put("context", bytes(256))), "context");
    assertBroken(read(j -> j.put("user_id", "x".repeat(257))), "userId");
    assertBroken(read(j -> j.put("alg", "x".repeat(17))), "algorithm");
    assertBroken(read(j -> j.put("key_version", 0)), "version");
    assertBroken(
        read(j -> j.getKey().put("public_key", bytes(Limits.PUBLIC_KEY_BYTES_MAX + 1))), "public");
    assertBroken(read(j -> j.getKey().put("encrypted_data_key", bytes(0))), "encrypted_data_key");
    assertBroken(read(j -> j.getKey().put("wrapped_seed", bytes(61))), "wrapped_seed");
  }

  @Test
  void contradictionsAreBroken() {
    assertBroken(read(j -> j.put("key", null)), "without a key");
    assertBroken(read(j -> j.put("mu", bytes(64))), "either");
    assertBroken(read(j -> j.put("message", null)), "either");
    assertBroken(read(j -> j.put("request_type", "delete")), "request_type");
    assertBroken(
        read(
            j -> {
              j.put("message", null);
              j.put("mu", bytes(63));
            }),
        "mu");
    assertBroken(
        read(
            j -> {
              j.put("message", null);
              j.put("mu", bytes(64));
              j.put("context", bytes(1));
            }),
        "context");
  }
}
