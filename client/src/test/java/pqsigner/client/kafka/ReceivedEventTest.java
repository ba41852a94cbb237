package pqsigner.client.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Instant;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import pqsigner.client.MlDsaPublicKey;
import pqsigner.client.Problem;
import pqsigner.client.RegisteredKey;
import pqsigner.client.SignerResult;
import pqsigner.events.Algorithm;
import pqsigner.events.EventHeaders;
import pqsigner.events.Retry;
import pqsigner.events.avro.Command;
import pqsigner.events.avro.Conflict;
import pqsigner.events.avro.Failed;
import pqsigner.events.avro.Result;

/// Three types of record lie on a results topic, and each means something else.
final class ReceivedEventTest {

  private static ReceivedEvent received(String type, SpecificRecord event) {
    String requestId = ReceivedEvent.requestId(event).orElseThrow();
    return new ReceivedEvent(requestId, type, event, new byte[0], 0);
  }

  @Test
  void aResultIsTheEnd() {
    ReceivedEvent signed =
        received(
            EventHeaders.TYPE_RESULT,
            Result.newBuilder()
                .setRequestId("r")
                .setState("SIGNED")
                .setUserId("u")
                .setAlg("ML-DSA-44")
                .setKeyVersion(1)
                .setSignature(ByteBuffer.wrap(new byte[] {7}))
                .setSignedAt(Instant.EPOCH)
                .build());
    ReceivedEvent refused =
        received(
            EventHeaders.TYPE_RESULT,
            Result.newBuilder()
                .setRequestId("r")
                .setState("REFUSED")
                .setCode("kms_denied")
                .setDetail("no")
                .setRetry("new_request_id")
                .build());

    assertThat(signed.result().requireSigned().signature()).containsExactly(7);
    assertThat(refused.result())
        .isEqualTo(
            new SignerResult.Refused("r", new Problem("kms_denied", Retry.NEW_REQUEST_ID, "no")));
  }

  @Test
  void aGeneratedKeyIsWhatTheHttpAnswerHas() {
    byte[] raw = new byte[1312];
    ReceivedEvent generated =
        received(
            EventHeaders.TYPE_RESULT,
            Result.newBuilder()
                .setRequestId("r")
                .setState("GENERATED")
                .setUserId("u")
                .setAlg("ML-DSA-44")
                .setKeyVersion(1)
                .setPublicKey(ByteBuffer.wrap(raw))
                .setBirthAttestation(ByteBuffer.wrap(new byte[] {1, 2}))
                .setCreatedAt(Instant.EPOCH)
                .build());

    assertThat(generated.result().requireKey())
        .usingRecursiveComparison()
        .isEqualTo(
            new RegisteredKey(
                "r",
                "u",
                1,
                new MlDsaPublicKey(Algorithm.ML_DSA_44, raw),
                new byte[] {1, 2},
                null,
                Instant.EPOCH,
                true));
  }

  @Test
  void aFailureIsNotTheEndAndSaysWhatHelps() {
    ReceivedEvent failed =
        received(
            EventHeaders.TYPE_FAILED,
            Failed.newBuilder()
                .setRequestId("r")
                .setRequestType("sign")
                .setState("FAILED")
                .setCode("kms_unavailable")
                .setRetry("same_request_id")
                .setFailure(1)
                .setAttempts(3)
                .setUserId("u")
                .setAlg("ML-DSA-44")
                .setKeyVersion(1)
                .setAcceptedAt(Instant.EPOCH)
                .setFailedAt(Instant.EPOCH)
                .build());

    assertThat(failed.state()).isEqualTo("FAILED");
    assertThat(failed.result())
        .isEqualTo(
            new SignerResult.Failed(
                "r", new Problem("kms_unavailable", Retry.SAME_REQUEST_ID, "")));
  }

  @Test
  void aConflictIsAboutTheCommandAndNotAboutTheRequest() {
    ReceivedEvent conflict =
        received(
            EventHeaders.TYPE_CONFLICT,
            Conflict.newBuilder()
                .setRequestId("r")
                .setCode("request_id_conflict")
                .setRetry("new_request_id")
                .setCommandPartition(0)
                .setCommandOffset(1)
                .setCommandAt(Instant.EPOCH)
                .build());

    assertThat(conflict.state()).isEqualTo("CONFLICT");
    assertThat(conflict.result())
        .isEqualTo(
            new SignerResult.Conflict(
                "r", new Problem("request_id_conflict", Retry.NEW_REQUEST_ID, "")));
  }

  @Test
  void anythingElseIsNotOfAResultsTopic() {
    assertThat(ReceivedEvent.requestId(Command.newBuilder().setRequestType("sign").build()))
        .isEmpty();
    assertThat(ReceivedEvent.requestId(null)).isEmpty();
  }
}
