package pqsigner.gateway.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static pqsigner.gateway.ledger.Entries.NOW;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import pqsigner.events.ErrorCode;
import pqsigner.events.avro.Result;
import pqsigner.gateway.keys.PublicKeySpki;
import pqsigner.gateway.keys.RegisteredKey;
import pqsigner.gateway.ledger.Completion;
import pqsigner.gateway.ledger.Entries;
import pqsigner.gateway.ledger.LedgerEntry;
import pqsigner.gateway.ledger.LedgerTransitions;
import pqsigner.gateway.ledger.NewRequest;
import pqsigner.gateway.ledger.Origin;
import pqsigner.gateway.ledger.Outcome;

final class ResultRecordsTest {

  private static final LedgerTransitions TRANSITIONS = new LedgerTransitions(Entries.POLICY);

  private static LedgerEntry ended(NewRequest request, Outcome outcome) {
    Completion completion =
        TRANSITIONS.complete(TRANSITIONS.accepted(request), request.digest(), outcome);
    return ((Completion.Recorded) completion).entry();
  }

  private static LedgerEntry ended(Outcome outcome) {
    return ended(Entries.sign("r-1", "hello", NOW.plusSeconds(10), Origin.KAFKA, NOW), outcome);
  }

  @Test
  void aSignatureIsPublishedWithWhatItIsOf() {
    Result result = ResultRecords.of(ended(Entries.signed(5)));

    assertThat(result.getRequestId()).isEqualTo("r-1");
    assertThat(result.getRequestType()).isEqualTo("sign");
    assertThat(result.getState()).isEqualTo("SIGNED");
    assertThat(result.getUserId()).isEqualTo("user-1");
    assertThat(result.getAlg()).isEqualTo("ML-DSA-44");
    assertThat(result.getKeyVersion()).isEqualTo(1);
    assertThat(result.getSignature()).isEqualTo(ByteBuffer.wrap(Entries.signed(5).signature()));
    assertThat(result.getSignedAt()).isEqualTo(Entries.signed(5).signedAt());
    assertThat(result.getCode()).isNull();
    assertThat(result.getPublicKey()).isNull();
  }

  @Test
  void aKeyIsPublishedInBothFormsWithItsBirthAttestation() {
    RegisteredKey key = Entries.key("u", 4);
    Result result =
        ResultRecords.of(
            ended(
                Entries.generate("g-1", "u"),
                new Outcome.Generated(key.publicKey(), key.birthAttestation(), key.createdAt())));

    assertThat(result.getState()).isEqualTo("GENERATED");
    assertThat(result.getPublicKey()).isEqualTo(ByteBuffer.wrap(key.publicKey()));
    assertThat(result.getPublicKeySpki())
        .isEqualTo(ByteBuffer.wrap(PublicKeySpki.encode(key.algorithm(), key.publicKey())));
    assertThat(result.getBirthAttestation()).isEqualTo(ByteBuffer.wrap(key.birthAttestation()));
    assertThat(result.getCreatedAt()).isEqualTo(key.createdAt());
    assertThat(result.getSignature()).isNull();
  }

  @Test
  void refusedAndExpiredSayWhy() {
    Result refused = ResultRecords.of(ended(new Outcome.Refused(ErrorCode.KMS_DENIED, "no", NOW)));
    Result expired = ResultRecords.of(ended(new Outcome.Expired(NOW.plusSeconds(10))));

    assertThat(refused.getState()).isEqualTo("REFUSED");
    assertThat(refused.getCode()).isEqualTo("kms_denied");
    assertThat(refused.getDetail()).isEqualTo("no");
    assertThat(refused.getKeyVersion()).isNull();
    assertThat(expired.getState()).isEqualTo("EXPIRED");
    assertThat(expired.getCode()).isEqualTo("deadline_exceeded");
  }

  @Test
  void theSameEntryIsTheSameBytes() throws Exception {
    for (Outcome outcome :
        List.of(
            Entries.signed(5),
            new Outcome.Refused(ErrorCode.KMS_DENIED, "no", NOW),
            new Outcome.Expired(NOW.plusSeconds(10)))) {
      assertThat(ResultRecords.of(ended(outcome)).toByteBuffer())
          .isEqualTo(ResultRecords.of(ended(outcome)).toByteBuffer());
    }
  }

  @Test
  void aRequestThatIsNotFinishedHasNoResult() {
    assertThatThrownBy(() -> ResultRecords.of(TRANSITIONS.accepted(Entries.sign("r-1"))))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(
            () -> ResultRecords.of(ended(new Outcome.Failed(ErrorCode.INTERNAL, 3, Instant.EPOCH))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aConflictSaysNothingOfTheRequestThatOwnsTheId() {
    Result conflict = ResultRecords.conflict("r-1", "sign");

    assertThat(conflict.getCode()).isEqualTo("request_id_conflict");
    assertThat(conflict.getUserId()).isNull();
    assertThat(conflict.getAlg()).isNull();
  }
}
