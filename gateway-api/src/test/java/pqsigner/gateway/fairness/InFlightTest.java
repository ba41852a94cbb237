package pqsigner.gateway.fairness;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import pqsigner.events.Priority;
import pqsigner.gateway.ledger.RequestKey;
import pqsigner.gateway.ledger.TestClock;

class InFlightTest {

  private final TestClock clock = new TestClock();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final InFlight inFlight =
      new InFlight(_ -> new AgreedLimits.Limits(1, 1, 3, 8), clock, meters);

  private InFlight.Entry enter(String custodian, String id) {
    return inFlight.enter(new RequestKey(custodian, id), Priority.INTERACTIVE);
  }

  private void fillBulk(int count) {
    IntStream.range(0, count)
        .forEach(i -> inFlight.admit(new RequestKey("a", "bulk-" + i), Priority.BULK));
  }

  @Test
  void theBoundHoldsForEachCustodianAndPriority() {
    for (String id : List.of("1", "2", "3")) {
      assertThat(enter("a", id)).isEqualTo(InFlight.Entry.TAKEN);
    }
    assertThat(enter("a", "4")).isEqualTo(InFlight.Entry.FULL);
    assertThat(enter("b", "4")).isEqualTo(InFlight.Entry.TAKEN);
    assertThat(inFlight.enter(new RequestKey("a", "4"), Priority.BULK))
        .isEqualTo(InFlight.Entry.TAKEN);

    inFlight.leave(new RequestKey("a", "2"));
    assertThat(enter("a", "4")).isEqualTo(InFlight.Entry.TAKEN);
  }

  @Test
  void aRequestHoldsOnePlaceHoweverOftenItIsRepeated() {
    enter("a", "1");
    assertThat(enter("a", "1")).isEqualTo(InFlight.Entry.HELD);
    enter("a", "2");
    enter("a", "3");
    assertThat(enter("a", "1")).as("when all are taken").isEqualTo(InFlight.Entry.HELD);
    inFlight.leave(new RequestKey("a", "1"));
    inFlight.leave(new RequestKey("a", "1"));
    assertThat(enter("a", "4")).isEqualTo(InFlight.Entry.TAKEN);
    assertThat(enter("a", "5")).isEqualTo(InFlight.Entry.FULL);
  }

  @Test
  void whatWasReadAlreadyIsCountedBeyondTheBound() {
    fillBulk(9);
    assertThat(inFlight.isFull("a", Priority.BULK)).isTrue();
    assertThat(meters.get("pq.signer.gateway.in.flight").tag("priority", "bulk").gauge().value())
        .isEqualTo(9);
    assertThat(inFlight.enter(new RequestKey("a", "one more"), Priority.BULK))
        .isEqualTo(InFlight.Entry.FULL);
  }

  @Test
  void roomIsToldFromTheMomentThatAQuarterIsFree() {
    List<String> told = new ArrayList<>();
    inFlight.onBulkRoom(told::add);
    fillBulk(10);
    for (int i = 0; i < 3; i++) {
      inFlight.leave(new RequestKey("a", "bulk-" + i));
      assertThat(inFlight.hasRoom("a", Priority.BULK)).isFalse();
    }
    assertThat(told).isEmpty();
    inFlight.leave(new RequestKey("a", "bulk-3"));
    assertThat(inFlight.hasRoom("a", Priority.BULK)).isTrue();
    inFlight.leave(new RequestKey("a", "bulk-4"));
    assertThat(told).containsExactly("a", "a");
  }

  @Test
  void itIsKnownWhetherAnybodyWaits() {
    inFlight.admit(new RequestKey("a", "bulk"), Priority.BULK);
    assertThat(inFlight.anyInteractive()).isFalse();
    enter("b", "call");
    assertThat(inFlight.anyInteractive()).isTrue();
    inFlight.leave(new RequestKey("b", "call"));
    assertThat(inFlight.anyInteractive()).isFalse();
  }

  @Test
  void evenABoundOfOneOpensAgain() {
    InFlight one = new InFlight(_ -> new AgreedLimits.Limits(1, 1, 1, 1), clock, meters);
    List<String> told = new ArrayList<>();
    one.onBulkRoom(told::add);
    one.admit(new RequestKey("a", "1"), Priority.BULK);
    assertThat(one.isFull("a", Priority.BULK)).isTrue();
    one.leave(new RequestKey("a", "1"));
    assertThat(told).containsExactly("a");
  }

  @Test
  void oldPlacesAreNamedOldestFirstAndNotAgainAtOnce() {
    inFlight.admit(new RequestKey("a", "first"), Priority.BULK);
    clock.advance(Duration.ofSeconds(1));
    inFlight.admit(new RequestKey("a", "second"), Priority.BULK);
    clock.advance(Duration.ofSeconds(1));
    inFlight.admit(new RequestKey("a", "third"), Priority.BULK);

    assertThat(inFlight.takenBefore(clock.instant(), 10))
        .extracting(place -> place.request().requestId())
        .containsExactly("first", "second");
    List<InFlight.Place> one = inFlight.takenBefore(clock.instant(), 1);
    assertThat(one).extracting(place -> place.request().requestId()).containsExactly("first");

    inFlight.renew(one.getFirst());
    assertThat(inFlight.takenBefore(clock.instant(), 10))
        .extracting(place -> place.request().requestId())
        .containsExactly("second");
  }

  @Test
  void renewingWhatHasLeftTakesNoPlace() {
    inFlight.admit(new RequestKey("a", "x"), Priority.BULK);
    clock.advance(Duration.ofSeconds(1));
    InFlight.Place place = inFlight.takenBefore(clock.instant(), 1).getFirst();
    inFlight.leave(new RequestKey("a", "x"));
    inFlight.renew(place);
    assertThat(meters.get("pq.signer.gateway.in.flight").tag("priority", "bulk").gauge().value())
        .isZero();
  }

  @Test
  void callersAtOnceNeverGetMorePlacesThanThereAre() {
    AtomicInteger taken = new AtomicInteger();
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 500; i++) {
        String id = "r" + i;
        callers.execute(
            () -> {
              if (enter("a", id) == InFlight.Entry.TAKEN) {
                taken.incrementAndGet();
              }
            });
      }
    }
    assertThat(taken).hasValue(3);
  }
}
