package pqsigner.enclave.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.security.Security;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.enclave.Deadline;
import pqsigner.enclave.RefusedException;
import pqsigner.enclave.testing.TestCertificates;
import pqsigner.enclave.testing.TestKms;
import pqsigner.enclave.testing.WireTap;
import pqsigner.protocol.Refusal;
import pqsigner.protocol.transport.EndpointAddress;

/// The TLS sessions with KMS: who may be at the other end, how long they are kept, and when they
/// are cut off.
class KmsChannelTest extends KmsConversation {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "kms.eu-west-1.amazonaws.com",
        "amazonaws.com",
        "kms.eu-central-1.amazonaws.com.evil.example",
        "*.amazonaws.com",
        "*",
        "*.com",
        "k*.eu-central-1.amazonaws.com",
        "*.eu-central-1.amazonaws.com",
        "s3.eu-central-1.amazonaws.com",
        "kms-fips.eu-central-1.amazonaws.com"
      })
  void aCertificateForAnotherHostIsRefused(String name) throws Exception {
    try (TestKms other = new TestKms(AUTHORITY, CONSCRYPT, name)) {
      assertThat(generateIsRefused(client(other.address(), Duration.ofSeconds(20))))
          .isEqualTo(Refusal.KMS_UNAVAILABLE);
      assertThat(other.calls()).as("nothing was said to it").isEmpty();
    }
  }

  @Test
  void aCommonNameIsNotAHostName() throws Exception {
    try (TestKms other = new TestKms(AUTHORITY.server(CONSCRYPT, TestKms.HOST, "other.example"))) {
      assertThat(generateIsRefused(client(other.address(), Duration.ofSeconds(20))))
          .isEqualTo(Refusal.KMS_UNAVAILABLE);
      assertThat(other.calls()).isEmpty();
    }
  }

  /// AWS's certificates may carry further names, wildcards too; they neither help nor harm.
  @Test
  void theExactHostIsTakenInAnyCaseAndBesideOtherNames() throws Exception {
    try (TestKms other =
        new TestKms(
            AUTHORITY,
            CONSCRYPT,
            "*.example.com",
            "KMS.eu-central-1.AMAZONAWS.com",
            "s3.example")) {
      client(other.address(), Duration.ofSeconds(20)).generate(BINDING, NO_HURRY).close();
      assertThat(other.calls()).hasSize(1);
    }
  }

  @Test
  void aChainToAnotherRootIsRefused() throws Exception {
    TestCertificates stranger = new TestCertificates("root");
    try (TestKms other = new TestKms(stranger, CONSCRYPT, TestKms.HOST)) {
      assertThat(generateIsRefused(client(other.address(), Duration.ofSeconds(20))))
          .isEqualTo(Refusal.KMS_UNAVAILABLE);
      assertThat(other.calls()).isEmpty();
    }
  }

  @Test
  void aPeerWithoutTlsIsRefused() throws Exception {
    try (TestKms plain = new TestKms()) {
      assertThat(generateIsRefused(client(plain.address(), Duration.ofSeconds(2))))
          .isEqualTo(Refusal.KMS_UNAVAILABLE);
      assertThat(plain.calls()).isEmpty();
    }
  }

  @Test
  void nobodyThereIsUnavailable() throws Exception {
    // Bound and not listening: no other process can be given the port meanwhile.
    try (SocketChannel bound = SocketChannel.open()) {
      bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      int port = ((InetSocketAddress) bound.getLocalAddress()).getPort();
      EndpointAddress nobody = new EndpointAddress.Tcp("127.0.0.1", port);
      assertThat(generateIsRefused(client(nobody, Duration.ofSeconds(20))))
          .isEqualTo(Refusal.KMS_UNAVAILABLE);
    }
  }

  @Test
  void theKeyExchangeOnTheWireIsHybrid() throws Exception {
    try (WireTap tap = new WireTap(kms.address())) {
      client(tap.address(), Duration.ofSeconds(20)).generate(BINDING, NO_HURRY).close();
      assertThat(tap.clientGroups()).containsExactly(0x11EC);
      assertThat(tap.clientServerName()).isEqualTo(TestKms.HOST);
      assertThat(tap.serverGroup()).isEqualTo(0x11EC);
      assertThat(tap.seen()).doesNotContain("GenerateDataKey", "AKIDEXAMPLE", "custodian-a");
    }
  }

  @Test
  void aClassicalKeyExchangeNeedsTheMeasuredConfigurationsWord() throws Exception {
    try (WireTap tap = new WireTap(kms.address())) {
      client(tap.address(), Duration.ofSeconds(20), "X25519").generate(BINDING, NO_HURRY).close();
      assertThat(tap.serverGroup()).isEqualTo(0x001D);
    }
    try (TestKms classical =
            new TestKms(
                AUTHORITY.server(Security.getProvider("SunJSSE"), TestKms.HOST, TestKms.HOST));
        WireTap tap = new WireTap(classical.address())) {
      assertThat(generateIsRefused(client(tap.address(), Duration.ofSeconds(20))))
          .isEqualTo(Refusal.KMS_UNAVAILABLE);
    }
  }

  @Test
  void oneConnectionServesManyCalls() throws Exception {
    KmsKeyRelease client = client();
    for (int i = 0; i < 5; i++) {
      client.generate(BINDING, NO_HURRY).close();
    }
    assertThat(kms.connections()).isEqualTo(1);
    assertThat(kms.calls()).hasSize(5);
  }

  @Test
  void aConnectionThatTheServerClosedMeanwhileIsReplacedOnce() throws Exception {
    KmsKeyRelease client = client();
    client.generate(BINDING, NO_HURRY).close();
    kms.dropConnections();
    client.generate(BINDING, NO_HURRY).close();
    assertThat(kms.connections()).isEqualTo(2);

    kms.behave(call -> null);
    int before = kms.connections();
    assertThat(generateIsRefused(client)).isEqualTo(Refusal.KMS_UNAVAILABLE);
    assertThat(kms.connections() - before).as("a fresh connection is not retried").isEqualTo(1);
  }

  @Test
  void idleConnectionsAreBounded() throws Exception {
    KmsKeyRelease client = client();
    CountDownLatch allAsked = new CountDownLatch(8);
    kms.behave(
        call -> {
          allAsked.countDown();
          allAsked.await();
          return kms.honest(call);
        });
    try (var threads = Executors.newFixedThreadPool(8)) {
      List<Future<?>> calls =
          IntStream.range(0, 8)
              .<Future<?>>mapToObj(
                  i ->
                      threads.submit(
                          () -> {
                            client.generate(BINDING, NO_HURRY).close();
                            return null;
                          }))
              .toList();
      for (Future<?> call : calls) {
        call.get();
      }
    }
    assertThat(kms.connections()).isEqualTo(8);
    CountDownLatch again = new CountDownLatch(8);
    kms.behave(
        call -> {
          again.countDown();
          again.await();
          return kms.honest(call);
        });
    try (var threads = Executors.newFixedThreadPool(8)) {
      for (int i = 0; i < 8; i++) {
        threads.execute(
            () -> {
              try {
                client.generate(BINDING, NO_HURRY).close();
              } catch (RefusedException e) {
                throw new IllegalStateException(e);
              }
            });
      }
    }
    assertThat(kms.connections()).as("four were kept, four had to be made").isEqualTo(12);
  }

  /// One byte now and then would keep any timeout alive that starts anew with each read.
  @Test
  void aSlowAnswerIsCutOffAtTheDeadlineOfTheWholeCall() {
    CountDownLatch never = new CountDownLatch(1);
    kms.behaveRaw(
        out -> {
          while (true) {
            out.write('H');
            out.flush();
            Thread.onSpinWait();
            if (never.await(20, TimeUnit.MILLISECONDS)) {
              return;
            }
          }
        });
    long started = System.nanoTime();
    assertThat(generateIsRefused(client(kms.address(), Duration.ofMillis(1500))))
        .isEqualTo(Refusal.KMS_UNAVAILABLE);
    Duration took = Duration.ofNanos(System.nanoTime() - started);
    assertThat(took).isBetween(Duration.ofMillis(1400), Duration.ofSeconds(10));
  }

  @Test
  void aPeerThatAcceptsAndSaysNothingIsCutOff() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      EndpointAddress address = new EndpointAddress.Tcp("127.0.0.1", silent.getLocalPort());
      assertThat(generateIsRefused(client(address, Duration.ofMillis(300))))
          .isEqualTo(Refusal.KMS_UNAVAILABLE);
    }
  }

  @Test
  void theCallersOwnDeadlineIsTheCallersOwnFault() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    kms.behave(
        call -> {
          never.await();
          return null;
        });
    assertThat(
            refusal(
                () -> client().decrypt(BINDING, BLOB, Deadline.in(Duration.ofMillis(700))).close()))
        .isEqualTo(Refusal.DEADLINE_EXCEEDED);
    never.countDown();
  }

  @Test
  void aCallThatIsTooLateFromTheStartIsNotMade() {
    KmsKeyRelease client = client();
    assertThat(refusal(() -> client.decrypt(BINDING, BLOB, Deadline.in(Duration.ZERO)).close()))
        .isEqualTo(Refusal.DEADLINE_EXCEEDED);
    assertThat(kms.calls()).isEmpty();
  }
}
