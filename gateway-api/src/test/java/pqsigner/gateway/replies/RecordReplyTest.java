package pqsigner.gateway.replies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static pqsigner.gateway.ledger.Entries.CUSTODIAN;
import static pqsigner.gateway.ledger.Entries.NOW;
import static pqsigner.gateway.ledger.Entries.digest;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import pqsigner.attestation.AttestationVerifier;
import pqsigner.attestation.TrustRoot;
import pqsigner.events.ErrorCode;
import pqsigner.gateway.keys.InMemoryKeyRegistry;
import pqsigner.gateway.ledger.Entries;
import pqsigner.gateway.ledger.InMemoryRequestLedger;
import pqsigner.gateway.ledger.LedgerEntry;
import pqsigner.gateway.ledger.Outcome;
import pqsigner.gateway.ledger.RequestLedger;
import pqsigner.gateway.ledger.RequestState;
import pqsigner.gateway.ledger.TestClock;
import pqsigner.gateway.queue.QueueUnavailableException;

final class RecordReplyTest {

  private final TestClock clock = new TestClock();
  private final InMemoryKeyRegistry keys = new InMemoryKeyRegistry();
  private final RequestLedger ledger = new InMemoryRequestLedger(Entries.POLICY, clock, keys);
  private final List<LedgerEntry> released = new ArrayList<>();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final RecordReply recordReply =
      new RecordReply(
          ledger,
          new BirthCheck(
              new AttestationVerifier(clock),
              TrustRoot.awsNitroEnclaves(),
              List.of(new byte[48]),
              "arn:aws:kms:eu-central-1:111122223333:key/k"),
          this::release,
          registry);
  private boolean releaseFails;

  private void release(LedgerEntry entry) {
    if (releaseFails) {
      throw new QueueUnavailableException("down", new IllegalStateException());
    }
    released.add(entry);
  }

  private static Reply reply(String content, Reply.Said said, Instant at) {
    return new Reply(CUSTODIAN, "r", digest(content), said, at);
  }

  private static Reply reply(Reply.Said said) {
    return reply("hello", said, NOW.plusSeconds(1));
  }

  private static Reply.Said generated() {
    return new Reply.Said.Generated(
        new byte[1952],
        new byte[] {1},
        new byte[60],
        "forged".getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  @Test
  void whatIsRecordedIsReleasedAndNothingElse() {
    ledger.accept(Entries.sign("r"));

    recordReply.record(reply(new Reply.Said.Signed(new byte[] {1})));
    recordReply.record(reply(new Reply.Said.Signed(new byte[] {2})));
    recordReply.record(reply(new Reply.Said.Refused(ErrorCode.KMS_DENIED)));

    assertThat(released).hasSize(3);
    assertThat(released)
        .allSatisfy(entry -> assertThat(Entries.signature(entry)).containsExactly(1));
  }

  @Test
  void aReplyAboutAnotherRequestReleasesNothing() {
    recordReply.record(reply(new Reply.Said.Signed(new byte[] {1})));
    ledger.accept(Entries.sign("r"));

    recordReply.record(reply("other", new Reply.Said.Signed(new byte[] {1}), NOW.plusSeconds(1)));
    recordReply.record(reply("hello", generated(), NOW.plusSeconds(1)));

    assertThat(released).isEmpty();
    assertThat(ledger.find(CUSTODIAN, "r").orElseThrow().state()).isEqualTo(RequestState.ACCEPTED);
  }

  @Test
  void aForgedBirthIsRefusedAndItsKeyNotRegistered() {
    ledger.accept(Entries.generate("r", "u"));

    recordReply.record(reply("generate u", generated(), NOW.plusSeconds(1)));

    assertThat(released.getFirst().outcome())
        .isEqualTo(new Outcome.Refused(ErrorCode.ATTESTATION_REJECTED, null, NOW.plusSeconds(1)));
    assertThat(keys.current(CUSTODIAN, "u")).isEmpty();
  }

  @Test
  void aFailedRequestWakesItsWaiterAndIsNotFinished() {
    ledger.accept(Entries.sign("r"));

    recordReply.record(reply(new Reply.Said.Failed(ErrorCode.KMS_UNAVAILABLE, 3)));

    assertThat(released).hasSize(1);
    assertThat(released.getFirst().finished()).isFalse();
    assertThat(ledger.find(CUSTODIAN, "r").orElseThrow().dueAt()).as("told, so settled").isNull();
  }

  /// As when the gateway dies between the record and the results topic.
  @Test
  void aFailureThatWasNotToldStaysDueAndIsToldByTheNextDelivery() {
    ledger.accept(Entries.sign("r"));
    Reply failed = reply(new Reply.Said.Failed(ErrorCode.KMS_UNAVAILABLE, 3));
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
    Reply signed = reply(new Reply.Said.Signed(new byte[] {1}));

    recordReply.record(signed);
    recordReply.record(signed);

    assertThat(counted("recorded")).isEqualTo(1);
    assertThat(counted("superseded")).isEqualTo(1);
  }

  private double counted(String how) {
    return registry.get("pq.signer.replies").tag("ledger", how).counter().count();
  }
}
