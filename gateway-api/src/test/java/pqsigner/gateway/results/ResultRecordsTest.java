package pqsigner.gateway.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static pqsigner.gateway.ledger.Entries.NOW;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import pqsigner.attestation.SealedKey;
import pqsigner.events.ErrorCode;
import pqsigner.events.avro.Conflict;
import pqsigner.events.avro.Failed;
import pqsigner.events.avro.Result;
import pqsigner.gateway.admission.CommandRules;
import pqsigner.gateway.keys.PublicKeySpki;
import pqsigner.gateway.keys.RegisteredKey;
import pqsigner.gateway.ledger.Completion;
import pqsigner.gateway.ledger.Entries;
import pqsigner.gateway.ledger.LedgerEntry;
import pqsigner.gateway.ledger.LedgerTransitions;
import pqsigner.gateway.ledger.Origin;
import pqsigner.gateway.ledger.Outcome;
import pqsigner.gateway.ledger.Replay;
import pqsigner.gateway.ledger.ReplayLimit;
import pqsigner.gateway.ledger.Replayed;
import pqsigner.gateway.ledger.Request;

final class ResultRecordsTest {

  private static final ReplayLimit LIMIT = new ReplayLimit(2);
  private static final LedgerTransitions TRANSITIONS = new LedgerTransitions(Entries.POLICY);

  private static LedgerEntry ended(Request request, Outcome outcome) {
    Completion completion =
        TRANSITIONS.complete(TRANSITIONS.accepted(request), request.digest(), outcome);
    return ((Completion.Recorded) completion).entry();
  }

  private static LedgerEntry ended(Outcome outcome) {
    return ended(Entries.sign("r-1", "hello", NOW.plusSeconds(10), Origin.KAFKA, NOW), outcome);
  }

  @Test
  void aSignatureIsPublishedWithWhatItIsOf() {
    Result result = ResultRecords.of(ended(Entries.signed(5)), LIMIT);

    assertThat(result.getRequestId()).isEqualTo("r-1");
    assertThat(result.getRequestType()).isEqualTo("sign");
    assertThat(result.getState()).isEqualTo("SIGNED");
    assertThat(result.getUserId()).isEqualTo("user-1");
    assertThat(result.getAlg()).isEqualTo("ML-DSA-44");
    assertThat(result.getKeyVersion()).isEqualTo(1);
    assertThat(result.getSignature()).isEqualTo(ByteBuffer.wrap(Entries.signed(5).signature()));
    assertThat(result.getSignedAt()).isEqualTo(Entries.signed(5).at());
    assertThat(result.getCode()).isNull();
    assertThat(result.getPublicKey()).isNull();
  }

  @Test
  void aKeyIsPublishedInBothFormsWithItsBirthAttestation() {
    RegisteredKey key = Entries.key("u", 4);
    Result result =
        ResultRecords.of(ended(Entries.generate("g-1", "u"), Outcome.Generated.of(key)), LIMIT);

    assertThat(result.getState()).isEqualTo("GENERATED");
    assertThat(result.getPublicKey()).isEqualTo(ByteBuffer.wrap(key.publicKey()));
    assertThat(result.getPublicKeySpki())
        .isEqualTo(ByteBuffer.wrap(PublicKeySpki.encode(key.algorithm(), key.publicKey())));
    assertThat(result.getBirthAttestation()).isEqualTo(ByteBuffer.wrap(key.birthAttestation()));
    assertThat(result.getSealedKeySha256())
        .isEqualTo(ByteBuffer.wrap(SealedKey.sha256(key.encryptedDataKey(), key.wrappedSeed())));
    assertThat(result.getCreatedAt()).isEqualTo(key.createdAt());
    assertThat(result.getSignature()).isNull();
  }

  @Test
  void refusedAndExpiredSayWhy() {
    Result refused =
        ResultRecords.of(ended(new Outcome.Refused(ErrorCode.KMS_DENIED, "no", NOW)), LIMIT);
    Result expired = ResultRecords.of(ended(new Outcome.Expired(NOW.plusSeconds(10))), LIMIT);

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
      assertThat(ResultRecords.of(ended(outcome), LIMIT).toByteBuffer())
          .isEqualTo(ResultRecords.of(ended(outcome), LIMIT).toByteBuffer());
    }
  }

  @Test
  void aRequestThatIsNotFinishedHasNoResult() {
    assertThatThrownBy(() -> ResultRecords.of(TRANSITIONS.accepted(Entries.sign("r-1")), LIMIT))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(
            () ->
                ResultRecords.of(
                    ended(new Outcome.Failed(ErrorCode.INTERNAL, 3, Instant.EPOCH)), LIMIT))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aConflictSaysWhichCommandItAnswersAndNothingOfTheRequestThatOwnsTheId() {
    Conflict conflict = ResultRecords.conflict("r-1", "sign", 2, 77, NOW);

    assertThat(conflict.getCode()).isEqualTo("request_id_conflict");
    assertThat(conflict.getRetry()).isEqualTo("new_request_id");
    assertThat(ResultRecords.idOf(conflict))
        .isEqualTo("r-1 conflict 2-77")
        .isEqualTo(ResultRecords.idOf(ResultRecords.conflict("r-1", null, 2, 77, NOW)))
        .isNotEqualTo(ResultRecords.idOf(ResultRecords.conflict("r-1", "sign", 2, 78, NOW)));
  }

  @Test
  void aFailureSaysWhatHappenedAndWhatHelps() {
    LedgerEntry entry = ended(new Outcome.Failed(ErrorCode.KMS_UNAVAILABLE, 3, NOW.plusSeconds(5)));

    Failed failed = ResultRecords.failed(entry, LIMIT);

    assertThat(failed.getRequestId()).isEqualTo("r-1");
    assertThat(failed.getRequestType()).isEqualTo("sign");
    assertThat(failed.getState()).isEqualTo("FAILED");
    assertThat(failed.getCode()).isEqualTo("kms_unavailable");
    assertThat(failed.getRetry()).isEqualTo("same_request_id");
    assertThat(failed.getFailure()).isEqualTo(1);
    assertThat(failed.getAttempts()).isEqualTo(3);
    assertThat(failed.getUserId()).isEqualTo("user-1");
    assertThat(failed.getAlg()).isEqualTo("ML-DSA-44");
    assertThat(failed.getKeyVersion()).isEqualTo(1);
    assertThat(failed.getAcceptedAt()).isEqualTo(NOW);
    assertThat(failed.getDeadline()).isEqualTo(NOW.plusSeconds(10));
    assertThat(failed.getFailedAt()).isEqualTo(NOW.plusSeconds(5));
  }

  @Test
  void eachFailureIsAnEventOfItsOwnAndTheLastSaysThatItIs() {
    LedgerEntry entry = ended(new Outcome.Failed(ErrorCode.INTERNAL, 3, NOW));
    List<String> ids = new ArrayList<>();
    List<String> helps = new ArrayList<>();
    for (int n = 1; n <= 3; n++) {
      Failed failed = ResultRecords.failed(entry, LIMIT);
      ids.add(ResultRecords.idOf(failed));
      helps.add(failed.getRetry());
      Instant at = NOW.plusSeconds(n);
      LedgerEntry back =
          ((Replayed.Reopened) TRANSITIONS.replay(entry, entry, Replay.byOwner(at))).entry();
      Outcome again = new Outcome.Failed(ErrorCode.INTERNAL, 3, at.plusMillis(1));
      entry =
          ((Completion.Recorded) TRANSITIONS.complete(back, back.request().digest(), again))
              .entry();
    }

    assertThat(ids).containsExactly("r-1 failed 1", "r-1 failed 2", "r-1 failed 3");
    assertThat(helps).containsExactly("same_request_id", "same_request_id", "new_request_id");
  }

  /// Its request_id may be any visible characters, so only what it cannot hold keeps ids apart.
  @Test
  void noRequestCanBeNamedSoThatItsResultHasTheIdOfAnotherEvent() {
    Failed failed =
        ResultRecords.failed(ended(new Outcome.Failed(ErrorCode.INTERNAL, 3, NOW)), LIMIT);
    Conflict conflict = ResultRecords.conflict("r-1", "sign", 0, 1, NOW);

    assertThat(CommandRules.isRequestId(ResultRecords.idOf(failed))).isFalse();
    assertThat(CommandRules.isRequestId(ResultRecords.idOf(conflict))).isFalse();
  }

  /// Field by field: what a caller over HTTP is told of an ended request, a pipeline is told too.
  @Test
  void aResultSaysWhatHelpsAndWhichDeadlineHeld() {
    Result refused =
        ResultRecords.of(ended(new Outcome.Refused(ErrorCode.KMS_DENIED, "no", NOW)), LIMIT);

    assertThat(refused.getRetry()).isEqualTo("new_request_id");
    assertThat(refused.getAcceptedAt()).isEqualTo(NOW);
    assertThat(refused.getDeadline()).isEqualTo(NOW.plusSeconds(10));
    assertThat(ResultRecords.of(ended(Entries.signed(5)), LIMIT).getRetry()).isNull();
  }
}
