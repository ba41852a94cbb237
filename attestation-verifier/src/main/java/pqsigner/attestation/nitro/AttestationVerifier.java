package pqsigner.attestation.nitro;

import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;
import pqsigner.attestation.Pcr;

/// Decides whether bytes are a genuine attestation document that meets a policy. No network, no
/// state, safe for use by many threads.
///
/// The order of the checks is fixed, so that a document with several faults always gets the same
/// reason: size and CBOR, COSE, syntax of the payload, root, certificates, leaf, signature,
/// freshness, policy.
public final class AttestationVerifier {
  private static final int DIGITAL_SIGNATURE = 0;
  private static final ECParameterSpec P384 = p384();

  private final InstantSource clock;

  public AttestationVerifier(InstantSource clock) {
    this.clock = clock;
  }

  public Verification verify(byte[] encoded, AttestationPolicy policy) {
    try {
      AttestationDocument document = DocumentParser.parse(encoded);
      Instant now = clock.instant();
      Instant validAt =
          switch (policy.time()) {
            case EvaluationTime.Live live -> now;
            case EvaluationTime.AtDocumentTime _, EvaluationTime.Since _ -> document.timestamp();
          };
      TrustRoot root = root(document, policy.roots());
      List<X509Certificate> chain = CertificateChain.validate(document, root, validAt);
      checkLeaf(chain.getFirst());
      checkSignature(document.envelope(), chain.getFirst().getPublicKey());
      checkFreshness(document.timestamp(), now, policy.time());
      checkMeasurements(document, policy);
      checkBindings(document, policy);
      return new Verification.Verified(document, policy, root, chain, now, validAt);
    } catch (DocumentException e) {
      return new Verification.Rejected(e.reason(), e.detail());
    }
  }

  /// The bundle's first certificate must be a pinned root, whole; the same name proves nothing.
  private static TrustRoot root(AttestationDocument document, List<TrustRoot> roots)
      throws DocumentException {
    for (TrustRoot root : roots) {
      if (Arrays.equals(document.cabundle().getFirst(), root.der())) {
        return root;
      }
    }
    for (TrustRoot root : roots) {
      if (document.cabundle().stream().anyMatch(der -> Arrays.equals(der, root.der()))) {
        throw new DocumentException(
            RejectionReason.CABUNDLE_ORDER, "the trusted root is not first in the bundle");
      }
    }
    throw new DocumentException(
        RejectionReason.ROOT_NOT_TRUSTED, "the bundle's first certificate is not a trusted root");
  }

  private static void checkLeaf(X509Certificate leaf) throws DocumentException {
    if (leaf.getBasicConstraints() >= 0) {
      throw new DocumentException(
          RejectionReason.LEAF_IS_CA, "the leaf is allowed to issue certificates");
    }
    boolean[] usage = leaf.getKeyUsage();
    if (usage == null || !usage[DIGITAL_SIGNATURE]) {
      throw new DocumentException(RejectionReason.LEAF_KEY_USAGE, "not for digital signatures");
    }
    if (!(leaf.getPublicKey() instanceof ECPublicKey key) || !isP384(key.getParams())) {
      throw new DocumentException(RejectionReason.LEAF_KEY, "not on curve P-384");
    }
  }

  private static void checkSignature(CoseSign1 envelope, PublicKey key) throws DocumentException {
    boolean good;
    try {
      Signature es384 = Signature.getInstance("SHA384withECDSAinP1363Format", "SunEC");
      es384.initVerify(key);
      es384.update(CoseSign1.signedBytes(envelope.payload()));
      good = es384.verify(envelope.signature());
    } catch (GeneralSecurityException e) {
      good = false;
    }
    if (!good) {
      throw new DocumentException(
          RejectionReason.SIGNATURE, "not a signature of this payload by the leaf's key");
    }
  }

  private static void checkFreshness(Instant timestamp, Instant now, EvaluationTime time)
      throws DocumentException {
    if (timestamp.isAfter(now.plus(time.skewMax()))) {
      throw new DocumentException(
          RejectionReason.FROM_THE_FUTURE, timestamp + " is ahead of our clock, " + now);
    }
    switch (time) {
      case EvaluationTime.Live live when timestamp.isBefore(now.minus(live.ageMax())) ->
          throw new DocumentException(
              RejectionReason.STALE, timestamp + " is more than " + live.ageMax() + " ago");
      case EvaluationTime.Since since
          when timestamp.isBefore(since.askedAt().minus(since.skewMax())) ->
          throw new DocumentException(
              RejectionReason.STALE, timestamp + " is before it was requested, " + since.askedAt());
      case EvaluationTime.Live _, EvaluationTime.Since _, EvaluationTime.AtDocumentTime _ -> {}
    }
  }

  private static void checkMeasurements(AttestationDocument document, AttestationPolicy policy)
      throws DocumentException {
    for (int index = 0; index <= 2; index++) {
      if (Pcr.isZero(register(document, index)) && !policy.code().debugAllowed()) {
        throw new DocumentException(
            RejectionReason.DEBUG_MODE, "PCR" + index + " is zero: the enclave hides nothing");
      }
    }
    checkImage(document, policy.code().images());
    Integer other = firstThatDiffers(document, policy.code().pcrs());
    if (other != null) {
      throw new DocumentException(
          RejectionReason.PCR_MISMATCH, "PCR" + other + " is not as expected");
    }
  }

  /// One image must account for all registers: a kernel of one and an application of another is
  /// none that we know.
  private static void checkImage(
      AttestationDocument document, List<NavigableMap<Integer, byte[]>> images)
      throws DocumentException {
    int closest = -1;
    for (NavigableMap<Integer, byte[]> image : images) {
      Integer other = firstThatDiffers(document, image);
      if (other == null) {
        return;
      }
      closest = Math.max(closest, other);
    }
    if (!images.isEmpty()) {
      throw new DocumentException(
          RejectionReason.IMAGE_NOT_ALLOWED,
          "not one of the allowed images: PCR" + closest + " differs from the closest one");
    }
  }

  private static @Nullable Integer firstThatDiffers(
      AttestationDocument document, NavigableMap<Integer, byte[]> expected)
      throws DocumentException {
    for (Map.Entry<Integer, byte[]> pcr : expected.entrySet()) {
      if (!MessageDigest.isEqual(pcr.getValue(), register(document, pcr.getKey()))) {
        return pcr.getKey();
      }
    }
    return null;
  }

  private static byte[] register(AttestationDocument document, int index) throws DocumentException {
    byte[] value = document.pcrs().get(index);
    if (value == null) {
      throw new DocumentException(RejectionReason.PCR_MISSING, "PCR" + index);
    }
    return value;
  }

  private static void checkBindings(AttestationDocument document, AttestationPolicy policy)
      throws DocumentException {
    requireEqual(policy.fields().nonce(), document.nonce(), RejectionReason.NONCE_MISMATCH);
    requireEqual(
        policy.fields().userData(), document.userData(), RejectionReason.USER_DATA_MISMATCH);
    requireEqual(
        policy.fields().publicKey(), document.publicKey(), RejectionReason.PUBLIC_KEY_MISMATCH);
  }

  private static void requireEqual(
      byte @Nullable [] expected, byte @Nullable [] actual, RejectionReason otherwise)
      throws DocumentException {
    if (expected != null && (actual == null || !MessageDigest.isEqual(expected, actual))) {
      throw new DocumentException(
          otherwise, actual == null ? "the document has none" : "not as expected");
    }
  }

  private static boolean isP384(ECParameterSpec curve) {
    return curve.getCurve().equals(P384.getCurve())
        && curve.getGenerator().equals(P384.getGenerator())
        && curve.getOrder().equals(P384.getOrder())
        && curve.getCofactor() == P384.getCofactor();
  }

  private static ECParameterSpec p384() {
    try {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC", "SunEC");
      parameters.init(new ECGenParameterSpec("secp384r1"));
      return parameters.getParameterSpec(ECParameterSpec.class);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has P-384", e);
    }
  }
}
