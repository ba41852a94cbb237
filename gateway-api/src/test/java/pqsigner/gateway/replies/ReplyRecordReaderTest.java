package pqsigner.gateway.replies;

import static org.assertj.core.api.Assertions.assertThat;
import static pqsigner.gateway.ledger.Entries.CUSTODIAN;
import static pqsigner.gateway.ledger.Entries.NOW;
import static pqsigner.gateway.ledger.Entries.digest;

import java.nio.ByteBuffer;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import pqsigner.events.avro.SigningReply;
import pqsigner.gateway.keys.InMemoryKeyRegistry;
import pqsigner.gateway.ledger.Completion;
import pqsigner.gateway.ledger.Entries;
import pqsigner.gateway.ledger.InMemoryRequestLedger;
import pqsigner.gateway.ledger.Origin;
import pqsigner.gateway.ledger.Outcome;
import pqsigner.gateway.ledger.RequestLedger;
import pqsigner.gateway.ledger.TestClock;

final class ReplyRecordReaderTest {

  private static SigningReply expired(Instant at) {
    return SigningReply.newBuilder()
        .setCustodian(CUSTODIAN)
        .setRequestId("r")
        .setRequestType("sign")
        .setDigest(ByteBuffer.wrap(digest("hello")))
        .setOutcome("EXPIRED")
        .setCode("deadline_exceeded")
        .setKeyVersion(1)
        .setCompletedAt(at)
        .build();
  }

  @Test
  void aReplyIsNeverFromTheFuture() throws Exception {
    assertThat(ReplyRecordReader.read(expired(NOW.minusSeconds(3)), NOW).at())
        .isEqualTo(NOW.minusSeconds(3));
    assertThat(ReplyRecordReader.read(expired(NOW.plusSeconds(3)), NOW).at()).isEqualTo(NOW);
  }

  /// A worker that says a deadline has passed, and dates it so that it has.
  @Test
  void aWorkerCannotExpireARequestBeforeItsDeadline() throws Exception {
    RequestLedger ledger =
        new InMemoryRequestLedger(Entries.POLICY, new TestClock(), new InMemoryKeyRegistry());
    ledger.accept(Entries.sign("r", "hello", NOW.plusSeconds(60), Origin.HTTP, NOW));

    Reply reply = ReplyRecordReader.read(expired(NOW.plusSeconds(61)), NOW.plusSeconds(1));

    assertThat(ledger.complete(Entries.key("r"), reply.digest(), new Outcome.Expired(reply.at())))
        .isEqualTo(new Completion.Unrelated());
  }
}
