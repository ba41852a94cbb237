package pqsigner.enclave.boot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.Provider;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.conscrypt.Conscrypt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import pqsigner.enclave.testing.FakeNsm;
import pqsigner.enclave.testing.TestCertificates;
import pqsigner.enclave.testing.TestConfiguration;
import pqsigner.enclave.testing.TestKms;
import pqsigner.protocol.Answer;
import pqsigner.protocol.Frame;
import pqsigner.protocol.KeyIdentity;
import pqsigner.protocol.KeyRecord;
import pqsigner.protocol.Refusal;
import pqsigner.protocol.Request;
import pqsigner.protocol.transport.Connection;
import pqsigner.protocol.transport.EndpointAddress;
import pqsigner.protocol.transport.Transport;

/// The whole enclave, on a fake NSM and with a test KMS, and a client of its frames.
abstract class RunningEnclave {
  static final Provider CONSCRYPT = Conscrypt.newProvider();
  static final EndpointAddress ANY = new EndpointAddress.Tcp("127.0.0.1", 0);

  @TempDir Path folder;
  final TestCertificates authority = new TestCertificates("root");
  final FakeNsm nsm = new FakeNsm();
  TestKms kms;

  @BeforeEach
  void startKms() throws Exception {
    kms = new TestKms(authority, CONSCRYPT, TestKms.HOST);
  }

  @AfterEach
  void stopKms() {
    kms.close();
  }

  Enclave start(String... settings) throws Exception {
    return Enclave.start(
        TestConfiguration.write(folder, authority, kms.address(), settings),
        nsm,
        ANY,
        Duration.ZERO);
  }

  /// A worker, one request at a time.
  static final class Client implements AutoCloseable {
    final Connection connection;
    final InputStream in;
    private long next = 1;

    Client(Enclave enclave) throws IOException {
      connection = Transport.connect(enclave.address(), Duration.ofSeconds(5));
      in = connection.input();
    }

    static Client serving(Enclave enclave) throws IOException {
      Client client = new Client(enclave);
      assertThat(client.ask(credentials())).isEqualTo(new Answer.Accepted());
      return client;
    }

    Answer ask(Request request) throws IOException {
      long id = next++;
      connection.output().write(Frame.of(id, request).encode());
      return take(id);
    }

    Answer take(long id) throws IOException {
      Frame frame = Frame.read(in);
      assertThat(frame).isNotNull();
      assertThat(frame.correlationId()).isEqualTo(id);
      return Answer.decode(frame.type(), frame.body());
    }

    Map<Long, Answer> sign(KeyRecord key, Request.SignItem... items) throws IOException {
      connection.output().write(Frame.of(next++, new Request.Sign(key, List.of(items))).encode());
      Map<Long, Answer> answers = new HashMap<>();
      while (answers.size() < items.length) {
        Frame frame = Frame.read(in);
        assertThat(frame).isNotNull();
        answers.put(frame.correlationId(), Answer.decode(frame.type(), frame.body()));
      }
      return answers;
    }

    Answer.KeyGenerated generate(KeyIdentity identity) throws IOException {
      return (Answer.KeyGenerated) ask(birth(identity));
    }

    @Override
    public void close() throws IOException {
      connection.close();
    }
  }

  static Request.GenerateKey birth(KeyIdentity identity) {
    byte[] nonce = new byte[32];
    nonce[31] = 7;
    return new Request.GenerateKey(identity, "request-1", nonce, 0);
  }

  static Request.Credentials credentials() {
    return new Request.Credentials(
        "AKIDEXAMPLE".getBytes(UTF_8), "secret".getBytes(UTF_8), "token".getBytes(UTF_8), 0);
  }

  static KeyIdentity identity(String algorithm) {
    return new KeyIdentity("custodian-a", "wallet ☃", algorithm, 1);
  }

  static Request.SignItem message(long id, String text) {
    return new Request.SignItem(id, Request.Mode.MESSAGE, text.getBytes(UTF_8), new byte[0], 0);
  }

  static Answer refused(Refusal refusal) {
    return new Answer.Refused(refusal);
  }

  static byte[] signature(@Nullable Answer answer) {
    if (answer instanceof Answer.Signed(byte[] signature, long _)) {
      return signature;
    }
    throw new AssertionError("not signed: " + answer);
  }
}
