package pqsigner.gateway.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import pqsigner.gateway.ledger.Entries;
import pqsigner.gateway.ledger.TestClock;

final class CachedKeyRegistryTest {

  private static final int KEYS_MAX = 3;
  private static final Duration TRUSTED_FOR = Duration.ofSeconds(1);

  private final TestClock clock = new TestClock();
  private final InMemoryKeyRegistry stored = new InMemoryKeyRegistry();
  private final AtomicInteger reads = new AtomicInteger();

  private Duration slowReads = Duration.ZERO;

  private final KeyRegistry cached =
      new CachedKeyRegistry(
          new KeyRegistry() {
            @Override
            public Optional<RegisteredKey> current(String custodian, String userId) {
              reads.incrementAndGet();
              return stored.current(custodian, userId);
            }

            @Override
            public Optional<RegisteredKey> newest(String custodian, String userId) {
              reads.incrementAndGet();
              return stored.newest(custodian, userId);
            }

            @Override
            public KeyPage list(
                String custodian, KeyPage.Filter filter, @Nullable String cursor, int limit) {
              return stored.list(custodian, filter, cursor, limit);
            }

            @Override
            public Optional<RegisteredKey> enable(
                String custodian, String userId, int version, boolean enabled) {
              return stored.enable(custodian, userId, version, enabled);
            }

            @Override
            public Optional<RegisteredKey> find(String custodian, String userId, int version) {
              reads.incrementAndGet();
              clock.advance(slowReads);
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
          TRUSTED_FOR);

  @Test
  void aKeyThatWasFoundIsNotReadAgain() {
    stored.register(Entries.key("u", 1));

    for (int i = 0; i < 10; i++) {
      assertThat(cached.current(Entries.CUSTODIAN, "u")).isPresent();
      assertThat(cached.find(Entries.CUSTODIAN, "u", 1)).isPresent();
    }

    assertThat(reads).as("the current key answers for its version").hasValue(1);
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
  void anotherGatewaysRotationIsNoticedWhenTheTimeIsUpAndNotBefore() {
    stored.register(Entries.key("u", 1));
    cached.current(Entries.CUSTODIAN, "u");
    stored.register(Entries.version("u", 2));

    clock.advance(TRUSTED_FOR.minusMillis(1));
    assertThat(version(cached.current(Entries.CUSTODIAN, "u"))).isEqualTo(1);
    clock.advance(Duration.ofMillis(1));
    assertThat(version(cached.current(Entries.CUSTODIAN, "u"))).isEqualTo(2);
  }

  @Test
  void anotherGatewaysDisablingIsNoticedWhenTheTimeIsUp() {
    stored.register(Entries.key("u", 1));
    cached.find(Entries.CUSTODIAN, "u", 1);
    stored.enable(Entries.CUSTODIAN, "u", 1, false);

    clock.advance(TRUSTED_FOR);

    assertThat(cached.find(Entries.CUSTODIAN, "u", 1).orElseThrow().state().enabled()).isFalse();
  }

  /// The answer of a store that takes its time is as old as the question.
  @Test
  void theTimeCountsFromBeforeTheRead() {
    stored.register(Entries.key("u", 1));
    slowReads = TRUSTED_FOR.dividedBy(2);
    cached.find(Entries.CUSTODIAN, "u", 1);
    clock.advance(TRUSTED_FOR.dividedBy(2));

    cached.find(Entries.CUSTODIAN, "u", 1);

    assertThat(reads).hasValue(2);
  }

  @Test
  void aClockThatIsSetBackMakesNothingLastLonger() {
    stored.register(Entries.key("u", 1));
    cached.find(Entries.CUSTODIAN, "u", 1);
    clock.advance(Duration.ofHours(-1));

    cached.find(Entries.CUSTODIAN, "u", 1);

    assertThat(reads).hasValue(2);
  }

  @Test
  void aDisablingIsEffectiveAtOnceWhereItWasAskedFor() {
    stored.register(Entries.key("u", 1));
    stored.register(Entries.version("u", 2));
    cached.current(Entries.CUSTODIAN, "u");

    cached.enable(Entries.CUSTODIAN, "u", 2, false);

    assertThat(version(cached.current(Entries.CUSTODIAN, "u"))).isEqualTo(1);
    assertThat(cached.find(Entries.CUSTODIAN, "u", 2).orElseThrow().state())
        .isEqualTo(new KeyState(false, 1));
  }

  private static int version(Optional<RegisteredKey> key) {
    return key.orElseThrow().version();
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
