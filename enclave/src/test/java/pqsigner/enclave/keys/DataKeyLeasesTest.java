package pqsigner.enclave.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import pqsigner.enclave.secret.SecretBytes;

class DataKeyLeasesTest {
  private static final byte[] AAD = {1};
  private static final byte[] BLOB = {2};

  private Instant now = Instant.parse("2026-11-23T10:00:00Z");

  private DataKeyLeases leases(Duration timeMax, int usesMax, int entriesMax) {
    return new DataKeyLeases(new DataKeyLeases.Terms(timeMax, usesMax, entriesMax), () -> now);
  }

  private static void offer(DataKeyLeases leases, byte[] additionalData, byte[] blob) {
    try (SecretBytes key = SecretBytes.moved(new byte[] {7, 7})) {
      leases.offer(additionalData, blob, key);
    }
  }

  private static boolean has(DataKeyLeases leases, byte[] additionalData, byte[] blob) {
    @Nullable SecretBytes key = leases.take(additionalData, blob);
    if (key == null) {
      return false;
    }
    try (key) {
      assertThat(key.<byte[], RuntimeException>expose(byte[]::clone)).containsExactly(7, 7);
    }
    return true;
  }

  @Test
  void nothingIsKeptByDefault() {
    try (DataKeyLeases leases = new DataKeyLeases(DataKeyLeases.Terms.OFF, () -> now)) {
      offer(leases, AAD, BLOB);
      assertThat(leases.usage().used()).isZero();
      assertThat(has(leases, AAD, BLOB)).isFalse();
    }
  }

  @Test
  void aLeaseEndsAfterItsUses() {
    try (DataKeyLeases leases = leases(Duration.ofMinutes(1), 3, 10)) {
      offer(leases, AAD, BLOB);
      assertThat(has(leases, AAD, BLOB)).isTrue();
      assertThat(has(leases, AAD, BLOB)).isTrue();
      assertThat(has(leases, AAD, BLOB)).as("three uses, with the one that brought it").isFalse();
      assertThat(leases.usage().used()).isZero();
    }
  }

  @Test
  void aLeaseEndsAtItsTime() {
    try (DataKeyLeases leases = leases(Duration.ofSeconds(10), 1000, 10)) {
      offer(leases, AAD, BLOB);
      now = now.plusSeconds(10).minusNanos(1);
      assertThat(has(leases, AAD, BLOB)).isTrue();
      now = now.plusNanos(1);
      leases.dropExpired();
      assertThat(leases.usage().used()).isZero();
      assertThat(has(leases, AAD, BLOB)).isFalse();
    }
  }

  @Test
  void usingALeaseDoesNotProlongIt() {
    try (DataKeyLeases leases = leases(Duration.ofSeconds(10), 1000, 10)) {
      offer(leases, AAD, BLOB);
      now = now.plusSeconds(6);
      assertThat(has(leases, AAD, BLOB)).isTrue();
      now = now.plusSeconds(6);
      assertThat(has(leases, AAD, BLOB)).isFalse();
    }
  }

  @Test
  void onlyTheVeryRequestThatReleasedItFindsIt() {
    try (DataKeyLeases leases = leases(Duration.ofMinutes(1), 1000, 10)) {
      offer(leases, AAD, BLOB);
      assertThat(has(leases, new byte[] {9}, BLOB)).isFalse();
      assertThat(has(leases, AAD, new byte[] {9})).isFalse();
      assertThat(has(leases, new byte[] {1, 2}, new byte[0])).isFalse();
      assertThat(has(leases, AAD, BLOB)).isTrue();
    }
  }

  @Test
  void theLongestUnusedIsDroppedAtTheBound() {
    try (DataKeyLeases leases = leases(Duration.ofMinutes(1), 1000, 2)) {
      offer(leases, AAD, new byte[] {1});
      offer(leases, AAD, new byte[] {2});
      assertThat(has(leases, AAD, new byte[] {1})).isTrue();
      offer(leases, AAD, new byte[] {3});
      assertThat(leases.usage().used()).isEqualTo(2);
      assertThat(has(leases, AAD, new byte[] {1})).isTrue();
      assertThat(has(leases, AAD, new byte[] {2})).isFalse();
      assertThat(has(leases, AAD, new byte[] {3})).isTrue();
    }
  }

  @Test
  void nothingIsLeftAfterClose() {
    DataKeyLeases leases = leases(Duration.ofMinutes(1), 1000, 2);
    offer(leases, AAD, BLOB);
    leases.close();
    assertThat(leases.usage().used()).isZero();
  }
}
