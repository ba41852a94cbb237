package pqsigner.attestation.nitro;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static pqsigner.attestation.nitro.Payloads.set;
import static pqsigner.attestation.nitro.Payloads.setPcr;
import static pqsigner.attestation.nitro.Payloads.without;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.attestation.BirthStatement;
import pqsigner.attestation.cbor.Cbor;
import pqsigner.attestation.cbor.CborWriter;
import pqsigner.attestation.nitro.Certificates.Content;
import pqsigner.attestation.nitro.Verification.Verified;

/// Everything that is still acceptable; one step further is in [RejectionTest].
class BoundsTest {
  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  private static final LocalEnclave ENCLAVE = LocalEnclave.bornAt(NOW);
  private static final Cbor.Map PAYLOAD = ENCLAVE.payload();
  private static final AttestationPolicy POLICY = AttestationPolicy.trusting(ENCLAVE.root());

  @ParameterizedTest
  @CsvSource({
    "user_data,0",
    "user_data,512",
    "user_data,513",
    "user_data,1024",
    "nonce,0",
    "nonce,512",
    "nonce,513",
    "nonce,1024",
    "public_key,1",
    "public_key,1024"
  })
  void freeFieldsMayHave1024Bytes(String field, int length) {
    assertVerified(ENCLAVE.document(set(PAYLOAD, field, Cbor.of(new byte[length]))));
  }

  @Test
  void unusedFieldsMayBeAbsent() {
    Verified verified =
        assertVerified(
            ENCLAVE.document(
                without(without(without(PAYLOAD, "nonce"), "user_data"), "public_key")));

    assertThat(verified.document().nonce()).isNull();
    assertThat(verified.document().userData()).isNull();
    assertThat(verified.document().publicKey()).isNull();
  }

  @Test
  void thePayloadMayBeAMapOfIndefiniteLength() {
    assertVerified(ENCLAVE.document(CborWriter.writeIndefinite(PAYLOAD)));
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 16, 17, 32})
  void upTo32RegistersAreTaken(int count) {
    Verified verified =
        assertVerified(ENCLAVE.document(set(PAYLOAD, "pcrs", LocalEnclave.pcrs(count))));

    assertThat(verified.document().pcrs()).hasSize(count);
  }

  @Test
  void aDebugDocumentIsTakenWhereThatIsAllowed() {
    byte[] document = ENCLAVE.document(setPcr(PAYLOAD, 0, Cbor.of(new byte[48])));
    Verification verification =
        new AttestationVerifier(InstantSource.fixed(NOW)).verify(document, POLICY.allowDebug(true));

    assertThat(verification)
        .isInstanceOfSatisfying(
            Verified.class, verified -> assertThat(verified.document().debugMode()).isTrue());
  }

  @Test
  void aDocumentIsFreshForExactlyFiveMinutesEitherWay() {
    assertVerified(ENCLAVE.document(PAYLOAD), POLICY, NOW.plus(Duration.ofMinutes(5)));
    LocalEnclave early = ENCLAVE.leaf(c -> c.validity(NOW.minusSeconds(600), NOW.plusSeconds(600)));
    assertVerified(early.document(early.payload()), POLICY, NOW.minus(Duration.ofMinutes(5)));
  }

  @Test
  void archivedEvidenceHoldsAfterItsCertificatesExpired() {
    AttestationPolicy archived = POLICY.at(EvaluationTime.atDocumentTime());

    Verified verified =
        assertVerified(ENCLAVE.document(PAYLOAD), archived, NOW.plus(Duration.ofDays(10_000)));

    assertThat(verified.age()).isEqualTo(Duration.ofDays(10_000));
    assertThat(verified.validAt()).isEqualTo(NOW);
  }

  @Test
  void whatWasAskedForMayComeLateButNotFromBeforeOrFromTheFuture() {
    Duration skew = Duration.ofMinutes(5);
    byte[] document = ENCLAVE.document(PAYLOAD);
    AttestationPolicy askedLast = POLICY.at(EvaluationTime.since(NOW.plus(skew)));
    AttestationPolicy askedTooLate = POLICY.at(EvaluationTime.since(NOW.plus(skew).plusMillis(1)));

    Verified verified = assertVerified(document, askedLast, NOW.plus(Duration.ofDays(7)));
    assertThat(verified.validAt()).isEqualTo(NOW);
    assertVerified(document, askedLast, NOW.minus(skew));
    assertThat(rejection(document, askedTooLate, NOW)).isEqualTo(RejectionReason.STALE);
    assertThat(rejection(document, askedLast, NOW.minus(skew).minusMillis(1)))
        .isEqualTo(RejectionReason.FROM_THE_FUTURE);
    assertThatThrownBy(() -> new EvaluationTime.Since(NOW, Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void everythingThatThePolicyAsksForMayBeThere() {
    BirthStatement birth =
        new BirthStatement("custodian-a", "u", "ML-DSA-44", 1, new byte[1312], "arn");
    byte[] document =
        ENCLAVE.document(
            set(
                set(
                    set(PAYLOAD, "user_data", Cbor.of(birth.commitment())),
                    "nonce",
                    Cbor.of(new byte[16])),
                "public_key",
                Cbor.of(new byte[294])));

    Verified verified =
        assertVerified(
            document,
            AttestationPolicy.trusting(TrustRoot.awsNitroEnclaves(), ENCLAVE.root())
                .birthOf(birth)
                .nonce(new byte[16])
                .publicKey(new byte[294])
                .images(
                    List.of(
                        Map.of(0, new byte[48]),
                        Map.of(0, LocalEnclave.pcr(0), 2, LocalEnclave.pcr(2))))
                .pcrs(Map.of(0, LocalEnclave.pcr(0), 15, LocalEnclave.pcr(15))),
            NOW);

    assertThat(verified.root().sha256()).isEqualTo(ENCLAVE.root().sha256());
    assertThat(verified.chain()).hasSize(4);
  }

  /// COSE signs the payload only, so the outer lengths may be spelled in more than one way. What is
  /// proved is the same.
  @Test
  void aLongerSpellingOfTheEnvelopeProvesTheSame() {
    byte[] good = ENCLAVE.document(PAYLOAD);
    byte[] respelled = Payloads.concat(new byte[] {(byte) 0x98, 4}, tail(good));

    assertThat(assertVerified(respelled).document().envelope().payload())
        .isEqualTo(CborWriter.write(PAYLOAD));
  }

  @Test
  void nothingIsFetchedThoughACertificateNamesItsCrl() throws IOException {
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      server.configureBlocking(false);
      String crl = "http://127.0.0.1:" + server.socket().getLocalPort() + "/crl";
      LocalEnclave enclave = ENCLAVE.instance(c -> c.crl(crl));

      assertVerified(enclave.document(enclave.payload()));

      assertThat(server.accept()).isNull();
    }
  }

  @Test
  void aPolicyThatCannotBeMeantIsRefused() {
    assertThatThrownBy(() -> POLICY.images(List.of())).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> POLICY.images(List.of(Map.of(1, new byte[48]))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> POLICY.images(List.of(Map.of(0, new byte[47]))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> POLICY.pcrs(Map.of(32, new byte[48])))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> POLICY.pcrs(Map.of(0, new byte[32])))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> POLICY.nonce(new byte[15]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(AttestationPolicy::trusting).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new EvaluationTime.Live(Duration.ofSeconds(-1), Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aRootIsOneCaCertificateInPemOrDer() {
    byte[] der = ENCLAVE.authority(0).der();
    byte[] leaf = LocalEnclave.issue(Content.leaf("CN=leaf", NOW), ENCLAVE.authority(0)).der();

    assertThat(TrustRoot.of(pem(der)).sha256()).isEqualTo(TrustRoot.of(der).sha256());
    assertThat(TrustRoot.awsNitroEnclaves().sha256()).startsWith("641a0321").endsWith("79bb5b");
    for (byte[] wrong :
        List.of(
            new byte[0],
            leaf,
            Payloads.concat(der, der),
            Payloads.concat(pem(der), pem(der)),
            new byte[16 * 1024 + 1])) {
      assertThatThrownBy(() -> TrustRoot.of(wrong)).isInstanceOf(IllegalArgumentException.class);
    }
    LocalEnclave.Issued other = LocalEnclave.root(Content.ca("CN=other", NOW, OptionalInt.of(3)));
    assertThat(TrustRoot.of(other.der()).sha256()).isNotEqualTo(TrustRoot.of(der).sha256());
  }

  private static byte[] pem(byte[] der) {
    String body = Base64.getMimeEncoder().encodeToString(der);
    return ("-----BEGIN CERTIFICATE-----\r\n" + body + "\r\n-----END CERTIFICATE-----\r\n")
        .getBytes(US_ASCII);
  }

  private static byte[] tail(byte[] bytes) {
    return Arrays.copyOfRange(bytes, 1, bytes.length);
  }

  private static Verified assertVerified(byte[] document) {
    return assertVerified(document, POLICY, NOW);
  }

  private static Verified assertVerified(byte[] document, AttestationPolicy policy, Instant now) {
    Verification verification =
        new AttestationVerifier(InstantSource.fixed(now)).verify(document, policy);
    assertThat(verification).isInstanceOf(Verified.class);
    return (Verified) verification;
  }

  private static RejectionReason rejection(byte[] document, AttestationPolicy policy, Instant now) {
    Verification verification =
        new AttestationVerifier(InstantSource.fixed(now)).verify(document, policy);
    return ((Verification.Rejected) verification).reason();
  }
}
