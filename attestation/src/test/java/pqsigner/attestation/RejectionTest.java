package pqsigner.attestation;

import static org.assertj.core.api.Assertions.assertThat;
import static pqsigner.attestation.Payloads.concat;
import static pqsigner.attestation.Payloads.ones;
import static pqsigner.attestation.Payloads.set;
import static pqsigner.attestation.Payloads.setPcr;
import static pqsigner.attestation.Payloads.without;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import pqsigner.attestation.Certificates.Content;
import pqsigner.attestation.Verification.Rejected;
import pqsigner.attestation.Verification.Verified;
import pqsigner.attestation.cbor.Cbor;
import pqsigner.attestation.cbor.CborWriter;

/// Documents with exactly one thing wrong, properly signed wherever that is possible.
class RejectionTest {
  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  private static final LocalEnclave ENCLAVE = LocalEnclave.bornAt(NOW);
  private static final Cbor.Map PAYLOAD = ENCLAVE.payload();
  private static final AttestationPolicy POLICY = AttestationPolicy.trusting(ENCLAVE.root());

  /// One thing that is wrong.
  record Wrong(
      RejectionReason reason, String how, byte[] document, AttestationPolicy policy, Instant now) {
    @Override
    public String toString() {
      return reason.code() + ": " + how;
    }
  }

  static Stream<Wrong> wrong() {
    return Stream.of(encoding(), envelope(), fields(), registers(), chain(), leaf(), policy())
        .flatMap(List::stream);
  }

  @ParameterizedTest
  @MethodSource
  void wrong(Wrong wrong) {
    Verification verification =
        new AttestationVerifier(InstantSource.fixed(wrong.now()))
            .verify(wrong.document(), wrong.policy());

    assertThat(verification)
        .isInstanceOfSatisfying(
            Rejected.class,
            rejected -> {
              assertThat(rejected.reason()).isEqualTo(wrong.reason());
              assertThat(rejected.detail()).isNotBlank();
            });
  }

  @Test
  void everyReasonHasAWrongDocument() {
    assertThat(wrong().map(Wrong::reason).collect(Collectors.toSet()))
        .isEqualTo(EnumSet.allOf(RejectionReason.class));
  }

  @Test
  void codesAreStable() {
    assertThat(RejectionReason.CABUNDLE_CERTIFICATE_SIZE.code())
        .isEqualTo("cabundle_certificate_size");
    assertThat(Stream.of(RejectionReason.values()).map(RejectionReason::code))
        .doesNotHaveDuplicates()
        .allMatch(code -> code.matches("[a-z0-9]+(_[a-z0-9]+)*"));
  }

  @Test
  void theUnchangedDocumentIsVerified() {
    assertThat(
            new AttestationVerifier(InstantSource.fixed(NOW))
                .verify(ENCLAVE.document(PAYLOAD), POLICY))
        .isInstanceOf(Verified.class);
  }

  @Test
  void theFirstOfSeveralFaultsIsTheReason() {
    LocalEnclave stranger = LocalEnclave.bornAt(NOW.minus(Duration.ofHours(1)));
    Cbor.Map everything = setPcr(set(stranger.payload(), "digest", Cbor.of("SHA256")), 0, zero());
    byte[] document = stranger.document(everything);
    document[document.length - 1] ^= 1;

    assertThat(reason(document)).isEqualTo(RejectionReason.DIGEST);
    Cbor.Map syntaxRight = set(everything, "digest", Cbor.of("SHA384"));
    assertThat(reason(stranger.document(syntaxRight))).isEqualTo(RejectionReason.ROOT_NOT_TRUSTED);
  }

  private static @Nullable RejectionReason reason(byte[] document) {
    return new AttestationVerifier(InstantSource.fixed(NOW)).verify(document, POLICY)
            instanceof Rejected rejected
        ? rejected.reason()
        : null;
  }

  private static List<Wrong> encoding() {
    byte[] good = ENCLAVE.document(PAYLOAD);
    byte[] payload = CborWriter.write(PAYLOAD);
    byte[] nonceTwice = concat(new byte[] {(byte) 0xAA}, tail(payload), bytes("656e6f6e6365f6"));
    return List.of(
        wrong(RejectionReason.EMPTY, "no bytes", new byte[0]),
        wrong(RejectionReason.TOO_LARGE, "one byte too long", new byte[0x3001]),
        wrong(
            RejectionReason.CBOR_TRUNCATED, "last byte lost", Arrays.copyOf(good, good.length - 1)),
        wrong(RejectionReason.CBOR_TRUNCATED, "one byte left", new byte[] {(byte) 0x84}),
        wrong(
            RejectionReason.CBOR_TRUNCATED,
            "payload ends early",
            ENCLAVE.document(Arrays.copyOf(payload, payload.length - 1))),
        wrong(
            RejectionReason.CBOR_TRUNCATED,
            "a length of 2^63",
            bytes("8444a1013822a05b8000000000000000")),
        wrong(RejectionReason.CBOR_TRAILING_BYTES, "after it", concat(good, new byte[1])),
        wrong(
            RejectionReason.CBOR_TRAILING_BYTES,
            "after the payload",
            ENCLAVE.document(concat(payload, new byte[1]))),
        wrong(
            RejectionReason.CBOR_TOO_DEEP,
            "five levels",
            ENCLAVE.document(
                set(
                    PAYLOAD,
                    "nonce",
                    Cbor.array(Cbor.array(Cbor.array(Cbor.array(new Cbor.Null()))))))),
        wrong(RejectionReason.CBOR_DUPLICATE_KEY, "two nonces", ENCLAVE.document(nonceTwice)),
        wrong(
            RejectionReason.CBOR_DUPLICATE_KEY,
            "PCR0 spelled 00 and 1800",
            ENCLAVE.document(concat(bytes("a16470637273a2"), bytes("0040"), bytes("180040")))),
        wrong(
            RejectionReason.CBOR_INDEFINITE_LENGTH,
            "open envelope",
            concat(new byte[] {(byte) 0x9F}, tail(good), new byte[] {(byte) 0xFF})),
        wrong(
            RejectionReason.CBOR_INDEFINITE_LENGTH,
            "open map inside",
            ENCLAVE.document(bytes("a16470637273bfff"))),
        wrong(
            RejectionReason.CBOR_INVALID_TEXT,
            "overlong UTF-8 in a key",
            ENCLAVE.document(bytes("a162c08000"))),
        wrong(
            RejectionReason.CBOR_INTEGER_OUT_OF_RANGE,
            "a timestamp of 2^64-1",
            ENCLAVE.document(bytes("a16974696d657374616d701bffffffffffffffff"))),
        wrong(
            RejectionReason.CBOR_UNSUPPORTED_ITEM,
            "a timestamp in floating point",
            ENCLAVE.document(bytes("a16974696d657374616d70fb4000000000000000"))));
  }

  private static List<Wrong> envelope() {
    byte[] payload = CborWriter.write(PAYLOAD);
    Cbor header = Cbor.of(bytes("a1013822"));
    Cbor body = Cbor.of(payload);
    Cbor signature = Cbor.of(ENCLAVE.signature(payload));
    Cbor der = Cbor.of(ENCLAVE.sign(payload, "SHA384withECDSA"));
    Cbor none = Cbor.map();
    RejectionReason header1 = RejectionReason.COSE_PROTECTED_HEADER;
    RejectionReason header2 = RejectionReason.COSE_UNPROTECTED_HEADER;
    return List.of(
        wrong(
            RejectionReason.COSE_TAGGED,
            "tag 18",
            concat(new byte[] {(byte) 0xD2}, ENCLAVE.document(PAYLOAD))),
        cose(RejectionReason.COSE_NOT_SIGN1, "a map", Cbor.map()),
        cose(RejectionReason.COSE_NOT_SIGN1, "three parts", Cbor.array(header, none, body)),
        cose(
            RejectionReason.COSE_NOT_SIGN1,
            "five parts",
            Cbor.array(header, none, body, signature, none)),
        cose(
            RejectionReason.COSE_NOT_SIGN1,
            "detached payload",
            Cbor.array(header, none, new Cbor.Null(), signature)),
        cose(header1, "ES256", Cbor.array(Cbor.of(bytes("a10126")), none, body, signature)),
        cose(header1, "ES512", Cbor.array(Cbor.of(bytes("a1013823")), none, body, signature)),
        cose(header1, "no algorithm", Cbor.array(Cbor.of(bytes("a0")), none, body, signature)),
        cose(
            header1,
            "another spelling",
            Cbor.array(Cbor.of(bytes("a101390022")), none, body, signature)),
        cose(header1, "a bare map", Cbor.array(Cbor.map(), none, body, signature)),
        cose(
            header2,
            "a key id",
            Cbor.array(header, Cbor.map().with(4, Cbor.of(new byte[1])), body, signature)),
        cose(header2, "null", Cbor.array(header, new Cbor.Null(), body, signature)),
        cose(
            RejectionReason.COSE_SIGNATURE_LENGTH,
            "a DER signature",
            Cbor.array(header, none, body, der)),
        cose(
            RejectionReason.COSE_SIGNATURE_LENGTH,
            "95 bytes",
            Cbor.array(header, none, body, Cbor.of(new byte[95]))),
        cose(
            RejectionReason.SIGNATURE,
            "r and s zero",
            Cbor.array(header, none, body, Cbor.of(new byte[96]))),
        cose(
            RejectionReason.SIGNATURE,
            "r and s all ones",
            Cbor.array(header, none, body, Cbor.of(ones(96)))));
  }

  private static List<Wrong> fields() {
    List<Wrong> wrong = new ArrayList<>();
    for (String required :
        List.of("module_id", "digest", "timestamp", "pcrs", "certificate", "cabundle")) {
      wrong.add(payload(RejectionReason.MISSING_FIELD, required, without(PAYLOAD, required)));
      wrong.add(
          payload(RejectionReason.FIELD_TYPE, required, set(PAYLOAD, required, new Cbor.Null())));
    }
    for (String optional : List.of("public_key", "user_data", "nonce")) {
      wrong.add(
          payload(
              RejectionReason.FIELD_TYPE, optional + " text", set(PAYLOAD, optional, Cbor.of(""))));
      wrong.add(
          payload(
              RejectionReason.FIELD_TYPE,
              optional + " as array of integers",
              set(PAYLOAD, optional, Cbor.array(Cbor.of(1)))));
    }
    wrong.addAll(
        List.of(
            wrong(RejectionReason.FIELD_TYPE, "payload no map", ENCLAVE.document(bytes("80"))),
            payload(RejectionReason.UNKNOWN_FIELD, "new field", PAYLOAD.with("extra", Cbor.of(1))),
            payload(RejectionReason.UNKNOWN_FIELD, "number as key", PAYLOAD.with(1, Cbor.of(1))),
            payload(
                RejectionReason.NITROTPM_DOCUMENT,
                "in place of pcrs",
                without(PAYLOAD, "pcrs").with("nitrotpm_pcrs", LocalEnclave.pcrs(16))),
            payload(
                RejectionReason.NITROTPM_DOCUMENT,
                "beside pcrs",
                PAYLOAD.with("nitrotpm_pcrs", LocalEnclave.pcrs(16))),
            moduleId(""),
            moduleId("i-0123456789abcdef0"),
            moduleId("i-0123456789abcdef0-tpm0123456789abcdef"),
            moduleId("i-0123-enc0123\n"),
            moduleId("i-0123-enc" + "0".repeat(65)),
            payload(RejectionReason.DIGEST, "SHA256", set(PAYLOAD, "digest", Cbor.of("SHA256"))),
            payload(RejectionReason.TIMESTAMP, "zero", set(PAYLOAD, "timestamp", Cbor.of(0))),
            payload(RejectionReason.TIMESTAMP, "negative", set(PAYLOAD, "timestamp", Cbor.of(-1))),
            sized(RejectionReason.CERTIFICATE_SIZE, "certificate", 0),
            sized(RejectionReason.CERTIFICATE_SIZE, "certificate", 1025),
            sized(RejectionReason.PUBLIC_KEY_SIZE, "public_key", 0),
            sized(RejectionReason.PUBLIC_KEY_SIZE, "public_key", 1025),
            sized(RejectionReason.USER_DATA_SIZE, "user_data", 1025),
            sized(RejectionReason.NONCE_SIZE, "nonce", 1025)));
    return wrong;
  }

  private static List<Wrong> registers() {
    Cbor digest = Cbor.of(LocalEnclave.pcr(0));
    return List.of(
        payload(RejectionReason.PCR_COUNT, "none", set(PAYLOAD, "pcrs", Cbor.map())),
        payload(RejectionReason.PCR_COUNT, "33", set(PAYLOAD, "pcrs", LocalEnclave.pcrs(33))),
        payload(RejectionReason.PCR_INDEX, "32", setPcr(PAYLOAD, 32, digest)),
        payload(RejectionReason.PCR_INDEX, "-1", setPcr(PAYLOAD, -1, digest)),
        payload(RejectionReason.PCR_INDEX, "2^32", setPcr(PAYLOAD, 1L << 32, digest)),
        payload(RejectionReason.PCR_LENGTH, "SHA-256", setPcr(PAYLOAD, 0, Cbor.of(ones(32)))),
        payload(RejectionReason.PCR_LENGTH, "SHA-512", setPcr(PAYLOAD, 0, Cbor.of(ones(64)))),
        payload(RejectionReason.PCR_LENGTH, "47", setPcr(PAYLOAD, 0, Cbor.of(ones(47)))),
        payload(RejectionReason.FIELD_TYPE, "text", setPcr(PAYLOAD, 0, Cbor.of("00"))),
        payload(RejectionReason.DEBUG_MODE, "PCR0 zero", setPcr(PAYLOAD, 0, zero())),
        payload(RejectionReason.DEBUG_MODE, "PCR1 zero", setPcr(PAYLOAD, 1, zero())),
        payload(RejectionReason.DEBUG_MODE, "PCR2 zero", setPcr(PAYLOAD, 2, zero())),
        payload(RejectionReason.PCR_MISSING, "no PCR2", set(PAYLOAD, "pcrs", LocalEnclave.pcrs(2))),
        new Wrong(
            RejectionReason.PCR_MISSING,
            "PCR16 expected, not locked",
            ENCLAVE.document(PAYLOAD),
            POLICY.pcrs(Map.of(16, new byte[48])),
            NOW));
  }

  private static List<Wrong> chain() {
    LocalEnclave impostor = LocalEnclave.under(LocalEnclave.root(LocalEnclave.ROOT, NOW), NOW);
    List<Cbor> leafFirst = new ArrayList<>(ENCLAVE.cabundle());
    Collections.reverse(leafFirst);
    List<Cbor> shuffled = new ArrayList<>(ENCLAVE.cabundle());
    Collections.swap(shuffled, 1, 3);
    List<Cbor> gap = new ArrayList<>(ENCLAVE.cabundle());
    gap.remove(2);
    List<Cbor> grafted = new ArrayList<>(impostor.cabundle());
    grafted.set(0, ENCLAVE.cabundle().getFirst());
    RejectionReason malformed = RejectionReason.CERTIFICATE_MALFORMED;
    byte[] zone = ENCLAVE.authority(2).der();
    return List.of(
        cabundle(RejectionReason.CABUNDLE_COUNT, "none", List.of()),
        cabundle(RejectionReason.CABUNDLE_COUNT, "nine", Collections.nCopies(9, Cbor.of(ones(1)))),
        cabundle(RejectionReason.CABUNDLE_CERTIFICATE_SIZE, "empty", List.of(Cbor.of(new byte[0]))),
        cabundle(RejectionReason.CABUNDLE_CERTIFICATE_SIZE, "1025", List.of(Cbor.of(ones(1025)))),
        cabundle(RejectionReason.FIELD_TYPE, "text in it", List.of(Cbor.of("PEM"))),
        wrong(
            RejectionReason.ROOT_NOT_TRUSTED,
            "a stranger's root",
            stranger().document(stranger().payload())),
        wrong(
            RejectionReason.ROOT_NOT_TRUSTED,
            "same name, other key",
            impostor.document(impostor.payload())),
        new Wrong(
            RejectionReason.ROOT_NOT_TRUSTED,
            "AWS alone is trusted",
            ENCLAVE.document(PAYLOAD),
            AttestationPolicy.trusting(TrustRoot.awsNitroEnclaves()),
            NOW),
        cabundle(RejectionReason.CABUNDLE_ORDER, "leaf first", leafFirst),
        wrong(
            RejectionReason.CHAIN_SIGNATURE,
            "our root before an impostor's chain",
            impostor.document(set(impostor.payload(), "cabundle", new Cbor.Array(grafted)))),
        cabundle(RejectionReason.CHAIN_NAME, "two swapped", shuffled),
        cabundle(RejectionReason.CHAIN_NAME, "one missing", gap),
        cabundle(RejectionReason.CHAIN_NAME, "only the root", ENCLAVE.cabundle().subList(0, 1)),
        cabundle(malformed, "bytes after it", replaced(concat(zone, new byte[1]))),
        cabundle(malformed, "PEM", replaced(pem(zone))),
        cabundle(malformed, "no certificate", replaced(ones(100))),
        broken(RejectionReason.CHAIN_CONSTRAINT, "issuer is no CA", c -> c.pathLength(null)),
        broken(
            RejectionReason.CHAIN_CONSTRAINT,
            "issuer may not sign certificates",
            c -> c.usage(KeyUsage.digitalSignature)),
        broken(
            RejectionReason.CHAIN_INVALID,
            "unknown critical extension",
            Content::withUnknownCritical),
        broken(
            RejectionReason.CERTIFICATE_EXPIRED,
            "issuer expired",
            c -> c.validity(NOW.minus(Duration.ofDays(2)), NOW.minus(Duration.ofSeconds(1)))),
        tooLong(),
        expiredRoot(NOW.minus(Duration.ofDays(2)), RejectionReason.CERTIFICATE_EXPIRED),
        expiredRoot(NOW.plus(Duration.ofDays(2)), RejectionReason.CERTIFICATE_NOT_YET_VALID));
  }

  private static List<Wrong> leaf() {
    LocalEnclave p256 =
        ENCLAVE.leaf(
            LocalEnclave.issue(
                Content.leaf(LocalEnclave.LEAF, NOW),
                LocalEnclave.INSTANCE,
                ENCLAVE.authority(3).keys(),
                "secp256r1"));
    byte[] p256Payload = CborWriter.write(p256.payload());
    Instant past = NOW.minus(Duration.ofSeconds(1));
    Instant future = NOW.plus(Duration.ofSeconds(2));
    return List.of(
        leaf(RejectionReason.LEAF_KEY_USAGE, "none", c -> c.usage(null)),
        leaf(
            RejectionReason.LEAF_KEY_USAGE,
            "encryption only",
            c -> c.usage(KeyUsage.keyEncipherment)),
        leaf(
            RejectionReason.LEAF_IS_CA,
            "a CA below the instance",
            c -> c.pathLength(OptionalInt.empty())),
        leaf(
            RejectionReason.CERTIFICATE_EXPIRED,
            "leaf expired",
            c -> c.validity(NOW.minus(Duration.ofHours(3)), past)),
        leaf(
            RejectionReason.CERTIFICATE_NOT_YET_VALID,
            "leaf not begun",
            c -> c.validity(future, NOW.plus(Duration.ofHours(3)))),
        wrong(
            RejectionReason.LEAF_KEY, "P-256", new CoseSign1(p256Payload, new byte[96]).encode()));
  }

  private static List<Wrong> policy() {
    byte[] plain = ENCLAVE.document(PAYLOAD);
    byte[] bound =
        ENCLAVE.document(
            set(
                set(set(PAYLOAD, "nonce", Cbor.of(ones(32))), "user_data", Cbor.of(ones(48))),
                "public_key",
                Cbor.of(ones(97))));
    BirthStatement birth = new BirthStatement("custodian-a", "u", "ML-DSA-44", 1, ones(1312), "a");
    return List.of(
        at(RejectionReason.STALE, NOW.plus(Duration.ofMinutes(5)).plusMillis(1)),
        at(RejectionReason.FROM_THE_FUTURE, NOW.minusMillis(2)),
        new Wrong(
            RejectionReason.FROM_THE_FUTURE,
            "archived evidence, too",
            plain,
            POLICY.at(new EvaluationTime.AtDocumentTime(Duration.ZERO)),
            NOW.minusMillis(1)),
        asked(RejectionReason.IMAGE_NOT_ALLOWED, plain, POLICY.images(List.of(ones(48)))),
        asked(RejectionReason.PCR_MISMATCH, plain, POLICY.pcrs(Map.of(3, ones(48)))),
        asked(RejectionReason.NONCE_MISMATCH, plain, POLICY.nonce(ones(32))),
        asked(RejectionReason.NONCE_MISMATCH, bound, POLICY.nonce(ones(33))),
        asked(RejectionReason.NONCE_MISMATCH, bound, POLICY.nonce(new byte[32])),
        asked(RejectionReason.USER_DATA_MISMATCH, plain, POLICY.userData(ones(48))),
        asked(RejectionReason.USER_DATA_MISMATCH, plain, POLICY.userData(new byte[0])),
        asked(RejectionReason.USER_DATA_MISMATCH, bound, POLICY.userData(new byte[48])),
        asked(RejectionReason.USER_DATA_MISMATCH, bound, POLICY.birthOf(birth)),
        asked(RejectionReason.PUBLIC_KEY_MISMATCH, plain, POLICY.publicKey(ones(97))),
        asked(RejectionReason.PUBLIC_KEY_MISMATCH, bound, POLICY.publicKey(ones(96))),
        new Wrong(
            RejectionReason.IMAGE_NOT_ALLOWED,
            "a debug enclave is none of the images",
            ENCLAVE.document(setPcr(PAYLOAD, 0, zero())),
            POLICY.allowDebug(true).images(List.of(LocalEnclave.pcr(0))),
            NOW));
  }

  private static LocalEnclave stranger() {
    return Stranger.ENCLAVE;
  }

  /// Made once: four key pairs are not free.
  private static final class Stranger {
    static final LocalEnclave ENCLAVE =
        LocalEnclave.under(LocalEnclave.root("CN=stranger", NOW), NOW);
  }

  private static Wrong wrong(RejectionReason reason, String how, byte[] document) {
    return new Wrong(reason, how, document, POLICY, NOW);
  }

  private static Wrong cose(RejectionReason reason, String how, Cbor envelope) {
    return wrong(reason, how, CborWriter.write(envelope));
  }

  private static Wrong payload(RejectionReason reason, String how, Cbor.Map payload) {
    return wrong(reason, how, ENCLAVE.document(payload));
  }

  private static Wrong moduleId(String id) {
    return payload(
        RejectionReason.MODULE_ID, "'" + id.strip() + "'", set(PAYLOAD, "module_id", Cbor.of(id)));
  }

  private static Wrong sized(RejectionReason reason, String field, int length) {
    return payload(reason, field + " of " + length, set(PAYLOAD, field, Cbor.of(new byte[length])));
  }

  private static Wrong cabundle(RejectionReason reason, String how, List<? extends Cbor> bundle) {
    return payload(reason, how, set(PAYLOAD, "cabundle", new Cbor.Array(List.copyOf(bundle))));
  }

  private static List<Cbor> replaced(byte[] zone) {
    List<Cbor> bundle = new ArrayList<>(ENCLAVE.cabundle());
    bundle.set(2, Cbor.of(zone));
    return bundle;
  }

  private static Wrong broken(
      RejectionReason reason, String how, java.util.function.UnaryOperator<Content> change) {
    LocalEnclave enclave = ENCLAVE.instance(change);
    return wrong(reason, how, enclave.document(enclave.payload()));
  }

  private static Wrong leaf(
      RejectionReason reason, String how, java.util.function.UnaryOperator<Content> change) {
    LocalEnclave enclave = ENCLAVE.leaf(change);
    return wrong(reason, how, enclave.document(enclave.payload()));
  }

  /// The instance's certificate has path length 0 and issues another CA all the same.
  private static Wrong tooLong() {
    LocalEnclave.Issued extra =
        LocalEnclave.issue(Content.ca("CN=extra", NOW, OptionalInt.of(0)), ENCLAVE.authority(3));
    LocalEnclave enclave =
        ENCLAVE.leaf(LocalEnclave.issue(Content.leaf(LocalEnclave.LEAF, NOW), extra));
    List<Cbor> bundle = new ArrayList<>(enclave.cabundle());
    bundle.add(Cbor.of(extra.der()));
    return wrong(
        RejectionReason.CHAIN_CONSTRAINT,
        "longer than its path length",
        enclave.document(set(enclave.payload(), "cabundle", new Cbor.Array(bundle))));
  }

  private static Wrong expiredRoot(Instant middle, RejectionReason reason) {
    LocalEnclave.Issued root =
        LocalEnclave.root(
            Content.ca("CN=root of another day", NOW, OptionalInt.empty())
                .validity(middle.minus(Duration.ofDays(1)), middle.plus(Duration.ofDays(1))));
    LocalEnclave enclave = LocalEnclave.under(root, NOW);
    return new Wrong(
        reason,
        "root",
        enclave.document(enclave.payload()),
        AttestationPolicy.trusting(enclave.root()),
        NOW);
  }

  private static Wrong at(RejectionReason reason, Instant now) {
    AttestationPolicy policy =
        POLICY.at(new EvaluationTime.Live(Duration.ofMinutes(5), Duration.ofMillis(1)));
    return new Wrong(reason, "at " + now, ENCLAVE.document(PAYLOAD), policy, now);
  }

  private static Wrong asked(RejectionReason reason, byte[] document, AttestationPolicy policy) {
    return new Wrong(reason, "asked for something else", document, policy, NOW);
  }

  private static Cbor zero() {
    return Cbor.of(new byte[48]);
  }

  private static byte[] tail(byte[] bytes) {
    return Arrays.copyOfRange(bytes, 1, bytes.length);
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  private static byte[] pem(byte[] der) {
    String body = Base64.getMimeEncoder().encodeToString(der);
    return ("-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----\n")
        .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
  }
}
