package pqsigner.gateway.replies;

import static org.assertj.core.api.Assertions.assertThat;
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
          released::add,
          registry);

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
