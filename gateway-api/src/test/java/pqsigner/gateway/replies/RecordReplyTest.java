package pqsigner.gateway.replies;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static pqsigner.gateway.ledger.Entries.CUSTODIAN;
import static pqsigner.gateway.ledger.Entries.NOW;
import static pqsigner.gateway.ledger.Entries.digest;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import pqsigner.attestation.SealedKey;
import pqsigner.events.Algorithm;
import pqsigner.events.ErrorCode;
import pqsigner.gateway.keys.InMemoryKeyRegistry;
import pqsigner.gateway.keys.RegisteredKey;
import pqsigner.gateway.ledger.Entries;
import pqsigner.gateway.ledger.InMemoryRequestLedger;
import pqsigner.gateway.ledger.LedgerEntry;
import pqsigner.gateway.ledger.Outcome;
import pqsigner.gateway.ledger.PendingRow;
import pqsigner.gateway.ledger.Request;
import pqsigner.gateway.ledger.RequestLedger;
import pqsigner.gateway.ledger.RequestState;
import pqsigner.gateway.ledger.TestClock;
import pqsigner.gateway.queue.AskedSignatures;
import pqsigner.gateway.queue.QueueUnavailableException;
import pqsigner.gateway.testing.TestKey;
import pqsigner.mldsa.BouncyCastleVerifier;
import pqsigner.mldsa.SigningInput;

final class RecordReplyTest {

  private static Births births;

  private final TestClock clock = new TestClock();
  private final InMemoryKeyRegistry keys = new InMemoryKeyRegistry();
  private final RequestLedger ledger = new InMemoryRequestLedger(Entries.POLICY, clock, keys);
  private final List<LedgerEntry> released = new ArrayList<>();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private boolean releaseFails;

  private void release(LedgerEntry entry) {
    if (releaseFails) {
      throw new QueueUnavailableException("down", new IllegalStateException());
    }
    released.add(entry);
  }

  private static final TestKey KEY = TestKey.of(1);

  private RecordReply recordReply;

  @BeforeAll
  static void makeChain(@TempDir Path folder) throws IOException {
    births = new Births(folder.resolve("pki"), NOW.minus(Duration.ofHours(1)));
  }

  @BeforeEach
  void wire() {
    recordReply =
        new RecordReply(
            ledger,
            births.check(clock),
            new SignatureCheck(
                new AskedSignatures(registry), ledger, keys, new BouncyCastleVerifier()),
            new InvalidReplies(ledger, clock, registry),
            this::release,
            registry);
    keys.register(
        new RegisteredKey(
            CUSTODIAN,
            "user-1",
            Algorithm.ML_DSA_44,
            1,
            KEY.publicKey(),
            new byte[] {9},
            new byte[60],
            new byte[] {7},
            NOW));
  }

  /// @param fill tells signatures of the same request apart
  private static Outcome.Signed signed(int fill) {
    SigningInput input = new SigningInput.Message("hello".getBytes(UTF_8), new byte[] {1, 2});
    return new Outcome.Signed(KEY.sign(input, fill), NOW.plusSeconds(1));
  }

  private static Outcome refused(ErrorCode code) {
    return new Outcome.Refused(code, null, NOW.plusSeconds(1));
  }

  private static Outcome failed() {
    return new Outcome.Failed(ErrorCode.KMS_UNAVAILABLE, 3, NOW.plusSeconds(1));
  }

  private static Reply reply(String content, Outcome outcome) {
    return new Reply.Decided(Entries.key("r"), digest(content), outcome);
  }

  private static Reply reply(Outcome outcome) {
    return reply("hello", outcome);
  }

  private static Reply forgedKey(String content) {
    return new Reply.NewKey(
        Entries.key("r"),
        digest(content),
        new byte[1952],
        new byte[] {1},
        new byte[60],
        "forged".getBytes(UTF_8),
        NOW.plusSeconds(1));
  }

  @Test
  void aSignatureOfADisabledKeyIsNeverReleasedAndItsOwnerIsTold() {
    ledger.accept(Entries.sign("r"));
    keys.enable(CUSTODIAN, "user-1", 1, false);

    recordReply.record(reply(signed(1)));
    keys.enable(CUSTODIAN, "user-1", 1, true);
    recordReply.record(reply(signed(1)));

    assertThat(released).hasSize(2);
    assertThat(released)
        .allSatisfy(
            entry ->
                assertThat(Objects.requireNonNull(entry.outcome()).code())
                    .isEqualTo(ErrorCode.KEY_DISABLED));
  }

  @Test
  void whatIsRecordedIsReleasedAndNothingElse() {
    ledger.accept(Entries.sign("r"));

    recordReply.record(reply(signed(1)));
    recordReply.record(reply(signed(2)));
    recordReply.record(reply(refused(ErrorCode.KEY_RECORD_REJECTED)));

    assertThat(released).hasSize(3);
    assertThat(released)
        .allSatisfy(entry -> assertThat(Entries.signature(entry)).isEqualTo(signed(1).signature()));
  }

  @Test
  void aReplyAboutAnotherRequestReleasesNothing() {
    recordReply.record(reply(signed(1)));
    ledger.accept(Entries.sign("r"));

    recordReply.record(reply("other", signed(1)));
    recordReply.record(forgedKey("hello"));

    assertThat(released).isEmpty();
    assertThat(row().state()).isEqualTo(RequestState.ACCEPTED);
  }

  private static Reply reply(RegisteredKey key) {
    return new Reply.NewKey(
        Entries.key("r"),
        digest("generate u"),
        key.publicKey(),
        key.encryptedDataKey(),
        key.wrappedSeed(),
        key.birthAttestation(),
        NOW.plusSeconds(1));
  }

  private Request asked() {
    ledger.accept(Entries.generate("r", "u"));
    return row().request();
  }

  private LedgerEntry row() {
    return ledger.find(Entries.key("r")).orElseThrow();
  }

  @Test
  void aForgedBirthChangesNothingAndRaisesTheAlarm() {
    asked();

    recordReply.record(forgedKey("generate u"));

    assertPending();
    assertThat(released).isEmpty();
    assertThat(keys.current(CUSTODIAN, "u")).isEmpty();
    assertThat(invalidBirths()).isEqualTo(1);
  }

  /// The host would keep the record of A, and could go on signing with it, while the custodian can
  /// neither use its key nor make another of that name.
  @Test
  void aHostageKeyIsNotRegisteredAndTheGenuineOneStillIs() {
    Request asked = asked();
    RegisteredKey a = births.born(asked, 1, NOW);
    RegisteredKey b = births.born(asked, 2, NOW);

    recordReply.record(reply(Births.hostage(a, b)));

    assertPending();
    assertThat(keys.current(CUSTODIAN, "u")).isEmpty();
    assertThat(released).isEmpty();
    assertThat(invalidBirths()).isEqualTo(1);

    recordReply.record(reply(a));

    assertThat(released).extracting(LedgerEntry::state).containsExactly(RequestState.GENERATED);
    RegisteredKey stored = keys.current(CUSTODIAN, "u").orElseThrow();
    assertThat(stored.wrappedSeed()).isEqualTo(a.wrappedSeed());
    assertThat(stored.birthRequestId()).isEqualTo("r");
    assertThat(Objects.requireNonNull((Outcome.Generated) released.getFirst().outcome()))
        .extracting(Outcome.Generated::sealedKeySha256)
        .isEqualTo(SealedKey.sha256(a.encryptedDataKey(), a.wrappedSeed()));
  }

  @Test
  void theBirthOfAnEarlierRequestIsNotReusedForALaterOne() {
    ledger.accept(Entries.generate("earlier", "u"));
    RegisteredKey earlier = births.born(Entries.generate("earlier", "u"), 1, NOW);
    asked();

    recordReply.record(reply(earlier));

    assertPending();
    assertThat(keys.current(CUSTODIAN, "u")).isEmpty();
  }

  /// A reply that does not verify is not the end of its request: the job is asked again, later each
  /// time.
  @Test
  void aRequestWhoseBirthWasForgedIsAskedAgain() {
    asked();

    recordReply.record(forgedKey("generate u"));

    assertThat(ledger.pending(NOW.plusSeconds(9), 10).due()).isEmpty();
    assertThat(ledger.pending(NOW.plusSeconds(11), 10).due())
        .extracting(PendingRow::key)
        .containsExactly(Entries.key("r"));
    assertPending();
  }

  private void assertPending() {
    LedgerEntry now = row();
    assertThat(now.state()).isEqualTo(RequestState.ACCEPTED);
    assertThat(Objects.requireNonNull(now.request().content()).birthNonce())
        .isEqualTo(Entries.birthNonce("r"));
    assertThat(now.progress().queuedAt()).as("no job that counts is on its way").isNull();
  }

  private double invalidBirths() {
    return registry
        .get("pq.signer.gateway.replies.invalid")
        .tag("kind", "birth")
        .counters()
        .stream()
        .mapToDouble(Counter::count)
        .sum();
  }

  @Test
  void aForgedSignatureChangesNothingAndRingsTheAlarm() {
    ledger.accept(Entries.sign("r"));
    byte[] junk = new byte[2420];
    Arrays.fill(junk, (byte) 'A');

    recordReply.record(reply(new Outcome.Signed(junk, NOW.plusSeconds(1))));

    assertThat(released).isEmpty();
    assertThat(row().state()).isEqualTo(RequestState.ACCEPTED);
    assertThat(row().progress().queuedAt()).as("to be queued").isNull();
    assertThat(invalid("signature", "does_not_verify")).isEqualTo(1);
    recordReply.record(reply(signed(1)));
    assertThat(released.getFirst().state()).isEqualTo(RequestState.SIGNED);
  }

  /// What the gateway itself decides before it queues a job.
  @ParameterizedTest
  @EnumSource(
      names = {
        "UNKNOWN_USER",
        "FORBIDDEN",
        "DEADLINE_EXCEEDED",
        "REQUEST_ID_CONFLICT",
        "KEY_ALREADY_EXISTS",
        "MESSAGE_TOO_LARGE",
        "RATE_LIMITED",
        "ATTESTATION_REJECTED",
        "KMS_DENIED"
      })
  void aWorkerCannotRefuseInTheGatewaysName(ErrorCode code) {
    ledger.accept(Entries.sign("r"));

    recordReply.record(reply(refused(code)));

    assertThat(released).isEmpty();
    assertThat(row().state()).isEqualTo(RequestState.ACCEPTED);
    assertThat(invalid("refusal", code.code())).isEqualTo(1);
  }

  /// Like every other reply about another request.
  @Test
  void aRefusalOfOtherContentIsNoReasonToAskAgain() {
    ledger.accept(Entries.sign("r"));
    LedgerEntry before = row();

    recordReply.record(reply("other", refused(ErrorCode.UNKNOWN_USER)));

    assertThat(row()).isEqualTo(before);
    assertThat(registry.find("pq.signer.gateway.replies.invalid").counter()).isNull();
  }

  private double invalid(String kind, String reason) {
    return registry
        .get("pq.signer.gateway.replies.invalid")
        .tags("kind", kind, "reason", reason)
        .counter()
        .count();
  }

  @Test
  void aFailedRequestWakesItsWaiterAndIsNotFinished() {
    ledger.accept(Entries.sign("r"));

    recordReply.record(reply(failed()));

    assertThat(released).hasSize(1);
    assertThat(released.getFirst().finished()).isFalse();
    assertThat(row().progress().dueAt()).as("told, so settled").isNull();
  }

  /// As when the gateway dies between the record and the results topic.
  @Test
  void aFailureThatWasNotToldStaysDueAndIsToldByTheNextDelivery() {
    ledger.accept(Entries.sign("r"));
    Reply failed = reply(failed());
    releaseFails = true;
    assertThatThrownBy(() -> recordReply.record(failed))
        .isInstanceOf(QueueUnavailableException.class);
    assertThat(ledger.pending(NOW.plusSeconds(60), 10).due())
        .as("a sweeper would tell it")
        .hasSize(1);

    releaseFails = false;
    recordReply.record(failed);

    assertThat(released).extracting(LedgerEntry::state).containsExactly(RequestState.FAILED);
    assertThat(ledger.pending(NOW.plusSeconds(60), 10).due()).isEmpty();
  }

  @Test
  void eachOutcomeIsCountedOnceAndEchoesApart() {
    ledger.accept(Entries.sign("r"));
    Reply signed = reply(signed(1));

    recordReply.record(signed);
    recordReply.record(signed);

    assertThat(counted("recorded")).isEqualTo(1);
    assertThat(counted("superseded")).isEqualTo(1);
  }

  private double counted(String how) {
    return registry.get("pq.signer.gateway.replies").tag("ledger", how).counter().count();
  }
}
