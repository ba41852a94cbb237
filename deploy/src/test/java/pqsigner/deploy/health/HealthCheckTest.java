package pqsigner.deploy.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// HTTP is tried from within an image, by `ImagesIT`.
class HealthCheckTest {
  @TempDir Path folder;

  @Test
  void aSocketThatAcceptsIsWell() throws Exception {
    Path path = folder.resolve("enclave.sock");
    URI where = URI.create("unix:" + path);
    assertThat(HealthCheck.isWell(where)).isFalse();
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path));
      assertThat(HealthCheck.isWell(where)).isTrue();
    }
    assertThat(HealthCheck.isWell(where)).as("its file is still there").isFalse();
  }

  @Test
  void aPortThatAcceptsIsWell() throws Exception {
    int port;
    try (var server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      port = ((InetSocketAddress) server.getLocalAddress()).getPort();
      assertThat(HealthCheck.isWell(URI.create("tcp://127.0.0.1:" + port))).isTrue();
    }
    assertThat(HealthCheck.isWell(URI.create("tcp://127.0.0.1:" + port))).isFalse();
  }

  @Test
  void anAddressOfAnotherKindIsNot() {
    assertThat(HealthCheck.isWell(URI.create("file:/etc/passwd"))).isFalse();
  }
}
