package pqsigner.local.kms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.bouncycastle.cms.CMSEnvelopedData;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.jcajce.JceKeyTransEnvelopedRecipient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pqsigner.local.pki.LocalPki;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.DataKeySpec;
import software.amazon.awssdk.services.kms.model.DecryptResponse;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyResponse;
import software.amazon.awssdk.services.kms.model.KmsException;
import software.amazon.awssdk.services.kms.model.RecipientInfo;

/// Every gate of the stand-in, seen by AWS's own client over TLS.
class KmsStandInTest {

  @TempDir static Path directory;
  private static KmsTestBench bench;
  private static KmsClient host;

  @BeforeAll
  static void start() throws Exception {
    bench = new KmsTestBench(directory);
    host = bench.client(KmsTestBench.HOST);
  }

  @AfterAll
  static void stop() {
    host.close();
    bench.close();
  }

  @AfterEach
  void restore() {
    bench.now(Instant.now());
    bench.faults.clear();
  }

  @Test
  void aDataKeyIsReleasedToTheAttestedKeyAndOnlyThere() throws Exception {
    GenerateDataKeyResponse generated = generate(host, bench.document());
    assertThat(generated.plaintext()).isNull();
    assertThat(generated.keyId()).isEqualTo(KmsTestBench.KEY_ARN);

    DecryptResponse decrypted =
        decrypt(host, generated.ciphertextBlob(), KmsTestBench.CONTEXT, bench.document());
    assertThat(decrypted.plaintext()).isNull();
    assertThat(open(decrypted.ciphertextForRecipient()))
        .hasSize(32)
        .isEqualTo(open(generated.ciphertextForRecipient()));
  }

  @Test
  void theGatewaysRoleIsNotAllowed() {
    try (KmsClient gateway = bench.client(KmsTestBench.GATEWAY)) {
      assertThat(refusalOf(() -> generate(gateway, bench.document())))
          .isEqualTo("AccessDeniedException");
    }
  }

  @Test
  void aWrongSecretIsAnInvalidSignature() {
    var forged = new Identity("?", KmsTestBench.HOST.accessKeyId(), "guess", "host-token");
    try (KmsClient client = bench.client(forged)) {
      assertThat(refusalOf(() -> generate(client, bench.document())))
          .isEqualTo("InvalidSignatureException");
    }
  }

  @Test
  void anUnknownAccessKeyOrTokenIsNotRecognised() {
    List<Identity> strangers =
        List.of(
            new Identity("?", "ASIASTRANGER", "host-secret", "host-token"),
            new Identity("?", KmsTestBench.HOST.accessKeyId(), "host-secret", "another-token"));
    for (Identity stranger : strangers) {
      try (KmsClient client = bench.client(stranger)) {
        assertThat(refusalOf(() -> generate(client, bench.document())))
            .isEqualTo("UnrecognizedClientException");
      }
    }
  }

  @Test
  void aSignatureOlderThanFiveMinutesIsRefused() {
    bench.now(Instant.now().plus(Duration.ofMinutes(5).plusSeconds(5)));
    assertThat(refusalOf(() -> generate(host, bench.document())))
        .isEqualTo("InvalidSignatureException");
  }

  @Test
  void plaintextIsNeverReleased() {
    assertThat(refusalOf(() -> generate(host, (RecipientInfo) null)))
        .isEqualTo("AccessDeniedException");
  }

  @Test
  void otherCodeIsDeniedAndNotToldWhy() {
    byte[] otherImage = document(KmsTestBench.measured("other"), KmsTestBench.PCR16, Instant.now());
    byte[] otherConfiguration =
        document(KmsTestBench.PCR0, KmsTestBench.measured("other"), Instant.now());
    byte[] debugMode = document(new byte[48], KmsTestBench.PCR16, Instant.now());
    for (byte[] document : List.of(otherImage, otherConfiguration, debugMode)) {
      KmsException refusal =
          catchThrowableOfType(KmsException.class, () -> generate(host, document));
      assertThat(refusal.awsErrorDetails().errorCode()).isEqualTo("AccessDeniedException");
      assertThat(refusal.getMessage()).doesNotContainIgnoringCase("pcr");
    }
  }

  @Test
  void anImageCanBeAddedToThePolicyAndTakenOut() {
    byte[] next = KmsTestBench.measured("next release");
    bench.faults.allowPcr0(KmsTestBench.hex(next));
    assertThat(generate(host, document(next, KmsTestBench.PCR16, Instant.now()))).isNotNull();

    bench.faults.disallowPcr0(KmsTestBench.hex(next));
    assertThat(refusalOf(() -> generate(host, document(next, KmsTestBench.PCR16, Instant.now()))))
        .isEqualTo("AccessDeniedException");
  }

  @Test
  void anotherContextDoesNotOpenADataKey() {
    SdkBytes blob = generate(host, bench.document()).ciphertextBlob();
    var swapped = Map.of("purpose", "test/v1", "user_id", "wallet-2");
    assertThat(refusalOf(() -> decrypt(host, blob, swapped, bench.document())))
        .isEqualTo("InvalidCiphertextException");
  }

  @Test
  void aContextThatThePolicyDoesNotNameIsDenied() {
    SdkBytes blob = generate(host, bench.document()).ciphertextBlob();
    List<Map<String, String>> others =
        List.of(
            Map.of(),
            Map.of("purpose", "test/v1"),
            Map.of("purpose", "another", "user_id", "wallet-1"),
            Map.of("purpose", "test/v1", "user_id", "wallet-1", "more", "x"));
    for (Map<String, String> other : others) {
      assertThat(refusalOf(() -> decrypt(host, blob, other, bench.document())))
          .isEqualTo("AccessDeniedException");
    }
  }

  @Test
  void aTamperedBlobIsRefused() {
    byte[] blob = generate(host, bench.document()).ciphertextBlob().asByteArray();
    for (int at : new int[] {0, 1, 13, blob.length - 1}) {
      byte[] tampered = blob.clone();
      tampered[at] ^= 1;
      SdkBytes bytes = SdkBytes.fromByteArray(tampered);
      assertThat(refusalOf(() -> decrypt(host, bytes, KmsTestBench.CONTEXT, bench.document())))
          .isEqualTo("InvalidCiphertextException");
    }
  }

  @Test
  void anExpiredDocumentIsRefused() {
    byte[] replayed =
        document(
            KmsTestBench.PCR0,
            KmsTestBench.PCR16,
            Instant.now().minus(Duration.ofMinutes(5).plusSeconds(1)));
    assertThat(refusalOf(() -> generate(host, replayed))).isEqualTo("ValidationException");
  }

  @Test
  void aDocumentUnderAnotherRootIsRefused(@TempDir Path elsewhere) throws Exception {
    LocalPki stranger =
        LocalPki.create(elsewhere, List.of("x"), KmsTestBench.REGION, Instant.now());
    byte[] document =
        KmsTestBench.document(
            stranger.nitro(),
            KmsTestBench.registers(KmsTestBench.PCR0, KmsTestBench.PCR16),
            Instant.now(),
            bench.recipient.getPublic().getEncoded());
    assertThat(refusalOf(() -> generate(host, document))).isEqualTo("ValidationException");
  }

  @Test
  void aDocumentThatWasChangedIsRefused() {
    byte[] document = bench.document();
    document[document.length / 2] ^= 1;
    assertThat(refusalOf(() -> generate(host, document))).isEqualTo("ValidationException");
  }

  @Test
  void aDocumentWithoutAnRsaKeyIsRefused() {
    byte[] none =
        KmsTestBench.document(
            bench.pki.nitro(),
            KmsTestBench.registers(KmsTestBench.PCR0, KmsTestBench.PCR16),
            Instant.now(),
            null);
    assertThat(refusalOf(() -> generate(host, none))).isEqualTo("ValidationException");
  }

  @Test
  void anotherKeyIsNotThere() {
    String other = KmsTestBench.KEY_ARN + "-2";
    assertThat(
            refusalOf(
                () ->
                    host.generateDataKey(
                        r ->
                            r.keyId(other)
                                .keySpec(DataKeySpec.AES_256)
                                .encryptionContext(KmsTestBench.CONTEXT)
                                .recipient(KmsTestBench.showing(bench.document())))))
        .isEqualTo("NotFoundException");
    SdkBytes blob = generate(host, bench.document()).ciphertextBlob();
    assertThat(
            refusalOf(
                () ->
                    host.decrypt(
                        r ->
                            r.keyId(other)
                                .ciphertextBlob(blob)
                                .encryptionContext(KmsTestBench.CONTEXT)
                                .recipient(KmsTestBench.showing(bench.document())))))
        .isEqualTo("IncorrectKeyException");
  }

  @Test
  void otherOperationsDoNotExist() {
    assertThat(refusalOf(() -> host.listKeys())).isEqualTo("UnknownOperationException");
  }

  @Test
  void oneUserOrTheNextCallsCanBeThrottled() {
    bench.faults.throttleUser("wallet-1");
    assertThat(refusalOf(() -> generate(host, bench.document()))).isEqualTo("ThrottlingException");
    bench.faults.clear();

    bench.faults.throttleNext(2);
    assertThat(refusalOf(() -> generate(host, bench.document()))).isEqualTo("ThrottlingException");
    assertThat(refusalOf(() -> generate(host, bench.document()))).isEqualTo("ThrottlingException");
    assertThat(generate(host, bench.document())).isNotNull();
  }

  @Test
  void oneUserCanBeDeniedAndNobodyElse() {
    bench.faults.denyUser("wallet-1");
    assertThat(refusalOf(() -> generate(host, bench.document())))
        .isEqualTo("AccessDeniedException");
    bench.faults.clear();
    bench.faults.denyUser("wallet-2");
    assertThat(generate(host, bench.document())).isNotNull();
  }

  @ParameterizedTest
  @CsvSource({
    "AccessDeniedException, 400",
    "UnrecognizedClientException, 400",
    "InvalidClientTokenId, 403",
    "ExpiredTokenException, 400",
    "KMSInvalidStateException, 400",
    "DisabledException, 400",
    "KMSInternalException, 500"
  })
  void everyCallCanBeRefusedWithAnErrorOfAws(String code, int status) {
    bench.faults.refuse(code);
    KmsException refusal =
        catchThrowableOfType(KmsException.class, () -> generate(host, bench.document()));
    assertThat(refusal.awsErrorDetails().errorCode()).isEqualTo(code);
    assertThat(refusal.statusCode()).isEqualTo(status);
  }

  @Test
  void anOutageIsAServerErrorOrAClosedConnection() {
    bench.faults.outage(Faults.Outage.UNAVAILABLE);
    KmsException unavailable =
        catchThrowableOfType(KmsException.class, () -> generate(host, bench.document()));
    assertThat(unavailable.statusCode()).isEqualTo(503);

    bench.faults.outage(Faults.Outage.CLOSED);
    assertThatThrownBy(() -> generate(host, bench.document()))
        .isInstanceOf(SdkClientException.class);
  }

  @Test
  void everyCallIsCountedByItsOutcome() {
    CallCounts before = bench.faults.counts();
    generate(host, bench.document());
    refusalOf(() -> generate(host, (RecipientInfo) null));
    CallCounts after = bench.faults.counts();

    assertThat(after.of("GenerateDataKey", CallCounts.OK))
        .isEqualTo(before.of("GenerateDataKey", CallCounts.OK) + 1);
    assertThat(after.of("GenerateDataKey", "AccessDeniedException"))
        .isEqualTo(before.of("GenerateDataKey", "AccessDeniedException") + 1);
    assertThat(after.of("GenerateDataKey")).isEqualTo(before.of("GenerateDataKey") + 2);
  }

  private static byte[] document(byte[] pcr0, byte[] pcr16, Instant timestamp) {
    return KmsTestBench.document(
        bench.pki.nitro(),
        KmsTestBench.registers(pcr0, pcr16),
        timestamp,
        bench.recipient.getPublic().getEncoded());
  }

  private static GenerateDataKeyResponse generate(KmsClient client, byte[] document) {
    return generate(client, KmsTestBench.showing(document));
  }

  private static GenerateDataKeyResponse generate(
      KmsClient client, @org.jspecify.annotations.Nullable RecipientInfo recipient) {
    return client.generateDataKey(
        r ->
            r.keyId(KmsTestBench.KEY_ARN)
                .keySpec(DataKeySpec.AES_256)
                .encryptionContext(KmsTestBench.CONTEXT)
                .recipient(recipient));
  }

  private static DecryptResponse decrypt(
      KmsClient client, SdkBytes blob, Map<String, String> context, byte[] document) {
    return client.decrypt(
        r ->
            r.keyId(KmsTestBench.KEY_ARN)
                .ciphertextBlob(blob)
                .encryptionContext(context)
                .recipient(KmsTestBench.showing(document)));
  }

  private static String refusalOf(Runnable call) {
    return catchThrowableOfType(KmsException.class, call::run).awsErrorDetails().errorCode();
  }

  private static byte[] open(SdkBytes ciphertextForRecipient) throws CMSException {
    var recipients = new CMSEnvelopedData(ciphertextForRecipient.asByteArray()).getRecipientInfos();
    assertThat(recipients.size()).isEqualTo(1);
    return recipients
        .iterator()
        .next()
        .getContent(new JceKeyTransEnvelopedRecipient(bench.recipient.getPrivate()));
  }
}
