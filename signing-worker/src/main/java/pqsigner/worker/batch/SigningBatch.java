package pqsigner.worker.batch;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import pqsigner.events.ErrorCode;
import pqsigner.protocol.Answer;
import pqsigner.worker.batch.Outcome.DependencyDown;

/// The plan for a polled batch, and the meaning of what comes back.
///
/// @param size how many records the batch has; a slot is a position in it
/// @param decided outcomes that need no enclave: undecodable, impossible, expired
/// @param copyOf slots that repeat the request of another slot, which alone is asked about
/// @param asks frames to send, each within the bounds of the protocol
public record SigningBatch(
    int size, Map<Integer, Outcome> decided, Map<Integer, Integer> copyOf, List<Ask> asks) {

  public SigningBatch {
    decided = Map.copyOf(decided);
    copyOf = Map.copyOf(copyOf);
    asks = List.copyOf(asks);
  }

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
        case Arrival.Job(var ticket, var _) when ticket.expiredAt(now) ->
            decided.put(slot, new Outcome.Expired());
        case Arrival.Job(var ticket, var work) -> frames.add(slot, ticket, work);
      }
    }
    return new SigningBatch(arrivals.size(), decided, copyOf, frames.asks());
  }

  /// One outcome for each slot; a copy has that of its original.
  public List<Outcome> outcomes(Exchange exchange) {
    Optional<DependencyDown> down = dependencyDown(exchange);
    Map<Integer, Outcome> answered = new HashMap<>(decided);
    for (Ask ask : asks) {
      for (int slot : ask.slots()) {
        Answer answer = exchange.answers().get(slot);
        answered.put(slot, answer != null ? Outcome.of(answer) : missing(down));
      }
    }
    List<Outcome> outcomes = new ArrayList<>(size);
    for (int slot = 0; slot < size; slot++) {
      Outcome outcome = answered.get(copyOf.getOrDefault(slot, slot));
      if (outcome == null) {
        throw new IllegalStateException("slot " + slot + " has no outcome");
      }
      outcomes.add(outcome);
    }
    return outcomes;
  }

  /// A dependency that is down explains a missing answer; then nobody is called a straggler.
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
    Map<RequestKey, Integer> originals = new HashMap<>();
    Map<RequestKey, List<Integer>> slots = new LinkedHashMap<>();
    for (int slot = 0; slot < arrivals.size(); slot++) {
      if (arrivals.get(slot) instanceof Arrival.Job(Ticket ticket, var _)) {
        RequestKey key =
            new RequestKey(
                ticket.custodian(),
                ticket.requestId(),
                ticket.requestType(),
                ByteBuffer.wrap(ticket.digest()));
        slots.computeIfAbsent(key, _ -> new ArrayList<>()).add(slot);
        Integer best = originals.get(key);
        if (best == null || ticket.outlives(ticketOf(arrivals.get(best)))) {
          originals.put(key, slot);
        }
      }
    }
    Map<Integer, Integer> copyOf = new HashMap<>();
    slots.forEach(
        (key, all) -> {
          int original = originals.getOrDefault(key, all.getFirst());
          all.stream().filter(slot -> slot != original).forEach(s -> copyOf.put(s, original));
        });
    return copyOf;
  }

  private static Ticket ticketOf(Arrival arrival) {
    return ((Arrival.Job) arrival).ticket();
  }
}
