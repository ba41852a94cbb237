package pqsigner.gateway.replies;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pqsigner.gateway.ledger.LedgerEntry;
import pqsigner.gateway.ledger.RequestLedger;

/// Replies that claim to have done the job and cannot show it: from a forger, from a broken part,
/// or from an enclave that this gateway has not been told about.
///
/// None of them changes what the request is. The row stays `ACCEPTED` and its job is asked again,
/// later each time, until a reply verifies or the deadline passes.
public final class InvalidReplies {

  private static final Logger log = LoggerFactory.getLogger(InvalidReplies.class);

  /// What the reply claimed to be.
  public enum Kind {
    BIRTH,
    SIGNATURE,
    REFUSAL
  }

  private final RequestLedger ledger;
  private final InstantSource clock;
  private final MeterRegistry registry;

  public InvalidReplies(RequestLedger ledger, InstantSource clock, MeterRegistry registry) {
    this.ledger = ledger;
    this.clock = clock;
    this.registry = registry;
  }

  /// @param entry the pending request that the reply is about
  /// @param reason one of few; it becomes a tag of the metric
  /// @param detail for the log
  public void report(LedgerEntry entry, Kind kind, String reason, String detail) {
    String label = kind.name().toLowerCase(Locale.ROOT);
    log.warn(
        "reply.invalid kind={} custodian={} request_id={} reason={} detail=\"{}\"",
        label,
        entry.custodian(),
        entry.requestId(),
        reason,
        detail);
    Counter.builder("pq.signer.gateway.replies.invalid")
        .description(
            "Replies that did not verify; they change nothing, and the job is queued again")
        .tag("kind", label)
        .tag("reason", reason)
        .register(registry)
        .increment();
    ledger.askAgain(entry, clock.instant());
  }
}
