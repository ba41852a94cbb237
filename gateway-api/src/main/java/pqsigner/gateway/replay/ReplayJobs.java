package pqsigner.gateway.replay;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pqsigner.gateway.ledger.FailedFilter;
import pqsigner.gateway.ledger.FailedPage;
import pqsigner.gateway.ledger.LedgerEntry;
import pqsigner.gateway.ledger.Replay;
import pqsigner.gateway.ledger.ReplayLimit;
import pqsigner.gateway.ledger.RequestKey;
import pqsigner.gateway.ledger.RequestLedger;
import pqsigner.gateway.queue.BackToWork;
import pqsigner.gateway.queue.JobQueue;

/// Lists, shows and replays failed requests.
public final class ReplayJobs {

  private static final Logger log = LoggerFactory.getLogger(ReplayJobs.class);

  private final RequestLedger ledger;
  private final BackToWork backToWork;
  private final Consumer<LedgerEntry> release;
  private final ReplayPolicy policy;
  private final ReplayRate rate;
  private final InstantSource clock;
  private final MeterRegistry registry;

  /// What became of one request.
  ///
  /// @param entry as it is now; null if there is none
  public record Result(RequestKey request, ReplayAction action, @Nullable LedgerEntry entry) {}

  /// @param release publishes a finished request's stored result again
  public ReplayJobs(
      RequestLedger ledger,
      BackToWork backToWork,
      Consumer<LedgerEntry> release,
      ReplaySettings settings,
      InstantSource clock,
      MeterRegistry registry) {
    this.ledger = ledger;
    this.backToWork = backToWork;
    this.release = release;
    this.policy = new ReplayPolicy(new ReplayLimit(settings.replaysMax()));
    this.rate = new ReplayRate(clock, settings.perMinute());
    this.clock = clock;
    this.registry = registry;
  }

  public FailedPage list(FailedFilter filter, @Nullable String cursor, int limit) {
    return ledger.failed(filter, cursor, limit);
  }

  public Optional<LedgerEntry> show(RequestKey request) {
    return ledger.find(request);
  }

  public List<Result> replay(ReplayRequest request) {
    List<Result> results =
        switch (request.selection()) {
          case ReplayRequest.Selection.ByIds(String custodian, List<String> ids) ->
              ids.stream()
                  .distinct()
                  .map(id -> byId(new RequestKey(custodian, id), request))
                  .toList();
          case ReplayRequest.Selection.Matching(FailedFilter filter, int limit) ->
              matching(filter, limit).stream().map(entry -> one(entry, request)).toList();
        };
    if (request.execute()) {
      log.info(
          "replay.done operator={} selected={} replayed={} extended_deadline={}",
          request.operator(),
          results.size(),
          results.stream().filter(result -> result.action() == ReplayAction.REPLAYED).count(),
          request.extendDeadline());
    }
    return results;
  }

  /// Page after page: one may be empty although there are more.
  private List<LedgerEntry> matching(FailedFilter filter, int limit) {
    List<LedgerEntry> matching = new ArrayList<>();
    String cursor = null;
    do {
      FailedPage page = ledger.failed(filter, cursor, limit - matching.size());
      matching.addAll(page.entries());
      cursor = page.next();
    } while (cursor != null && matching.size() < limit);
    return matching;
  }

  private Result byId(RequestKey key, ReplayRequest request) {
    return ledger
        .find(key)
        .map(entry -> one(entry, request))
        .orElseGet(() -> new Result(key, ReplayAction.UNKNOWN, null));
  }

  private Result one(LedgerEntry entry, ReplayRequest request) {
    Instant now = clock.instant();
    return switch (policy.judge(entry, now, request.extendDeadline())) {
      case ReplayPolicy.Verdict.Denied(ReplayAction why) -> {
        if (why == ReplayAction.FINISHED && request.execute()) {
          release.accept(entry);
        }
        yield result(entry, why);
      }
      case ReplayPolicy.Verdict.Allowed _ when backToWork.isForbidden(entry) ->
          result(entry, ReplayAction.FORBIDDEN);
      case ReplayPolicy.Verdict.Allowed _ when !request.execute() ->
          result(entry, ReplayAction.WOULD_REPLAY);
      case ReplayPolicy.Verdict.Allowed _ when !rate.take() -> limited(entry);
      case ReplayPolicy.Verdict.Allowed(Instant newDeadline) ->
          reopen(entry, Replay.byOperator(request.operator(), now, newDeadline));
    };
  }

  private Result limited(LedgerEntry entry) {
    Counter.builder("pq.signer.gateway.replays.limited")
        .description("Replays refused because this minute's limit was reached")
        .register(registry)
        .increment();
    return result(entry, ReplayAction.RATE_LIMITED);
  }

  private Result reopen(LedgerEntry seen, Replay replay) {
    return switch (backToWork.put(seen, replay, JobQueue.ANY_PARTITION)) {
      case BackToWork.Put.Back(LedgerEntry entry) -> {
        Counter.builder("pq.signer.gateway.replayed")
            .description("Requests that an operator put back to work")
            .register(registry)
            .increment();
        yield result(entry, ReplayAction.REPLAYED);
      }
      case BackToWork.Put.Unchanged(LedgerEntry entry) ->
          result(entry, entry.finished() ? ReplayAction.FINISHED : ReplayAction.PENDING);
      case BackToWork.Put.Keyless(LedgerEntry entry) -> result(entry, ReplayAction.UNKNOWN_USER);
      case BackToWork.Put.Forbidden(LedgerEntry entry) -> result(entry, ReplayAction.FORBIDDEN);
      case BackToWork.Put.Missing() -> new Result(seen.key(), ReplayAction.UNKNOWN, null);
    };
  }

  private static Result result(LedgerEntry entry, ReplayAction action) {
    return new Result(entry.key(), action, entry);
  }
}
