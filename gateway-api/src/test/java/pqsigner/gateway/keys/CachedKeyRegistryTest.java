package pqsigner.gateway.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import pqsigner.gateway.ledger.Entries;
import pqsigner.gateway.ledger.TestClock;

final class CachedKeyRegistryTest {

  private static final int KEYS_MAX = 3;

  private final TestClock clock = new TestClock();
  private final InMemoryKeyRegistry stored = new InMemoryKeyRegistry();
  private final AtomicInteger reads = new AtomicInteger();

  private final KeyRegistry cached =
      new CachedKeyRegistry(
          new KeyRegistry() {
            @Override
            public Optional<RegisteredKey> current(String custodian, String userId) {
              reads.incrementAndGet();
              return stored.current(custodian, userId);
            }

            @Override
            public Optional<RegisteredKey> find(String custodian, String userId, int version) {
              reads.incrementAndGet();
              return stored.find(custodian, userId, version);
            }

            @Override
            public List<RegisteredKey> versions(String custodian, String userId) {
              reads.incrementAndGet();
              return stored.versions(custodian, userId);
            }
          },
          clock,
          KEYS_MAX,
          Duration.ofMinutes(1));

  @Test
  void aKeyThatWasFoundIsNotReadAgain() {
    stored.register(Entries.key("u", 1));

    for (int i = 0; i < 10; i++) {
      assertThat(cached.current(Entries.CUSTODIAN, "u")).isPresent();
      assertThat(cached.find(Entries.CUSTODIAN, "u", 1)).isPresent();
    }

    assertThat(reads).hasValue(2);
  }

  @Test
  void aKeyThatWasNotFoundIsFoundAsSoonAsItIsThere() {
    assertThat(cached.current(Entries.CUSTODIAN, "u")).isEmpty();
    assertThat(cached.find(Entries.CUSTODIAN, "u", 1)).isEmpty();

    stored.register(Entries.key("u", 1));

    assertThat(cached.current(Entries.CUSTODIAN, "u")).isPresent();
    assertThat(cached.find(Entries.CUSTODIAN, "u", 1)).isPresent();
  }

  @Test
  void anotherCustodiansKeyIsNotFoundInTheCache() {
    stored.register(Entries.key("u", 1));
    cached.current(Entries.CUSTODIAN, "u");

    assertThat(cached.current("custodian-b", "u")).isEmpty();
  }

  @Test
  void whichVersionIsTheNewestIsAskedAgainAfterAWhile() {
    stored.register(Entries.key("u", 1));
    cached.current(Entries.CUSTODIAN, "u");
    clock.advance(Duration.ofMinutes(1));

    cached.current(Entries.CUSTODIAN, "u");

    assertThat(reads).hasValue(2);
  }

  @Test
  void theCacheIsBoundedAndForgetsWhatWasUsedLongestAgo() {
    for (String user : List.of("a", "b", "c", "d")) {
      stored.register(Entries.key(user, 1));
      cached.current(Entries.CUSTODIAN, user);
    }
    reads.set(0);

    cached.current(Entries.CUSTODIAN, "d");
    cached.current(Entries.CUSTODIAN, "c");
    cached.current(Entries.CUSTODIAN, "b");
    assertThat(reads).hasValue(0);
    cached.current(Entries.CUSTODIAN, "a");
    assertThat(reads).hasValue(1);
  }
}
