package pqsigner.attestation.nitro;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import pqsigner.attestation.Pcr;
import pqsigner.attestation.cbor.CborLimits;
import pqsigner.attestation.cbor.CborReader;
import pqsigner.attestation.cbor.CborWriter;
import pqsigner.attestation.nitro.SharedVectors.Vector;
import pqsigner.attestation.nitro.Verification.Rejected;
import pqsigner.attestation.nitro.Verification.Verified;
import tools.jackson.databind.JsonNode;

/// Documents that AWS signed, in production and debug mode, from 2022 to 2026, and two that it did
/// not.
class GenuineDocumentsTest {
  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  private static final BigInteger P384_ORDER =
      new BigInteger(
          "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf"
              + "581a0db248b0a77aecec196accc52973",
          16);

  private static final AttestationPolicy ARCHIVED =
      AttestationPolicy.trusting(TrustRoot.awsNitroEnclaves()).at(EvaluationTime.atDocumentTime());

  @ParameterizedTest
  @MethodSource("pqsigner.attestation.nitro.SharedVectors#all")
  void everyDocumentIsJudgedAsTheManifestSays(Vector vector) {
    Verification verification = verify(vector.bytes(), ARCHIVED, NOW);

    switch (vector.expected()) {
      case "prod" -> assertThat(verification).isInstanceOf(Verified.class);
      case "debug" -> assertRejected(verification, RejectionReason.DEBUG_MODE);
      case "reject-badsig" -> assertRejected(verification, RejectionReason.SIGNATURE);
      case "reject-selfsigned-nocabundle" ->
          assertRejected(verification, RejectionReason.COSE_UNPROTECTED_HEADER);
      default -> throw new AssertionError("new kind of vector: " + vector.expected());
    }
  }

  @ParameterizedTest
  @MethodSource("pqsigner.attestation.nitro.SharedVectors#genuine")
  void theParsedDocumentIsWhatTheManifestDescribes(Vector vector) {
    AttestationDocument document =
        assertVerified(verify(vector.bytes(), ARCHIVED.allowDebug(true), NOW)).document();

    assertThat(document.moduleId()).isEqualTo(vector.manifest().get("module_id").asString());
    assertThat(document.timestamp()).isEqualTo(vector.time());
    assertThat(document.debugMode()).isEqualTo(vector.manifest().get("debug").asBoolean());
    Map<Integer, String> registers = new TreeMap<>();
    document.pcrs().forEach((index, value) -> put(registers, index, value));
    assertThat(registers).isEqualTo(vector.pcrs());
    boolean indefinite = vector.manifest().get("payload_map").asString().equals("indef");
    assertThat(document.envelope().payload()[0]).isEqualTo((byte) (indefinite ? 0xBF : 0xA9));
    JsonNode sizes = vector.manifest().get("sizes");
    assertSize(sizes.get("public_key"), document.publicKey());
    assertSize(sizes.get("user_data"), document.userData());
    assertSize(sizes.get("nonce"), document.nonce());
  }

  @ParameterizedTest
  @MethodSource("pqsigner.attestation.nitro.SharedVectors#genuine")
  void aDocumentIsLiveForFiveMinutesAndNotToday(Vector vector) {
    AttestationPolicy live =
        AttestationPolicy.trusting(TrustRoot.awsNitroEnclaves()).allowDebug(true);

    assertVerified(verify(vector.bytes(), live, vector.time().plus(Duration.ofMinutes(5))));
    assertRejected(
        verify(vector.bytes(), live, vector.time().plus(Duration.ofMinutes(6))),
        RejectionReason.STALE);
    assertRejected(
        verify(vector.bytes(), live, vector.time().plus(Duration.ofHours(4))),
        RejectionReason.CERTIFICATE_EXPIRED);
    assertRejected(verify(vector.bytes(), live, NOW), RejectionReason.CERTIFICATE_EXPIRED);
  }

  @ParameterizedTest
  @MethodSource("pqsigner.attestation.nitro.SharedVectors#genuine")
  void pcr4IsTheInstanceOfTheModuleId(Vector vector) throws DocumentException {
    AttestationDocument document = AttestationDocument.parseUnverified(vector.bytes());
    String instance = document.moduleId().substring(0, document.moduleId().indexOf("-enc"));

    assertThat(document.pcrs().get(4))
        .isEqualTo(Pcr.extend(new byte[48], instance.getBytes(US_ASCII)));
  }

  @Test
  void theVectorsCoverWhatRealDocumentsDo() throws DocumentException {
    List<AttestationDocument> documents =
        SharedVectors.genuine().stream().map(v -> parse(v.bytes())).toList();

    assertThat(documents).anyMatch(d -> d.envelope().payload()[0] == (byte) 0xBF);
    assertThat(documents).anyMatch(d -> d.envelope().payload()[0] == (byte) 0xA9);
    assertThat(documents).anyMatch(d -> d.pcrs().size() == 32);
    assertThat(documents).anyMatch(d -> d.userData() != null && d.userData().length == 0);
    assertThat(documents).anyMatch(d -> d.nonce() != null && d.nonce().length == 1024);
    assertThat(documents).anyMatch(d -> s(d).shiftLeft(1).compareTo(P384_ORDER) > 0);
    assertThat(documents).anyMatch(d -> s(d).shiftLeft(1).compareTo(P384_ORDER) < 0);
  }

  /// So a document's hash is no identity. The payload under both spellings is the same.
  @ParameterizedTest
  @MethodSource("pqsigner.attestation.nitro.SharedVectors#genuine")
  void theOtherOfTheTwoSignaturesVerifiesToo(Vector vector) {
    CoseSign1 envelope = parse(vector.bytes()).envelope();
    byte[] other = envelope.signature().clone();
    byte[] s = P384_ORDER.subtract(s(parse(vector.bytes()))).toByteArray();
    Arrays.fill(other, 48, 96, (byte) 0);
    int length = Math.min(48, s.length);
    System.arraycopy(s, s.length - length, other, 96 - length, length);

    assertVerified(
        verify(new CoseSign1(envelope.payload(), other).encode(), ARCHIVED.allowDebug(true), NOW));
  }

  @Test
  void aSignatureOfAnotherGenuineDocumentIsRejected() {
    CoseSign1 one = parse(SharedVectors.named("base-org").bytes()).envelope();
    CoseSign1 other = parse(SharedVectors.named("mystenlabs").bytes()).envelope();

    assertRejected(
        verify(new CoseSign1(one.payload(), other.signature()).encode(), ARCHIVED, NOW),
        RejectionReason.SIGNATURE);
  }

  @Test
  void anyKnownRegisterCanBeAskedFor() {
    Vector vector = SharedVectors.named("mystenlabs");
    Map<Integer, byte[]> expected = new TreeMap<>();
    vector.pcrs().forEach((index, hex) -> expected.put(index, HexFormat.of().parseHex(hex)));

    assertVerified(
        verify(
            vector.bytes(),
            ARCHIVED.pcrs(expected).images(List.of(Map.of(0, new byte[48]), expected)),
            NOW));
    assertRejected(
        verify(vector.bytes(), ARCHIVED.pcrs(Map.of(17, new byte[48])), NOW),
        RejectionReason.PCR_MISSING);
    assertRejected(
        verify(vector.bytes(), ARCHIVED.pcrs(Map.of(16, new byte[48])), NOW),
        RejectionReason.PCR_MISMATCH);
  }

  @Test
  void aRewrittenPayloadIsAnotherPayload() throws Exception {
    AttestationDocument document = parse(SharedVectors.named("mystenlabs").bytes());
    CoseSign1 rewritten =
        new CoseSign1(
            CborWriter.write(
                CborReader.read(document.envelope().payload(), new CborLimits(0x3000, 4, true))),
            document.envelope().signature());

    assertRejected(verify(rewritten.encode(), ARCHIVED, NOW), RejectionReason.SIGNATURE);
  }

  private static void put(Map<Integer, String> registers, int index, byte[] value) {
    if (!Pcr.isZero(value)) {
      registers.put(index, HexFormat.of().formatHex(value));
    }
  }

  private static void assertSize(JsonNode expected, byte @Nullable [] actual) {
    if (expected.isNull()) {
      assertThat(actual).isNull();
    } else {
      assertThat(actual).hasSize(expected.asInt());
    }
  }

  private static BigInteger s(AttestationDocument document) {
    return new BigInteger(1, Arrays.copyOfRange(document.envelope().signature(), 48, 96));
  }

  private static AttestationDocument parse(byte[] bytes) {
    try {
      return AttestationDocument.parseUnverified(bytes);
    } catch (DocumentException e) {
      throw new AssertionError(e);
    }
  }

  private static Verification verify(byte[] bytes, AttestationPolicy policy, Instant now) {
    return new AttestationVerifier(InstantSource.fixed(now)).verify(bytes, policy);
  }

  private static Verified assertVerified(Verification verification) {
    assertThat(verification).isInstanceOf(Verified.class);
    return (Verified) verification;
  }

  private static void assertRejected(Verification verification, RejectionReason reason) {
    assertThat(verification)
        .isInstanceOfSatisfying(
            Rejected.class, rejected -> assertThat(rejected.reason()).isEqualTo(reason));
  }
}
