package pqsigner.enclave.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.enclave.secret.SecretBytes;
import pqsigner.enclave.testing.TestKms;
import pqsigner.protocol.KeyIdentity;
import pqsigner.protocol.Refusal;
import software.amazon.awssdk.awscore.internal.AwsErrorCode;

/// What calls to KMS are signed and bound with, and what its refusals mean for whom.
class KmsKeyReleaseTest extends KmsConversation {
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
  void callsSayWhatTheSdkWouldSay() throws Exception {
    KmsKeyRelease client = client();
    try (KmsKeyRelease.DataKey made = client.generate(BINDING, NO_HURRY)) {
      client.decrypt(BINDING, made.ciphertext(), NO_HURRY).close();
      for (TestKms.Call call : kms.calls()) {
        SdkRequest theirs = SdkRequest.of(call, BINDING, made.ciphertext());
        assertThat(call.body()).isEqualTo(theirs.body());
        assertThat(call.headers()).containsAllEntriesOf(theirs.headers());
      }
    }
    assertThat(kms.calls()).hasSize(2);
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
    "InvalidGrantTokenException, 400, KMS_DENIED",
    "ValidationError, 400, KMS_DENIED",
    "SomethingNeverHeardOf, 400, KMS_DENIED",
    "UnrecognizedClientException, 400, CREDENTIALS_REFUSED",
    "InvalidClientTokenId, 403, CREDENTIALS_REFUSED",
    "InvalidSignatureException, 400, CREDENTIALS_REFUSED",
    "SignatureDoesNotMatch, 403, CREDENTIALS_REFUSED",
    "IncompleteSignature, 400, CREDENTIALS_REFUSED",
    "IncompleteSignatureException, 400, CREDENTIALS_REFUSED",
    "MissingAuthenticationToken, 403, CREDENTIALS_REFUSED",
    "MissingAuthenticationTokenException, 400, CREDENTIALS_REFUSED",
    "ExpiredToken, 403, CREDENTIALS_REFUSED",
    "ExpiredTokenException, 400, CREDENTIALS_REFUSED",
    "ThrottlingException, 400, KMS_THROTTLED",
    "LimitExceededException, 400, KMS_THROTTLED",
    "InvalidCiphertextException, 400, KEY_RECORD_REJECTED",
    "IncorrectKeyException, 400, KEY_RECORD_REJECTED",
    "RequestExpired, 400, KMS_UNAVAILABLE",
    "RequestTimeTooSkewed, 403, KMS_UNAVAILABLE",
    "RequestInTheFuture, 400, KMS_UNAVAILABLE",
    "DisabledException, 400, KMS_UNAVAILABLE",
    "NotFoundException, 400, KMS_UNAVAILABLE",
    "KMSInvalidStateException, 400, KMS_UNAVAILABLE",
    "KeyUnavailableException, 400, KMS_UNAVAILABLE",
    "InvalidKeyUsageException, 400, KMS_UNAVAILABLE",
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

  /// AWS's protocol has another place for the code, and wraps it in a namespace and a URI.
  @ParameterizedTest
  @CsvSource({
    "400, ThrottlingException, whatever, KMS_THROTTLED",
    "400, 'IncorrectKeyException:http://internal.amazon.com/coral/', '', KEY_RECORD_REJECTED",
    "400, '', com.amazonaws.kms#InvalidCiphertextException, KEY_RECORD_REJECTED",
    "400, '', 'kms#DisabledException:', KMS_UNAVAILABLE",
    "429, '', '', KMS_THROTTLED",
    "503, ThrottlingException, '', KMS_THROTTLED"
  })
  void theCodeIsFoundWhereverKmsPutsIt(int status, String header, String type, Refusal expected) {
    String body = type.isEmpty() ? "<html>" : TestKms.Reply.error(status, type).body();
    Map<String, String> headers = header.isEmpty() ? Map.of() : Map.of("x-amzn-ErrorType", header);
    kms.behave(_ -> new TestKms.Reply(status, body, headers));
    assertThat(decryptIsRefused(client())).isEqualTo(expected);
  }

  @Test
  void whatTheSdkCallsThrottlingIsThrottling() {
    assertThat(AwsErrorCode.THROTTLING_ERROR_CODES)
        .isNotEmpty()
        .allSatisfy(
            code ->
                assertThat(KmsErrors.refusal(new KmsErrorException(400, code, false), NO_HURRY))
                    .isEqualTo(Refusal.KMS_THROTTLED));
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 300, 302, 404})
  void anAnswerOfNobodysIsUnavailable(int status) {
    kms.behave(_ -> new TestKms.Reply(status, "<html>", Map.of()));
    assertThat(decryptIsRefused(client())).isEqualTo(Refusal.KMS_UNAVAILABLE);
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

  /// The hypervisor's clock is not the credentials' fault, and others would fare no better. The
  /// next call is signed for KMS's time.
  @ParameterizedTest
  @CsvSource({
    "InvalidSignatureException, -20",
    "InvalidSignatureException, 5",
    "ExpiredTokenException, 20",
    "RequestExpired, 60"
  })
  void aSignatureWithAWrongTimeIsTheClocksFault(String code, long minutesAhead) throws Exception {
    KmsKeyRelease client = client();
    kms.behave(_ -> refused(code, Duration.ofMinutes(minutesAhead)));
    assertThat(generateIsRefused(client)).isEqualTo(Refusal.KMS_UNAVAILABLE);
    assertThat(credentials.present()).isTrue();

    kms.behave(kms::honest);
    client.generate(BINDING, NO_HURRY).close();
    assertThat(signedAt(List.copyOf(kms.calls()).getLast()))
        .isCloseTo(
            Instant.now().plus(Duration.ofMinutes(minutesAhead)), within(1, ChronoUnit.MINUTES));
    kms.behave(_ -> refused("ExpiredTokenException", Duration.ofMinutes(minutesAhead)));
    assertThat(generateIsRefused(client))
        .as("the clock is right now")
        .isEqualTo(Refusal.CREDENTIALS_REFUSED);
  }

  @Test
  void aClockThatIsLittleOffIsNoExcuse() {
    kms.behave(_ -> refused("InvalidSignatureException", Duration.ofMinutes(3)));
    assertThat(generateIsRefused(client())).isEqualTo(Refusal.CREDENTIALS_REFUSED);
  }

  private static TestKms.Reply refused(String code, Duration ahead) {
    String date =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            Instant.now().plus(ahead).atZone(ZoneOffset.UTC));
    return new TestKms.Reply(400, TestKms.Reply.error(400, code).body(), Map.of("Date", date));
  }

  private static Instant signedAt(TestKms.Call call) {
    return DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'")
        .withZone(ZoneOffset.UTC)
        .parse(call.headers().get("x-amz-date"), Instant::from);
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
}
