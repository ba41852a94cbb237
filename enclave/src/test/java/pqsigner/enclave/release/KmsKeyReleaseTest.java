package pqsigner.enclave.release;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.Provider;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.conscrypt.Conscrypt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.enclave.Deadline;
import pqsigner.enclave.RefusedException;
import pqsigner.enclave.secret.SecretBytes;
import pqsigner.enclave.secret.Sweeper;
import pqsigner.enclave.testing.AwsEnvelope;
import pqsigner.enclave.testing.FakeNsm;
import pqsigner.enclave.testing.TestCertificates;
import pqsigner.enclave.testing.TestKms;
import pqsigner.enclave.testing.WireTap;
import pqsigner.protocol.KeyIdentity;
import pqsigner.protocol.Refusal;
import pqsigner.protocol.transport.EndpointAddress;
import tools.jackson.databind.json.JsonMapper;

/// The client side of every conversation with a KMS, and with what only says that it is one.
@Timeout(60)
class KmsKeyReleaseTest {
  private static final Sweeper SWEEPER = new Sweeper(Duration.ofHours(1));
  private static final Provider CONSCRYPT = Conscrypt.newProvider();
  private static final TestCertificates AUTHORITY = new TestCertificates("root");
  private static final KeyBinding BINDING =
      new KeyBinding(new KeyIdentity("custodian-a", "u", "ML-DSA-44", 1), new byte[1312]);
  private static final byte[] BLOB = "blob".getBytes(UTF_8);
  private static final Deadline NO_HURRY = Deadline.in(Duration.ofHours(1));

  private static RecipientKeys recipients;
  private final FakeNsm nsm = new FakeNsm();
  private final RelayCredentials credentials = new RelayCredentials(InstantSource.system());
  private TestKms kms;

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

  private void push(String secret) throws RefusedException {
    credentials.replace(pushed("AKIDEXAMPLE", secret));
  }

  private static PushedCredentials pushed(String accessKeyId, String secret)
      throws RefusedException {
    return PushedCredentials.of(
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

  private KmsKeyRelease client(EndpointAddress address, Duration timeout, String... groups) {
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

  private KmsKeyRelease client() {
    return client(kms.address(), Duration.ofSeconds(20));
  }

  private static Refusal refusal(ThrowingCall call) {
    try {
      call.run();
    } catch (RefusedException e) {
      return e.refusal();
    }
    throw new AssertionError("was not refused");
  }

  private interface ThrowingCall {
    void run() throws RefusedException;
  }

  private Refusal generateIsRefused(KmsKeyRelease client) {
    return refusal(() -> client.generate(BINDING, NO_HURRY).close());
  }

  private Refusal decryptIsRefused(KmsKeyRelease client) {
    return refusal(() -> client.decrypt(BINDING, BLOB, NO_HURRY).close());
  }

  @Test
  void aDataKeyComesBackTheSame() throws Exception {
    KmsKeyRelease client = client();
    try (KmsKeyRelease.DataKey made = client.generate(BINDING, NO_HURRY);
        SecretBytes again = client.decrypt(BINDING, made.ciphertext(), NO_HURRY)) {
      byte[] expected = kms.dataKey(made.ciphertext());
      assertThat(made.plaintext().<byte[], RuntimeException>expose(byte[]::clone))
          .isEqualTo(expected);
      assertThat(again.<byte[], RuntimeException>expose(byte[]::clone)).isEqualTo(expected);
    }
  }

  @Test
  void callsAreSignedWithTheCredentialsOfTheMoment() throws Exception {
    KmsKeyRelease client = client();
    client.generate(BINDING, NO_HURRY).close();
    push("other");
    client.generate(BINDING, NO_HURRY).close();
    TestKms.Call first = kms.calls().remove();
    TestKms.Call second = kms.calls().remove();
    assertThat(first.headers().get("authorization"))
        .contains("Credential=AKIDEXAMPLE/")
        .contains("/eu-central-1/kms/aws4_request")
        .contains("x-amz-security-token");
    assertThat(second.headers().get("authorization"))
        .isNotEqualTo(first.headers().get("authorization"));
    assertThat(first.headers()).containsEntry("x-amz-security-token", "token");
    assertThat(first.headers()).containsEntry("host", TestKms.HOST);
  }

  @Test
  void anotherBindingIsAnotherEncryptionContext() throws Exception {
    KmsKeyRelease client = client();
    byte[] blob;
    try (KmsKeyRelease.DataKey made = client.generate(BINDING, NO_HURRY)) {
      blob = made.ciphertext();
    }
    byte[] otherPublicKey = new byte[1312];
    otherPublicKey[0] = 1;
    for (KeyBinding other :
        List.of(
            new KeyBinding(new KeyIdentity("custodian-b", "u", "ML-DSA-44", 1), new byte[1312]),
            new KeyBinding(new KeyIdentity("custodian-a", "v", "ML-DSA-44", 1), new byte[1312]),
            new KeyBinding(new KeyIdentity("custodian-a", "u", "ML-DSA-65", 1), new byte[1312]),
            new KeyBinding(new KeyIdentity("custodian-a", "u", "ML-DSA-44", 2), new byte[1312]),
            new KeyBinding(new KeyIdentity("custodian-a", "u", "ML-DSA-44", 1), otherPublicKey))) {
      assertThat(refusal(() -> client.decrypt(other, blob, NO_HURRY).close()))
          .isEqualTo(Refusal.KEY_RECORD_REJECTED);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "AccessDeniedException, 400, KMS_DENIED",
    "NotAuthorized, 400, KMS_DENIED",
    "OptInRequired, 403, KMS_DENIED",
    "ValidationException, 400, KMS_DENIED",
    "SomethingNeverHeardOf, 400, KMS_DENIED",
    "UnrecognizedClientException, 400, CREDENTIALS_REFUSED",
    "InvalidClientTokenId, 403, CREDENTIALS_REFUSED",
    "InvalidSignatureException, 400, CREDENTIALS_REFUSED",
    "IncompleteSignature, 400, CREDENTIALS_REFUSED",
    "MissingAuthenticationTokenException, 400, CREDENTIALS_REFUSED",
    "ExpiredTokenException, 400, CREDENTIALS_REFUSED",
    "ThrottlingException, 400, KMS_THROTTLED",
    "LimitExceededException, 400, KMS_THROTTLED",
    "InvalidCiphertextException, 400, KEY_RECORD_REJECTED",
    "IncorrectKeyException, 400, KEY_RECORD_REJECTED",
    "RequestExpired, 400, KMS_UNAVAILABLE",
    "DisabledException, 400, KMS_UNAVAILABLE",
    "NotFoundException, 400, KMS_UNAVAILABLE",
    "KMSInvalidStateException, 400, KMS_UNAVAILABLE",
    "DependencyTimeoutException, 500, KMS_UNAVAILABLE",
    "KMSInternalException, 500, KMS_UNAVAILABLE",
    "SomethingNeverHeardOf, 503, KMS_UNAVAILABLE"
  })
  void whatTheKmsSaysBecomesACode(String type, int status, Refusal expected) {
    kms.behave(call -> TestKms.Reply.error(status, type));
    assertThat(decryptIsRefused(client())).isEqualTo(expected);
    assertThat(kms.calls())
        .as("no retries, the worker decides; a denial is looked into")
        .hasSize(expected == Refusal.KMS_DENIED ? 2 : 1);
  }

  private static TestKms.Reply denied() {
    return TestKms.Reply.error(400, "AccessDeniedException");
  }

  private static boolean concerns(TestKms.Call call, String userId) {
    return call.body().get("EncryptionContext").get("user_id").asString().equals(userId);
  }

  /// KMS says the same to both; a trial tells them apart.
  @Test
  void aDenialOfOneRecordIsThatRecordsAndStopsNobody() throws Exception {
    KmsKeyRelease client = client();
    kms.behave(call -> concerns(call, "u") ? denied() : kms.honest(call));
    for (int i = 0; i < 3; i++) {
      assertThat(decryptIsRefused(client)).isEqualTo(Refusal.RECORD_DENIED);
      assertThat(generateIsRefused(client)).isEqualTo(Refusal.RECORD_DENIED);
    }
    KeyBinding other =
        new KeyBinding(new KeyIdentity("custodian-a", "v", "ML-DSA-44", 1), new byte[1312]);
    client.generate(other, NO_HURRY).close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Decrypt", "GenerateDataKey"})
  void aDenialOfEverythingStopsTheEnclaveUntilKmsTakesCredentialsAgain(String operation)
      throws Exception {
    KmsKeyRelease client = client();
    kms.behave(call -> call.operation().equals(operation) ? denied() : kms.honest(call));
    ThrowingCall call =
        operation.equals("Decrypt")
            ? () -> client.decrypt(BINDING, BLOB, NO_HURRY).close()
            : () -> client.generate(BINDING, NO_HURRY).close();
    assertThat(refusal(call)).isEqualTo(Refusal.KMS_DENIED);
    assertThat(credentials.present()).isFalse();
    int before = kms.calls().size();
    assertThat(refusal(call)).isEqualTo(Refusal.NOT_READY);
    assertThat(kms.calls()).as("nobody is asked in vain").hasSize(before);
    assertThat(refusal(() -> client.offer(pushed("AKIDEXAMPLE", "secret"))))
        .isEqualTo(Refusal.KMS_DENIED);

    kms.behave(kms::honest);
    client.offer(pushed("AKIDEXAMPLE", "secret"));
    client.generate(BINDING, NO_HURRY).close();
  }

  @Test
  void credentialsThatKmsNoLongerTakesAreInDoubtForEverybody() throws Exception {
    KmsKeyRelease client = client();
    kms.behave(_ -> TestKms.Reply.error(400, "ExpiredTokenException"));
    assertThat(generateIsRefused(client)).isEqualTo(Refusal.CREDENTIALS_REFUSED);
    assertThat(decryptIsRefused(client)).isEqualTo(Refusal.NOT_READY);
    assertThat(kms.calls()).hasSize(1);

    kms.behave(kms::honest);
    client.offer(pushed("AKIDEXAMPLE", "fresh"));
    client.generate(BINDING, NO_HURRY).close();
  }

  /// The hypervisor's clock is not the credentials' fault, and others would fare no better.
  @Test
  void aSignatureWithAWrongTimeIsTheClocksFault() {
    String past =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            Instant.now().minus(Duration.ofMinutes(20)).atZone(ZoneOffset.UTC));
    kms.behave(
        _ -> {
          TestKms.Reply refused = TestKms.Reply.error(400, "InvalidSignatureException");
          return new TestKms.Reply(400, refused.body(), java.util.Map.of("Date", past));
        });
    assertThat(generateIsRefused(client())).isEqualTo(Refusal.KMS_UNAVAILABLE);
    assertThat(credentials.present()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "UnrecognizedClientException, CREDENTIALS_REFUSED",
    "AccessDeniedException, KMS_DENIED",
    "ThrottlingException, KMS_THROTTLED",
    "KMSInternalException, KMS_UNAVAILABLE"
  })
  void credentialsThatKmsHasNotTakenReplaceNone(String code, Refusal expected) throws Exception {
    KmsKeyRelease client = client();
    kms.behave(
        call ->
            call.headers().getOrDefault("authorization", "").contains("=AKIDEXAMPLE/")
                ? kms.honest(call)
                : TestKms.Reply.error(400, code));
    assertThat(refusal(() -> client.offer(pushed("AKIDOTHER", "secret")))).isEqualTo(expected);
    client.generate(BINDING, NO_HURRY).close();
  }

  @Test
  void whatIsInUseAlreadyIsNotTriedAgain() throws Exception {
    KmsKeyRelease client = client();
    client.offer(pushed("AKIDEXAMPLE", "secret"));
    assertThat(kms.calls()).isEmpty();
    client.offer(pushed("AKIDEXAMPLE", "another"));
    assertThat(kms.calls()).as("made a data key and opened it").hasSize(2);
  }

  @Test
  void anAnswerForAnotherKeyIsRefused() throws Exception {
    kms.behave(
        call -> {
          TestKms.Reply honest =
              TestKms.released(
                  FakeNsm.field(call.document(), "public_key"), new byte[32], new byte[] {1});
          return new TestKms.Reply(
              200, honest.body().replace("111122223333", "999999999999"), honest.headers());
        });
    assertThat(generateIsRefused(client())).isEqualTo(Refusal.KMS_DENIED);
    push("secret");
    assertThat(decryptIsRefused(client())).isEqualTo(Refusal.KMS_DENIED);
  }

  @Test
  void anAnswerWithoutACiphertextForRecipientIsRefusedEvenWithAPlaintext() {
    kms.behave(
        call ->
            TestKms.Reply.ok(
                JsonMapper.shared()
                    .createObjectNode()
                    .put("KeyId", TestKms.ARN)
                    .put("CiphertextBlob", "AAAA")
                    .put("Plaintext", "A".repeat(43) + "=")));
    assertThat(generateIsRefused(client())).isEqualTo(Refusal.KMS_UNAVAILABLE);
    assertThat(decryptIsRefused(client())).isEqualTo(Refusal.KEY_RECORD_REJECTED);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 16, 31, 33, 64})
  void aDataKeyOfAnotherLengthIsRefused(int length) {
    kms.behave(
        call ->
            TestKms.released(
                FakeNsm.field(call.document(), "public_key"), new byte[length], new byte[1]));
    assertThat(decryptIsRefused(client())).isEqualTo(Refusal.KEY_RECORD_REJECTED);
  }

  /// Somebody who has seen the attestation document can make an envelope, but not for another key.
  @Test
  void anEnvelopeForAnotherRecipientIsRefused() {
    byte[] other = RecipientKey.generate(CONSCRYPT).subjectPublicKeyInfo();
    kms.behave(call -> TestKms.released(other, new byte[32], new byte[1]));
    assertThat(decryptIsRefused(client())).isEqualTo(Refusal.KEY_RECORD_REJECTED);
    assertThat(AwsEnvelope.seal(other, new byte[32])).isNotEmpty();
  }

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
  void nobodyThereIsUnavailable() {
    EndpointAddress gone = kms.address();
    kms.close();
    assertThat(generateIsRefused(client(gone, Duration.ofSeconds(20))))
        .isEqualTo(Refusal.KMS_UNAVAILABLE);
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
                AUTHORITY.server(
                    java.security.Security.getProvider("SunJSSE"), TestKms.HOST, TestKms.HOST));
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
          java.util.stream.IntStream.range(0, 8)
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

  @Test
  void anOversizedAnswerIsRefusedBeforeItIsRead() {
    kms.behaveRaw(
        out -> {
          out.write("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n".getBytes(ISO_8859_1));
          out.flush();
        });
    assertThat(generateIsRefused(client())).isEqualTo(Refusal.KMS_UNAVAILABLE);
  }

  @Test
  void anEndlessHeadIsRefused() {
    kms.behaveRaw(
        out -> {
          out.write("HTTP/1.1 200 OK\r\n".getBytes(ISO_8859_1));
          for (int i = 0; i < 10_000; i++) {
            out.write("x: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n".getBytes(ISO_8859_1));
          }
        });
    assertThat(generateIsRefused(client())).isEqualTo(Refusal.KMS_UNAVAILABLE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "[]", "{", "{\"KeyId\":7}", "<html>"})
  void anAnswerThatIsNotJsonOfTheKmsIsRefused(String body) {
    kms.behave(call -> new TestKms.Reply(200, body, java.util.Map.of()));
    assertThat(generateIsRefused(client())).isIn(Refusal.KMS_UNAVAILABLE, Refusal.KMS_DENIED);
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
            if (never.await(20, java.util.concurrent.TimeUnit.MILLISECONDS)) {
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
    try (java.net.ServerSocket silent =
        new java.net.ServerSocket(0, 5, java.net.InetAddress.getLoopbackAddress())) {
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

  @Test
  void withoutCredentialsNobodyIsAsked() {
    credentials.close();
    assertThat(generateIsRefused(client())).isEqualTo(Refusal.NOT_READY);
    assertThat(kms.calls()).isEmpty();
  }

  @Test
  void withoutADocumentNobodyIsAsked() {
    nsm.breakAttestation();
    assertThat(generateIsRefused(client())).isEqualTo(Refusal.INTERNAL);
    assertThat(kms.calls()).isEmpty();
  }

  @Test
  void credentialsExpire() throws Exception {
    Instant[] now = {Instant.parse("2026-11-23T10:00:00Z")};
    try (RelayCredentials relayed = new RelayCredentials(() -> now[0])) {
      byte[] some = {1};
      relayed.replace(
          PushedCredentials.of(
              some.clone(), some.clone(), new byte[0], now[0].plusSeconds(60), now[0]));
      assertThat(relayed.present()).isTrue();
      now[0] = now[0].plusSeconds(60);
      assertThat(relayed.present()).isFalse();
      assertThatThrownBy(relayed::current)
          .isInstanceOfSatisfying(
              RefusedException.class, e -> assertThat(e.refusal()).isEqualTo(Refusal.NOT_READY));
    }
  }

  @Test
  void pushedCredentialsAreTakenAwayFromTheArraysTheyCameIn() throws Exception {
    byte[] id = "id".getBytes(UTF_8);
    byte[] secret = "secret".getBytes(UTF_8);
    byte[] token = "token".getBytes(UTF_8);
    PushedCredentials.of(id, secret, token, null, Instant.now()).close();
    assertThat(id).containsOnly(0);
    assertThat(secret).containsOnly(0);
    assertThat(token).containsOnly(0);
    for (int missing = 0; missing < 2; missing++) {
      byte[][] parts = {{1}, {1}};
      parts[missing] = new byte[0];
      assertThatThrownBy(
              () -> PushedCredentials.of(parts[0], parts[1], new byte[1], null, Instant.now()))
          .isInstanceOf(RefusedException.class);
      assertThat(parts[1 - missing]).containsOnly(0);
    }
  }
}
