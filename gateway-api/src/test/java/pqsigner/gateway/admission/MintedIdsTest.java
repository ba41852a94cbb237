package pqsigner.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class MintedIdsTest {

  private static final Instant NOW = Instant.parse("2026-11-23T21:00:00.123Z");
  private final MintedIds ids = new MintedIds(InstantSource.fixed(NOW), new SecureRandom());

  @Test
  void aRequestIdIsAUuidV7OfThisMillisecond() {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      UUID id = UUID.fromString(ids.requestId());
      assertThat(id.version()).isEqualTo(7);
      assertThat(id.variant()).isEqualTo(2);
      assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(NOW.toEpochMilli());
      assertThat(seen.add(id.toString())).isTrue();
    }
  }

  @Test
  void requestIdsSortByTime() {
    MintedIds later = new MintedIds(InstantSource.fixed(NOW.plusMillis(1)), new SecureRandom());
    for (int i = 0; i < 100; i++) {
      assertThat(ids.requestId()).isLessThan(later.requestId());
    }
  }

  @Test
  void aUserIdIsAUuidV4() {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      UUID id = UUID.fromString(ids.userId());
      assertThat(id.version()).isEqualTo(4);
      assertThat(id.variant()).isEqualTo(2);
      assertThat(seen.add(id.toString())).isTrue();
    }
  }

  @Test
  void everyRandomBitIsUsed() {
    long ones = 0;
    long lowOnes = 0;
    for (int i = 0; i < 1000; i++) {
      UUID id = UUID.fromString(ids.requestId());
      ones |= id.getMostSignificantBits() & 0xfff;
      lowOnes |= id.getLeastSignificantBits();
    }
    assertThat(ones).isEqualTo(0xfff);
    assertThat(lowOnes >>> 62).isEqualTo(2);
    assertThat(lowOnes & 0x3fff_ffff_ffff_ffffL).isEqualTo(0x3fff_ffff_ffff_ffffL);
  }
}
