package pqsigner.enclave.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class SecretBytesTest {

  @Test
  void takesTheBytesAwayFromWhoeverHadThem() {
    byte[] source = {1, 2, 3};
    try (SecretBytes secret = SecretBytes.moved(source)) {
      assertThat(source).containsOnly(0);
      assertThat(secret.<byte[], RuntimeException>expose(byte[]::clone)).containsExactly(1, 2, 3);
    }
  }

  @Test
  void zeroesTheCopyAfterUse() {
    AtomicReference<byte[]> kept = new AtomicReference<>();
    try (SecretBytes secret = SecretBytes.moved(new byte[] {1, 2, 3})) {
      int sum =
          secret.expose(
              bytes -> {
                kept.set(bytes);
                return bytes[0] + bytes[1] + bytes[2];
              });
      assertThat(sum).isEqualTo(6);
      assertThat(kept.get()).containsOnly(0);
    }
  }

  @Test
  void zeroesTheCopyWhenTheUserFails() {
    AtomicReference<byte[]> kept = new AtomicReference<>();
    try (SecretBytes secret = SecretBytes.moved(new byte[] {1, 2, 3})) {
      assertThatThrownBy(
              () ->
                  secret.expose(
                      bytes -> {
                        kept.set(bytes);
                        throw new IllegalArgumentException("user failed");
                      }))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(kept.get()).containsOnly(0);
    }
  }

  @Test
  void cannotBeReadOnceClosed() {
    SecretBytes secret = SecretBytes.random(32, new SecureRandom());
    secret.close();
    secret.close();
    assertThatThrownBy(() -> secret.expose(bytes -> bytes.length))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void anotherThreadMayClose() throws InterruptedException {
    SecretBytes secret = SecretBytes.random(32, new SecureRandom());
    Thread thread = Thread.ofPlatform().start(secret::close);
    thread.join();
    assertThatThrownBy(() -> secret.expose(bytes -> bytes.length))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void doesNotSayWhatItHolds() {
    try (SecretBytes secret = SecretBytes.moved(new byte[] {65, 66, 67})) {
      assertThat(secret).hasToString("SecretBytes[3]");
      assertThat(new BorrowedKey("AES", new byte[] {65, 66, 67})).hasToString("BorrowedKey");
    }
  }

  @Test
  void aBorrowedKeyIsNotSerialised() throws Exception {
    try (ObjectOutputStream out = new ObjectOutputStream(new ByteArrayOutputStream())) {
      assertThatThrownBy(() -> out.writeObject(new BorrowedKey("AES", new byte[32])))
          .isInstanceOf(NotSerializableException.class);
    }
  }
}
