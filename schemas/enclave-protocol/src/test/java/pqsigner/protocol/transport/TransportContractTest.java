package pqsigner.protocol.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class TransportContractTest {
  @TempDir Path folder;

  private static Stream<DynamicTest> contract(TransportContract.Ends ends) {
    return new TransportContract(ends)
        .clauses().entrySet().stream()
            .map(clause -> DynamicTest.dynamicTest(clause.getKey(), clause.getValue()::check));
  }

  @TestFactory
  Stream<DynamicTest> overTcp() {
    return contract(TransportContract.ends(new EndpointAddress.Tcp("127.0.0.1", 0), 0));
  }

  @TestFactory
  Stream<DynamicTest> overUnixSockets() {
    return contract(TransportContract.ends(new EndpointAddress.Unix(folder.resolve("socket")), 0));
  }

  /// Where a host has no loopback this is one test, skipped for the reason that it gives.
  @TestFactory
  @EnabledOnOs(OS.LINUX)
  Stream<DynamicTest> overVsock() {
    return vsockLoopback()
        .map(
            why ->
                Stream.of(
                    DynamicTest.dynamicTest(
                        "no AF_VSOCK loopback",
                        () -> abort("no AF_VSOCK loopback on this host: " + why))))
        .orElseGet(() -> contract(TransportContract.ends(new EndpointAddress.Vsock(-1, 0), 1)));
  }

  /// Everything of the vsock transport but its 16-byte address, where there is no vsock.
  @TestFactory
  @EnabledOnOs(OS.LINUX)
  Stream<DynamicTest> overTheSocketsOfTheCLibrary() {
    return contract(new NativeUnix(folder.resolve("native")));
  }

  /// Why there is none. By trying: a host may have the device and not the loopback.
  private static Optional<String> vsockLoopback() {
    try (Listener listener = Transport.listen(new EndpointAddress.Vsock(-1, 0))) {
      int port = ((EndpointAddress.Vsock) listener.address()).port();
      Transport.connect(new EndpointAddress.Vsock(1, port), Duration.ofSeconds(3)).close();
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(e.toString());
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aVsockAddressIsSixteenBytesAsTheKernelHasThem() {
    byte[] address = VsockTransport.sockaddr(3, 5005);
    ByteBuffer fields = ByteBuffer.wrap(address).order(ByteOrder.nativeOrder());
    assertThat(address).hasSize(16);
    assertThat(fields.getShort()).isEqualTo((short) 40);
    assertThat(fields.getShort()).isZero();
    assertThat(fields.getInt()).isEqualTo(5005);
    assertThat(fields.getInt()).isEqualTo(3);
    assertThat(fields.getInt()).isZero();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aVsockListenerTellsThePortThatTheKernelChose() throws IOException {
    assumeTrue(Files.exists(Path.of("/dev/vsock")), "no AF_VSOCK on this host");
    try (Listener listener = Transport.listen(new EndpointAddress.Vsock(-1, 0));
        Listener other = Transport.listen(new EndpointAddress.Vsock(-1, 0))) {
      assertThat(listener.address().toString()).matches("vsock:any:[1-9][0-9]*");
      assertThat(other.address()).isNotEqualTo(listener.address());
      assertThatExceptionOfType(IOException.class)
          .as("the port is taken")
          .isThrownBy(() -> Transport.listen(listener.address()).close());
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aVsockPeerThatIsNotThereFailsInTime() {
    assumeTrue(Files.exists(Path.of("/dev/vsock")), "no AF_VSOCK on this host");
    long start = System.nanoTime();
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(
            () ->
                Transport.connect(new EndpointAddress.Vsock(1, 1), Duration.ofMillis(300)).close());
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
  }

  @Test
  void aUnixListenerTakesThePlaceOfADeadOneAndCleansUp() throws IOException {
    EndpointAddress.Unix address = new EndpointAddress.Unix(folder.resolve("again"));
    try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(address.path()));
    }
    assertThat(address.path()).exists();
    try (Listener listener = Transport.listen(address)) {
      Transport.connect(listener.address(), Duration.ofSeconds(3)).close();
    }
    assertThat(address.path()).doesNotExist();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void connectingToAUnixListenerThatAcceptsNobodyTimesOut() throws IOException {
    EndpointAddress.Unix address = new EndpointAddress.Unix(folder.resolve("full"));
    List<SocketChannel> waiting = new ArrayList<>();
    try (ServerSocketChannel full = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      full.bind(UnixDomainSocketAddress.of(address.path()), 1);
      for (int i = 0; i < 2; i++) {
        waiting.add(SocketChannel.open(UnixDomainSocketAddress.of(address.path())));
      }
      assertThatExceptionOfType(SocketTimeoutException.class)
          .isThrownBy(() -> Transport.connect(address, Duration.ofMillis(100)).close());
    } finally {
      for (SocketChannel channel : waiting) {
        channel.close();
      }
    }
  }

  @Test
  void timeoutsAreRoundedUpAndBounded() {
    assertThat(pqsigner.protocol.transport.Timeout.millis(Duration.ZERO)).isZero();
    assertThat(pqsigner.protocol.transport.Timeout.millis(Duration.ofNanos(1))).isOne();
    assertThat(pqsigner.protocol.transport.Timeout.millis(Duration.ofMillis(5))).isEqualTo(5);
    assertThat(pqsigner.protocol.transport.Timeout.millis(Duration.ofSeconds(Long.MAX_VALUE)))
        .isEqualTo(Integer.MAX_VALUE);
  }

  /// Unix sockets by [LinuxSocket].
  private record NativeUnix(Path path) implements TransportContract.Ends {
    @Override
    public Listener listen() throws IOException {
      Files.deleteIfExists(path);
      LinuxSocket socket = LinuxSocket.open(Libc.AF_UNIX);
      socket.listen(sockaddr(), 50);
      return new VsockTransport.LinuxListener(socket, new EndpointAddress.Unix(path));
    }

    @Override
    public Connection connect(EndpointAddress listener, Duration timeout) throws IOException {
      LinuxSocket socket = LinuxSocket.open(Libc.AF_UNIX);
      try {
        socket.connect(sockaddr(), timeout);
      } catch (IOException e) {
        socket.close();
        throw e;
      }
      return new LinuxConnection(socket);
    }

    /// struct sockaddr_un: u16 family, then the path and a zero.
    private byte[] sockaddr() {
      byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
      return ByteBuffer.allocate(2 + name.length + 1)
          .order(ByteOrder.nativeOrder())
          .putShort((short) Libc.AF_UNIX)
          .put(name)
          .array();
    }
  }
}
