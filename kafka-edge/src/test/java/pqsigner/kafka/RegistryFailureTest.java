package pqsigner.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import pqsigner.events.wire.RegistryUnavailableException;

class RegistryFailureTest {

  @Test
  void anExceptionThatMayBeRetriedIsTheRegistrys() {
    assertThat(RegistryFailure.isBehind(new RegistryUnavailableException("down", null))).isTrue();
    assertThat(RegistryFailure.isBehind(new TimeoutException("slow"))).isTrue();
  }

  @Test
  void anIoExceptionAnywhereBehindIsTheRegistrys() {
    Throwable refused = new RuntimeException(new ConnectException("refused"));

    assertThat(RegistryFailure.isBehind(new SerializationException("schema", refused))).isTrue();
    assertThat(RegistryFailure.isBehind(new SerializationException(new IOException()))).isTrue();
  }

  @Test
  void bytesThatEndTooSoonAreTheRecords() {
    assertThat(RegistryFailure.isBehind(new SerializationException(new EOFException()))).isFalse();
    assertThat(RegistryFailure.isBehind(new SerializationException("magic byte"))).isFalse();
  }
}
