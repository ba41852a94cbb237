package pqsigner.protocol.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointAddressTest {

  @Test
  void theThreeFormsAreRead() {
    assertThat(EndpointAddress.parse("vsock:3:5005")).isEqualTo(new EndpointAddress.Vsock(3, 5005));
    assertThat(EndpointAddress.parse("vsock:any:0")).isEqualTo(new EndpointAddress.Vsock(-1, 0));
    assertThat(EndpointAddress.parse("unix:/run/a:b"))
        .isEqualTo(new EndpointAddress.Unix(Path.of("/run/a:b")));
    assertThat(EndpointAddress.parse("tcp:127.0.0.1:65535"))
        .isEqualTo(new EndpointAddress.Tcp("127.0.0.1", 65535));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "vsock:3:5005",
        "vsock:any:1",
        "vsock:4294967294:4294967294",
        "unix:relative/path",
        "tcp:localhost:0"
      })
  void theTextOfAnAddressIsReadAsTheSame(String text) {
    assertThat(EndpointAddress.parse(text).toString()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "vsock",
        "vsock:3",
        "vsock:3:",
        "vsock:x:1",
        "vsock:-1:1",
        "vsock:4294967295:1",
        "vsock:3:4294967295",
        "vsock:3:4294967296",
        "vsock:3:1:1",
        "unix:",
        "unix:\u0000",
        "tcp:host",
        "tcp::1",
        "tcp:host:-1",
        "tcp:host:65536",
        "tcp:host:x",
        "http://host:1",
        " tcp:host:1"
      })
  void anythingElseIsRefusedAndNamed(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EndpointAddress.parse(text))
        .withMessageEndingWith(": " + text);
  }
}
