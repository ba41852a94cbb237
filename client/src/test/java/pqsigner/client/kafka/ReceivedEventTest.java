package pqsigner.client.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Instant;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import pqsigner.client.SignerResult;
import pqsigner.events.EventHeaders;
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
    Result.Builder result = Result.newBuilder().setRequestId("r");
    ReceivedEvent signed =
        received(
            EventHeaders.TYPE_RESULT,
            result.setState("SIGNED").setSignature(ByteBuffer.wrap(new byte[] {7})).build());
    ReceivedEvent refused =
        received(
            EventHeaders.TYPE_RESULT,
            Result.newBuilder()
                .setRequestId("r")
                .setState("REFUSED")
                .setCode("kms_denied")
                .setDetail("no")
                .build());

    assertThat(signed.outcome()).isInstanceOf(SignerResult.Done.class);
    assertThat(signed.signature()).containsExactly(7);
    assertThat(refused.outcome()).isEqualTo(new SignerResult.Refused(0, "kms_denied", "no"));
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
    assertThat(failed.outcome())
        .isEqualTo(new SignerResult.Failed("r", "kms_unavailable", "same_request_id"));
    assertThat(failed.signature()).isEmpty();
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
    assertThat(conflict.outcome())
        .isEqualTo(new SignerResult.Refused(0, "request_id_conflict", ""));
  }

  @Test
  void anythingElseIsNotOfAResultsTopic() {
    assertThat(ReceivedEvent.requestId(Command.newBuilder().setRequestType("sign").build()))
        .isEmpty();
    assertThat(ReceivedEvent.requestId(null)).isEmpty();
  }
}
