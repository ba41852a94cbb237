package pqsigner.gateway.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static pqsigner.gateway.ledger.Entries.NOW;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import pqsigner.gateway.keys.RegisteredKey;
import pqsigner.gateway.ledger.Entries;
import pqsigner.gateway.ledger.LedgerEntry;
import pqsigner.gateway.ledger.LedgerTransitions;
import pqsigner.gateway.ledger.Origin;
import pqsigner.gateway.ledger.RequestKey;

final class AskedSignaturesTest {

  private static final RegisteredKey KEY = Entries.key("user-1", 1);

  /// 1,024 for itself, 2 for the context, and the message.
  private static final int ENTRY_BYTES = 1024 + 2 + 1000;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final AskedSignatures asked = new AskedSignatures(3 * ENTRY_BYTES, registry);

  private static LedgerEntry entry(String requestId) {
    return new LedgerTransitions(Entries.POLICY)
        .accepted(Entries.sign(requestId, "m".repeat(1000), null, Origin.HTTP, NOW));
  }

  private double kept() {
    return registry.get("pq.signer.gateway.asked.bytes").gauge().value();
  }

  @Test
  void theOldestMakeRoom() {
    for (String id : List.of("a", "b", "c", "d")) {
      asked.remember(entry(id));
    }

    assertThat(asked.find(Entries.key("a"))).isEmpty();
    assertThat(asked.find(Entries.key("b"))).isPresent();
    assertThat(asked.find(Entries.key("d"))).isPresent();
    assertThat(kept()).isEqualTo(3 * ENTRY_BYTES);
    assertThat(registry.get("pq.signer.gateway.asked.bytes.limit").gauge().value())
        .isEqualTo(3 * ENTRY_BYTES);
  }

  @Test
  void whatIsForgottenOrKeptTwiceIsCountedOnce() {
    asked.remember(entry("a"));
    asked.remember(entry("a"));
    assertThat(kept()).isEqualTo(ENTRY_BYTES);

    asked.forget(new RequestKey("custodian-b", "a"));
    asked.forget(Entries.key("a"));
    asked.forget(Entries.key("a"));

    assertThat(asked.find(Entries.key("a"))).isEmpty();
    assertThat(kept()).isZero();
  }

  @Test
  void whatIsLargerThanAllRoomIsNotKept() {
    AskedSignatures tiny = new AskedSignatures(ENTRY_BYTES - 1, new SimpleMeterRegistry());
    tiny.remember(entry("a"));
    assertThat(tiny.find(Entries.key("a"))).isEmpty();
    assertThat(tiny.bytes()).isZero();
  }

  /// A reply that comes back here is verified from memory, and it may come before the broker has
  /// acknowledged the job.
  @Test
  void aJobIsRememberedBeforeItIsSentIfItsReplyComesBackHere() {
    List<Boolean> rememberedWhenSent = new ArrayList<>();
    JobQueue queue =
        new RememberingJobQueue(
            (entry, _, _) -> rememberedWhenSent.add(asked.find(entry.key()).isPresent()), asked);

    queue.enqueue(entry("here"), KEY, 3);
    queue.enqueue(entry("elsewhere"), KEY, JobQueue.ANY_PARTITION);
    queue.enqueue(entry("generation"), null, 3);

    assertThat(rememberedWhenSent).containsExactly(true, false, false);
  }
}
