package pqsigner.gateway.ledger;

import static pqsigner.gateway.ledger.Entries.NOW;
import static pqsigner.gateway.ledger.Entries.digest;
import static pqsigner.gateway.ledger.Entries.key;

import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pqsigner.events.ErrorCode;

/// Random histories of one request: everything that can happen to a row, in any order, at times
/// that are early, equal and late.
final class LedgerEvents {

  private static final int SECONDS = 40;

  private final RandomGenerator random;

  LedgerEvents(long seed) {
    this.random = new java.util.SplittableRandom(seed);
  }

  /// Something that happens; the same to every ledger it is given.
  @FunctionalInterface
  interface Event {
    Object happenTo(RequestLedger ledger, String requestId);
  }

  Event next() {
    boolean mine = random.nextInt(8) != 0;
    byte[] digest = digest(mine ? "hello" : "other");
    Instant at = time();
    return switch (random.nextInt(12)) {
      case 0, 1 -> accept(mine ? "hello" : "other", at);
      case 2 -> completion(digest, Entries.signed(random.nextInt(200), at));
      case 3 -> completion(digest, new Outcome.Refused(ErrorCode.KMS_DENIED, "why", at));
      case 4 -> completion(digest, new Outcome.Expired(at));
      case 5, 6, 7 -> completion(digest, new Outcome.Failed(ErrorCode.KMS_UNAVAILABLE, 3, at));
      case 8 -> (ledger, id) -> ledger.end(key(id), digest, new Outcome.Expired(at));
      case 9, 10 -> replay(at);
      default -> upkeep(digest, at);
    };
  }

  private static Event completion(byte[] digest, Outcome outcome) {
    return (ledger, id) -> ledger.complete(key(id), digest, outcome);
  }

  private Event accept(String message, Instant at) {
    Instant deadline = random.nextBoolean() ? time() : null;
    return (ledger, id) -> ledger.accept(Entries.sign(id, message, deadline, Origin.HTTP, at));
  }

  private Event replay(Instant at) {
    @Nullable Instant extended = random.nextBoolean() ? time() : null;
    Replay replay =
        random.nextBoolean()
            ? Replay.byOwner(at)
            : Replay.byOperator("op-" + random.nextInt(100), at, extended);
    return (ledger, id) -> ledger.find(key(id)).map(seen -> ledger.replay(seen, replay));
  }

  private Event upkeep(byte[] digest, Instant at) {
    int letter = random.nextInt(100);
    return switch (random.nextInt(6)) {
      case 0 -> (ledger, id) -> ledger.askedOverKafka(key(id));
      case 1 ->
          (ledger, id) -> {
            ledger.find(key(id)).ifPresent(ledger::settle);
            return Optional.empty();
          };
      case 2 ->
          (ledger, id) -> {
            ledger.noteDeadLetter(
                key(id), digest, new DeadLetter(1, letter, "internal", "why", 3, at, "b"));
            return Optional.empty();
          };
      case 3 ->
          (ledger, id) -> {
            ledger.find(key(id)).ifPresent(seen -> ledger.askAgain(seen, at));
            return Optional.empty();
          };
      case 4 ->
          (ledger, id) -> ledger.find(key(id)).flatMap(claimed -> ledger.requeue(claimed, at));
      default ->
          (ledger, id) ->
              ledger.pending(Instant.MAX.minusSeconds(1), 100_000).due().stream()
                  .filter(row -> row.key().equals(key(id)))
                  .findFirst()
                  .flatMap(row -> ledger.claim(row, at));
    };
  }

  private Instant time() {
    return NOW.plusSeconds(random.nextInt(SECONDS));
  }
}
