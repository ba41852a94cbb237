package pqsigner.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static pqsigner.gateway.admission.CommandField.ALG;
import static pqsigner.gateway.admission.CommandField.KEY_VERSION;
import static pqsigner.gateway.admission.CommandField.MESSAGE;
import static pqsigner.gateway.admission.CommandField.REQUEST_ID;
import static pqsigner.gateway.admission.CommandField.REQUEST_TYPE;
import static pqsigner.gateway.admission.CommandField.USER_ID;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import pqsigner.events.Algorithm;
import pqsigner.events.ErrorCode;
import pqsigner.gateway.custodian.CustodianRules;
import pqsigner.gateway.custodian.InMemoryCustodianRegistry;
import pqsigner.gateway.keys.InMemoryKeyRegistry;
import pqsigner.gateway.ledger.Completion;
import pqsigner.gateway.ledger.Entries;
import pqsigner.gateway.ledger.InMemoryRequestLedger;
import pqsigner.gateway.ledger.LedgerEntry;
import pqsigner.gateway.ledger.Outcome;
import pqsigner.gateway.ledger.ReplayLimit;
import pqsigner.gateway.ledger.Request;
import pqsigner.gateway.ledger.RequestLedger;
import pqsigner.gateway.ledger.RequestState;
import pqsigner.gateway.ledger.TestClock;
import pqsigner.gateway.queue.BackToWork;
import pqsigner.gateway.queue.JobQueue;

/// Which version of a key a request gets, and what a disabling does to requests at every stage.
final class KeyVersionsTest {

  private static final Requester OWNER = Requester.overHttp(Entries.CUSTODIAN, 3, null);
  private static final String USER = "wallet";
  private static final int VERSION_LIMIT = 3;

  private final TestClock clock = new TestClock();
  private final InMemoryKeyRegistry keys = new InMemoryKeyRegistry();
  private final RequestLedger ledger = new InMemoryRequestLedger(Entries.POLICY, clock, keys);
  private final List<LedgerEntry> queued = new ArrayList<>();
  private final List<LedgerEntry> told = new ArrayList<>();
  private final CustodianRules rules =
      new CustodianRules(InMemoryCustodianRegistry.of(Entries.CUSTODIAN).snapshot(), true);
  private final AdmitRequest admitRequest = admitRequest((entry, _, _) -> queued.add(entry));

  private AdmitRequest admitRequest(JobQueue queue) {
    return new AdmitRequest(
        ledger,
        keys,
        queue,
        new Repetition(
            new BackToWork(ledger, keys, queue, told::add, rules), new ReplayLimit(3), clock),
        new MintedIds(clock, new SecureRandom()),
        clock,
        new AdmissionMetrics(new SimpleMeterRegistry()),
        rules,
        new AdmissionSettings(true, VERSION_LIMIT));
  }

  @BeforeEach
  void firstVersion() {
    keys.register(Entries.key(USER, 1));
  }

  @Test
  void aRotationIsQueuedAsTheNextVersionOfTheSameAlgorithm() {
    Request first = accepted(rotate("r-1", null)).request();
    assertThat(first.keyVersion()).isEqualTo(2);
    assertThat(first.algorithm()).isEqualTo(Algorithm.ML_DSA_65);
    assertThat(Objects.requireNonNull(first.content()).birthNonce()).hasSize(32);

    keys.register(Entries.version(USER, 2));
    Request second = accepted(rotate("r-2", "ML-DSA-87")).request();
    assertThat(second.keyVersion()).isEqualTo(3);
    assertThat(second.algorithm()).isEqualTo(Algorithm.ML_DSA_87);
  }

  @Test
  void aRotationThatIsRepeatedIsTheSameRequest() {
    accepted(rotate("r", null));
    made(Entries.version(USER, 2).version(), "r");

    assertThat(rotate("r", null)).isInstanceOf(Admission.Finished.class);
    assertThat(rotate("r", "ML-DSA-87")).isInstanceOf(Admission.Conflict.class);
    assertThat(queued).hasSize(1);
  }

  @Test
  void ofTwoRotationsAtOnceOneIsAConflictAndTheKeyIsRotatedOnce() {
    accepted(rotate("a", null));
    accepted(rotate("b", null));

    assertThat(made(2, "b").state()).isEqualTo(RequestState.GENERATED);
    assertThat(code(made(2, "a"))).isEqualTo(ErrorCode.KEY_ROTATION_CONFLICT);
    assertThat(accepted(rotate("c", null)).request().keyVersion()).isEqualTo(3);
  }

  @Test
  void aRotationNeedsAKeyAndRoomForAVersion() {
    refused(
        admit(sign("r-1", null).with(REQUEST_TYPE, "key_rotation").with(USER_ID, "nobody")),
        ErrorCode.UNKNOWN_FIELD);
    refused(admit(rotation("r-2", null).with(USER_ID, "nobody")), ErrorCode.UNKNOWN_USER);

    keys.register(Entries.version(USER, 2));
    accepted(rotate("r-3", null));
    keys.register(Entries.version(USER, VERSION_LIMIT));
    refused(rotate("r-4", null), ErrorCode.TOO_MANY_KEY_VERSIONS);
  }

  @Test
  void aDisabledKeyCanBeRotated() {
    keys.enable(Entries.CUSTODIAN, USER, 1, false);
    assertThat(accepted(rotate("r", null)).request().keyVersion()).isEqualTo(2);
  }

  @Test
  void theNewestEnabledVersionSignsOrTheOneThatIsAskedFor() {
    keys.register(Entries.version(USER, 2));

    assertThat(accepted(admit(sign("r-1", null))).request().keyVersion()).isEqualTo(2);
    assertThat(accepted(admit(sign("r-2", 1))).request().keyVersion()).isEqualTo(1);
    keys.enable(Entries.CUSTODIAN, USER, 2, false);
    assertThat(accepted(admit(sign("r-3", null))).request().keyVersion()).isEqualTo(1);
  }

  @Test
  void theVersionThatIsAskedForIsPartOfTheRequest() {
    accepted(admit(sign("r", 1)));

    assertThat(admit(sign("r", 1))).isInstanceOf(Admission.Accepted.class);
    assertThat(admit(sign("r", null))).isInstanceOf(Admission.Conflict.class);
    assertThat(admit(sign("r", 2))).isInstanceOf(Admission.Conflict.class);
  }

  @Test
  void aRepetitionAfterARotationIsTheRequestThatItWas() {
    accepted(admit(sign("r", null)));
    keys.register(Entries.version(USER, 2));

    assertThat(accepted(admit(sign("r", null))).request().keyVersion()).isEqualTo(1);
    assertThat(queued).hasSize(1);
  }

  @Test
  void aVersionThatIsNotThereIsUnknownAndOneThatIsDisabledIsDisabled() {
    refused(admit(sign("r-1", 2)), ErrorCode.UNKNOWN_KEY_VERSION);
    refused(admit(sign("r-2", 1).with(USER_ID, "nobody")), ErrorCode.UNKNOWN_USER);
    keys.register(Entries.version(USER, 2));
    keys.enable(Entries.CUSTODIAN, USER, 1, false);

    refused(admit(sign("r-3", 1)), ErrorCode.KEY_DISABLED);
    accepted(admit(sign("r-4", null)));
    keys.enable(Entries.CUSTODIAN, USER, 2, false);
    refused(admit(sign("r-5", null)), ErrorCode.KEY_DISABLED);
    assertThat(ledger.find(Entries.key("r-5"))).as("nothing is recorded").isEmpty();
    keys.enable(Entries.CUSTODIAN, USER, 2, true);
    accepted(admit(sign("r-5", null)));
  }

  /// It was accepted before the disabling: no repetition gets it signed, and its end says so.
  @Test
  void aFailedRequestThatIsRepeatedAfterADisablingEndsAsDisabled() {
    accepted(admit(sign("r", null)));
    fail("r");
    keys.enable(Entries.CUSTODIAN, USER, 1, false);
    keys.enable(Entries.CUSTODIAN, USER, 1, true);
    clock.advance(Duration.ofSeconds(1));

    assertThat(admit(sign("r", null)))
        .isInstanceOfSatisfying(
            Admission.Finished.class,
            finished -> assertThat(code(finished.entry())).isEqualTo(ErrorCode.KEY_DISABLED));
    assertThat(queued).hasSize(1);
    assertThat(told.stream().map(KeyVersionsTest::code))
        .containsExactly(ErrorCode.KMS_UNAVAILABLE, ErrorCode.KEY_DISABLED);
    assertThat(ledger.pending(clock.advance(Duration.ofHours(1)), 10).due()).isEmpty();
  }

  private void fail(String id) {
    LedgerEntry entry = ledger.find(Entries.key(id)).orElseThrow();
    ledger.complete(
        entry.key(),
        entry.request().digest(),
        new Outcome.Failed(ErrorCode.KMS_UNAVAILABLE, 3, clock.advance(Duration.ofSeconds(1))));
  }

  private LedgerEntry made(int version, String id) {
    LedgerEntry entry = ledger.find(Entries.key(id)).orElseThrow();
    Completion completion =
        ledger.completeGeneration(
            entry.key(), entry.request().digest(), Entries.version(USER, version));
    return ((Completion.Recorded) completion).entry();
  }

  private Admission rotate(String id, @Nullable String algorithm) {
    return admit(rotation(id, algorithm));
  }

  private static CommandFields rotation(String id, @Nullable String algorithm) {
    CommandFields rotation =
        CommandFields.none()
            .with(REQUEST_TYPE, "key_rotation")
            .with(REQUEST_ID, id)
            .with(USER_ID, USER);
    return algorithm == null ? rotation : rotation.with(ALG, algorithm);
  }

  private static CommandFields sign(String id, @Nullable Integer version) {
    CommandFields sign =
        CommandFields.none()
            .with(REQUEST_TYPE, "sign")
            .with(REQUEST_ID, id)
            .with(USER_ID, USER)
            .with(MESSAGE, new CommandFields.Value.Bytes(new byte[] {1}));
    return version == null
        ? sign
        : sign.with(KEY_VERSION, new CommandFields.Value.WholeNumber(version));
  }

  private Admission admit(CommandFields fields) {
    return switch (admitRequest.check(OWNER, fields)) {
      case CheckedCommand.WellFormed(Request request) -> admitRequest.admit(OWNER, request);
      case CheckedCommand.Malformed(Refusal refusal, _) -> new Admission.Refused(refusal);
    };
  }

  private static LedgerEntry accepted(Admission admission) {
    assertThat(admission).isInstanceOf(Admission.Accepted.class);
    return ((Admission.Accepted) admission).entry();
  }

  private static void refused(Admission admission, ErrorCode code) {
    assertThat(admission)
        .isInstanceOfSatisfying(
            Admission.Refused.class,
            refused -> assertThat(refused.refusal().code()).isEqualTo(code));
  }

  private static ErrorCode code(LedgerEntry entry) {
    return Objects.requireNonNull(Objects.requireNonNull(entry.outcome()).code());
  }
}
