package pqsigner.enclave.release;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.Provider;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.conscrypt.Conscrypt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import pqsigner.enclave.Deadline;
import pqsigner.enclave.RefusedException;
import pqsigner.enclave.secret.Sweeper;
import pqsigner.enclave.testing.FakeNsm;
import pqsigner.enclave.testing.TestCertificates;
import pqsigner.enclave.testing.TestKms;
import pqsigner.protocol.KeyIdentity;
import pqsigner.protocol.Refusal;
import pqsigner.protocol.transport.EndpointAddress;

/// The client side of conversations with a KMS, and with what only says that it is one.
@Timeout(60)
abstract class KmsConversation {
  static final Sweeper SWEEPER = new Sweeper(Duration.ofHours(1));
  static final Provider CONSCRYPT = Conscrypt.newProvider();
  static final TestCertificates AUTHORITY = new TestCertificates("root");
  static final KeyBinding BINDING =
      new KeyBinding(new KeyIdentity("custodian-a", "u", "ML-DSA-44", 1), new byte[1312]);
  static final byte[] BLOB = "blob".getBytes(UTF_8);
  static final Deadline NO_HURRY = Deadline.in(Duration.ofHours(1));

  private static RecipientKeys recipients;
  final FakeNsm nsm = new FakeNsm();
  final CurrentCredentials credentials = new CurrentCredentials(InstantSource.system());
  TestKms kms;

  @BeforeAll
  static void makeRecipients() {
    recipients =
        new RecipientKeys(
            new RecipientKeys.Rotation(1, Duration.ofHours(1), 1_000_000), CONSCRYPT, SWEEPER);
  }

  @BeforeEach
  void start() throws Exception {
    kms = new TestKms(AUTHORITY, CONSCRYPT, TestKms.HOST);
    push("secret");
  }

  void push(String secret) throws RefusedException {
    credentials.replace(pushed("AKIDEXAMPLE", secret));
  }

  static AwsCredentials pushed(String accessKeyId, String secret) throws RefusedException {
    return AwsCredentials.of(
        accessKeyId.getBytes(UTF_8),
        secret.getBytes(UTF_8),
        "token".getBytes(UTF_8),
        null,
        Instant.now());
  }

  @AfterEach
  void stop() {
    kms.close();
  }

  KmsKeyRelease client(EndpointAddress address, Duration timeout, String... groups) {
    return new KmsKeyRelease(
        new KmsEndpoint(
            TestKms.ARN,
            TestKms.REGION,
            TestKms.HOST,
            address,
            List.of(AUTHORITY.root()),
            groups.length == 0 ? List.of("X25519MLKEM768") : List.of(groups),
            timeout,
            4,
            Duration.ofSeconds(20)),
        nsm,
        recipients,
        credentials,
        new SecureRandom(),
        CONSCRYPT);
  }

  KmsKeyRelease client() {
    return client(kms.address(), Duration.ofSeconds(20));
  }

  static Refusal refusal(ThrowingCall call) {
    try {
      call.run();
    } catch (RefusedException e) {
      return e.refusal();
    }
    throw new AssertionError("was not refused");
  }

  interface ThrowingCall {
    void run() throws RefusedException;
  }

  Refusal generateIsRefused(KmsKeyRelease client) {
    return refusal(() -> client.generate(BINDING, NO_HURRY).close());
  }

  Refusal decryptIsRefused(KmsKeyRelease client) {
    return refusal(() -> client.decrypt(BINDING, BLOB, NO_HURRY).close());
  }
}
