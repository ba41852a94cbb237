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
import pqsigner.gateway.ledger.TestClock;

class InFlightTest {

  private final TestClock clock = new TestClock();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final InFlight inFlight =
      new InFlight(_ -> new FairnessSettings.Limits(1, 1, 3, 8), clock, meters);

  private InFlight.Entry enter(String custodian, String id) {
    return inFlight.enter(custodian, Priority.INTERACTIVE, id);
  }

  private void fillBulk(int count) {
    IntStream.range(0, count).forEach(i -> inFlight.admit("a", Priority.BULK, "bulk-" + i));
  }

  @Test
  void theBoundHoldsForEachCustodianAndPriority() {
    for (String id : List.of("1", "2", "3")) {
      assertThat(enter("a", id)).isEqualTo(InFlight.Entry.TAKEN);
    }
    assertThat(enter("a", "4")).isEqualTo(InFlight.Entry.FULL);
    assertThat(enter("b", "4")).isEqualTo(InFlight.Entry.TAKEN);
    assertThat(inFlight.enter("a", Priority.BULK, "4")).isEqualTo(InFlight.Entry.TAKEN);

    inFlight.leave("a", "2");
    assertThat(enter("a", "4")).isEqualTo(InFlight.Entry.TAKEN);
  }

  @Test
  void aRequestHoldsOnePlaceHoweverOftenItIsRepeated() {
    enter("a", "1");
    assertThat(enter("a", "1")).isEqualTo(InFlight.Entry.HELD);
    enter("a", "2");
    enter("a", "3");
    assertThat(enter("a", "1")).as("when all are taken").isEqualTo(InFlight.Entry.HELD);
    inFlight.leave("a", "1");
    inFlight.leave("a", "1");
    assertThat(enter("a", "4")).isEqualTo(InFlight.Entry.TAKEN);
    assertThat(enter("a", "5")).isEqualTo(InFlight.Entry.FULL);
  }

  @Test
  void whatWasReadAlreadyIsCountedBeyondTheBound() {
    fillBulk(9);
    assertThat(inFlight.isFull("a", Priority.BULK)).isTrue();
    assertThat(meters.get("pq.signer.gateway.in.flight").tag("priority", "bulk").gauge().value())
        .isEqualTo(9);
    assertThat(inFlight.enter("a", Priority.BULK, "one more")).isEqualTo(InFlight.Entry.FULL);
  }

  @Test
  void roomIsToldOnceWhenAQuarterIsFree() {
    List<String> told = new ArrayList<>();
    inFlight.onBulkRoom(told::add);
    fillBulk(10);
    for (int i = 0; i < 3; i++) {
      inFlight.leave("a", "bulk-" + i);
      assertThat(inFlight.hasRoom("a", Priority.BULK)).isFalse();
    }
    assertThat(told).isEmpty();
    inFlight.leave("a", "bulk-3");
    assertThat(inFlight.hasRoom("a", Priority.BULK)).isTrue();
    inFlight.leave("a", "bulk-4");
    assertThat(told).containsExactly("a");
  }

  @Test
  void itIsKnownWhetherAnybodyWaits() {
    inFlight.admit("a", Priority.BULK, "bulk");
    assertThat(inFlight.anyInteractive()).isFalse();
    enter("b", "call");
    assertThat(inFlight.anyInteractive()).isTrue();
    inFlight.leave("b", "call");
    assertThat(inFlight.anyInteractive()).isFalse();
  }

  @Test
  void evenABoundOfOneOpensAgain() {
    InFlight one = new InFlight(_ -> new FairnessSettings.Limits(1, 1, 1, 1), clock, meters);
    List<String> told = new ArrayList<>();
    one.onBulkRoom(told::add);
    one.admit("a", Priority.BULK, "1");
    assertThat(one.isFull("a", Priority.BULK)).isTrue();
    one.leave("a", "1");
    assertThat(told).containsExactly("a");
  }

  @Test
  void oldPlacesAreNamedOldestFirstAndNotAgainAtOnce() {
    inFlight.admit("a", Priority.BULK, "first");
    clock.advance(Duration.ofSeconds(1));
    inFlight.admit("a", Priority.BULK, "second");
    clock.advance(Duration.ofSeconds(1));
    inFlight.admit("a", Priority.BULK, "third");

    assertThat(inFlight.takenBefore(clock.instant(), 10))
        .extracting(InFlight.Place::requestId)
        .containsExactly("first", "second");
    List<InFlight.Place> one = inFlight.takenBefore(clock.instant(), 1);
    assertThat(one).extracting(InFlight.Place::requestId).containsExactly("first");

    inFlight.renew(one.getFirst());
    assertThat(inFlight.takenBefore(clock.instant(), 10))
        .extracting(InFlight.Place::requestId)
        .containsExactly("second");
  }

  @Test
  void renewingWhatHasLeftTakesNoPlace() {
    inFlight.admit("a", Priority.BULK, "x");
    clock.advance(Duration.ofSeconds(1));
    InFlight.Place place = inFlight.takenBefore(clock.instant(), 1).getFirst();
    inFlight.leave("a", "x");
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
