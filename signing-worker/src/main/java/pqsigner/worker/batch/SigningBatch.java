package pqsigner.worker.batch;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import pqsigner.events.ErrorCode;
import pqsigner.events.avro.SigningJob;
import pqsigner.protocol.Answer;
import pqsigner.protocol.Request;
import pqsigner.worker.batch.Outcome.DependencyDown;
import pqsigner.worker.exchange.Exchange;

/// The plan for a polled batch, and the meaning of what comes back.
///
/// @param arrivals of which a slot is a position
/// @param decided outcomes by slot that need no enclave: undecodable, impossible, expired
/// @param copyOf slots that repeat the request of another slot, which alone is asked about
/// @param frames to send, by their correlation ids, each within the bounds of the protocol
public record SigningBatch(
    List<Arrival> arrivals,
    Map<Integer, Outcome> decided,
    Map<Integer, Integer> copyOf,
    SequencedMap<Long, Request.Job> frames) {

  public static SigningBatch plan(List<Arrival> arrivals, Instant now) {
    Map<Integer, Integer> copyOf = copies(arrivals);
    Map<Integer, Outcome> decided = new HashMap<>();
    SignFrames frames = new SignFrames();
    for (int slot = 0; slot < arrivals.size(); slot++) {
      if (copyOf.containsKey(slot)) {
        continue;
      }
      switch (arrivals.get(slot)) {
        case Arrival.Undecodable(var reason) ->
            decided.put(slot, new Outcome.DeadLettered(ErrorCode.MALFORMED_REQUEST, reason));
        case Arrival.Broken(var _, var reason) ->
            decided.put(slot, new Outcome.DeadLettered(ErrorCode.MALFORMED_REQUEST, reason));
        case Arrival.Job job when job.expiredAt(now) -> decided.put(slot, new Outcome.Expired());
        case Arrival.Job job -> frames.add(job);
      }
    }
    return new SigningBatch(arrivals, decided, copyOf, frames.finish());
  }

  /// How many jobs the enclave is asked about.
  public int asked() {
    return arrivals.size() - decided.size() - copyOf.size();
  }

  /// One outcome for each slot; a copy has that of its original.
  public List<Outcome> outcomes(Exchange exchange) {
    Optional<DependencyDown> down = dependencyDown(exchange);
    List<Outcome> outcomes = new ArrayList<>(arrivals.size());
    for (int slot = 0; slot < arrivals.size(); slot++) {
      int original = copyOf.getOrDefault(slot, slot);
      Outcome known = decided.get(original);
      outcomes.add(known != null ? known : outcome(arrivals.get(original), exchange, down));
    }
    return outcomes;
  }

  private static Outcome outcome(Arrival asked, Exchange exchange, Optional<DependencyDown> down) {
    Answer.ToJob answer =
        asked instanceof Arrival.Job job ? exchange.answers().get(job.id()) : null;
    return answer != null ? Outcome.of(answer) : missing(down);
  }

  /// A dependency that is down explains every missing answer, so no job counts as a straggler.
  private static Optional<DependencyDown> dependencyDown(Exchange exchange) {
    return switch (exchange.ending()) {
      case UNREACHABLE, LOST -> Optional.of(new DependencyDown(Outcome.Dependency.ENCLAVE));
      case SILENT -> Optional.of(new DependencyDown(Outcome.Dependency.KMS));
      case COMPLETE, DEADLINE ->
          exchange.answers().values().stream()
              .map(Outcome::of)
              .filter(DependencyDown.class::isInstance)
              .map(DependencyDown.class::cast)
              .findFirst();
    };
  }

  private static Outcome missing(Optional<DependencyDown> down) {
    return down.<Outcome>map(known -> known)
        .orElseGet(
            () ->
                new Outcome.RetryLater(
                    ErrorCode.ENCLAVE_UNAVAILABLE, "no answer within the batch deadline"));
  }

  /// Of several copies of one request, the one that may be signed for the longest is the original.
  private static Map<Integer, Integer> copies(List<Arrival> arrivals) {
    record RequestKey(String custodian, String requestId, String type, ByteBuffer digest) {}
    record Slot(int number, Arrival.Job arrival) {}
    Map<RequestKey, List<Slot>> requests = new HashMap<>();
    for (int number = 0; number < arrivals.size(); number++) {
      if (arrivals.get(number) instanceof Arrival.Job arrival) {
        SigningJob job = arrival.job();
        RequestKey key =
            new RequestKey(
                job.getCustodian(), job.getRequestId(), job.getRequestType(), job.getDigest());
        requests.computeIfAbsent(key, _ -> new ArrayList<>()).add(new Slot(number, arrival));
      }
    }
    Map<Integer, Integer> copyOf = new HashMap<>();
    for (List<Slot> slots : requests.values()) {
      Slot original = slots.getFirst();
      for (Slot slot : slots) {
        original = slot.arrival.outlives(original.arrival) ? slot : original;
      }
      for (Slot slot : slots) {
        if (slot.number != original.number) {
          copyOf.put(slot.number, original.number);
        }
      }
    }
    return copyOf;
  }
}
