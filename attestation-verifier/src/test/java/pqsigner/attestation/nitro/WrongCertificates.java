package pqsigner.attestation.nitro;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static pqsigner.attestation.nitro.Payloads.concat;
import static pqsigner.attestation.nitro.Payloads.ones;
import static pqsigner.attestation.nitro.Payloads.set;
import static pqsigner.attestation.nitro.Wrong.ENCLAVE;
import static pqsigner.attestation.nitro.Wrong.NOW;
import static pqsigner.attestation.nitro.Wrong.PAYLOAD;
import static pqsigner.attestation.nitro.Wrong.payload;
import static pqsigner.attestation.nitro.Wrong.wrong;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.bouncycastle.asn1.x509.KeyUsage;
import pqsigner.attestation.cbor.Cbor;
import pqsigner.attestation.cbor.CborWriter;
import pqsigner.attestation.nitro.Certificates.Content;

/// Chains that do not lead from the trusted root to a leaf that may sign.
final class WrongCertificates {
  private static final LocalEnclave STRANGER =
      LocalEnclave.under(LocalEnclave.root("CN=stranger", NOW), NOW);

  private WrongCertificates() {}

  static List<Wrong> chain() {
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
            STRANGER.document(STRANGER.payload())),
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

  static List<Wrong> leaf() {
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
        signedBy(RejectionReason.LEAF_KEY_USAGE, "none", c -> c.usage(null)),
        signedBy(
            RejectionReason.LEAF_KEY_USAGE,
            "encryption only",
            c -> c.usage(KeyUsage.keyEncipherment)),
        signedBy(
            RejectionReason.LEAF_IS_CA,
            "a CA below the instance",
            c -> c.pathLength(OptionalInt.empty())),
        signedBy(
            RejectionReason.CERTIFICATE_EXPIRED,
            "leaf expired",
            c -> c.validity(NOW.minus(Duration.ofHours(3)), past)),
        signedBy(
            RejectionReason.CERTIFICATE_NOT_YET_VALID,
            "leaf not begun",
            c -> c.validity(future, NOW.plus(Duration.ofHours(3)))),
        wrong(
            RejectionReason.LEAF_KEY, "P-256", new CoseSign1(p256Payload, new byte[96]).encode()));
  }

  private static Wrong cabundle(RejectionReason reason, String how, List<? extends Cbor> bundle) {
    return payload(reason, how, set(PAYLOAD, "cabundle", new Cbor.Array(List.copyOf(bundle))));
  }

  private static List<Cbor> replaced(byte[] zone) {
    List<Cbor> bundle = new ArrayList<>(ENCLAVE.cabundle());
    bundle.set(2, Cbor.of(zone));
    return bundle;
  }

  private static Wrong broken(RejectionReason reason, String how, UnaryOperator<Content> change) {
    LocalEnclave enclave = ENCLAVE.instance(change);
    return wrong(reason, how, enclave.document(enclave.payload()));
  }

  private static Wrong signedBy(RejectionReason reason, String how, UnaryOperator<Content> change) {
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

  private static byte[] pem(byte[] der) {
    String body = Base64.getMimeEncoder().encodeToString(der);
    return ("-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----\n")
        .getBytes(US_ASCII);
  }
}
