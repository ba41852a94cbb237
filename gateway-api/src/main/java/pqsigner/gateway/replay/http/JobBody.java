package pqsigner.gateway.replay.http;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pqsigner.events.ErrorCode;
import pqsigner.gateway.ledger.DeadLetter;
import pqsigner.gateway.ledger.FailedPage;
import pqsigner.gateway.ledger.LedgerEntry;
import pqsigner.gateway.ledger.Outcome;
import pqsigner.gateway.ledger.Replay;
import pqsigner.gateway.ledger.Request;
import pqsigner.gateway.replay.ReplayJobs;

/// What an operator sees of jobs.
final class JobBody {

  private JobBody() {}

  /// @param code why it failed, or was refused
  /// @param failedAt for a failed request
  /// @param attempts and the following: what the dead letter says, once it was seen
  record Job(
      String custodian,
      String requestId,
      @Nullable String requestType,
      String state,
      @Nullable String code,
      @Nullable Instant failedAt,
      Instant acceptedAt,
      @Nullable Instant deadline,
      @Nullable String userId,
      @Nullable String alg,
      int keyVersion,
      String askedBy,
      @Nullable Integer attempts,
      @Nullable String reason,
      @Nullable Instant firstSeen,
      @Nullable Place deadLetter,
      int replays,
      List<Line> replayTrail) {}

  /// Where the dead letter lies.
  record Place(int partition, long offset, @Nullable String build) {}

  /// One line of the audit trail.
  ///
  /// @param by `operator` or `custodian`
  /// @param operator who, if it was one
  record Line(
      String by, @Nullable String operator, Instant at, @Nullable Instant extendedDeadline) {}

  /// @param nextCursor of the page after this one; left out at the end
  record Jobs(List<Job> jobs, @Nullable String nextCursor) {}

  record Acted(
      String custodian,
      String requestId,
      String action,
      @Nullable String state,
      @Nullable String code,
      @Nullable Instant deadline) {}

  record Replayed(boolean executed, List<Acted> jobs) {}

  static Jobs jobs(FailedPage page) {
    return new Jobs(page.entries().stream().map(JobBody::job).toList(), page.next());
  }

  static Job job(LedgerEntry entry) {
    Request request = entry.request();
    DeadLetter letter = entry.progress().deadLetter();
    return new Job(
        request.custodian(),
        request.requestId(),
        request.type() == null ? null : request.type().label(),
        entry.state().name(),
        code(entry),
        entry.outcome() instanceof Outcome.Failed failed ? failed.at() : null,
        request.acceptedAt(),
        request.deadline(),
        request.userId(),
        request.algorithm() == null ? null : request.algorithm().label(),
        request.keyVersion(),
        request.origin().name(),
        letter == null ? null : letter.attempts(),
        letter == null ? null : letter.reason(),
        letter == null ? null : letter.firstSeen(),
        letter == null ? null : new Place(letter.partition(), letter.offset(), letter.build()),
        entry.progress().replays(),
        entry.progress().replayTrail().stream().map(JobBody::line).toList());
  }

  private static Line line(Replay replay) {
    return switch (replay.by()) {
      case Replay.By.Operator(String name) ->
          new Line("operator", name, replay.at(), replay.extendedDeadline());
      case Replay.By.Owner() -> new Line("custodian", null, replay.at(), replay.extendedDeadline());
    };
  }

  static Replayed replayed(boolean executed, List<ReplayJobs.Result> results) {
    return new Replayed(executed, results.stream().map(JobBody::acted).toList());
  }

  private static Acted acted(ReplayJobs.Result result) {
    LedgerEntry entry = result.entry();
    return new Acted(
        result.request().custodian(),
        result.request().requestId(),
        result.action().label(),
        entry == null ? null : entry.state().name(),
        entry == null ? null : code(entry),
        entry == null ? null : entry.request().deadline());
  }

  private static @Nullable String code(LedgerEntry entry) {
    ErrorCode code = entry.outcome() == null ? null : entry.outcome().code();
    return code == null ? null : code.code();
  }
}
