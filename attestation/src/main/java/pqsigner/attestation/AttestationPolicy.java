package pqsigner.attestation;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a document must show. Start from [#trusting], which asks for a live document of an enclave
/// outside debug mode, and add what is known; everything that is not asked for is named as such in
/// the report.
///
/// @param roots the document must chain to one of them
/// @param images registers of acceptable images; the document must show all those of one of them;
///   empty means that any image will do
/// @param pcrs expected values by index
/// @param debugAllowed whether PCR0, 1 and 2 may be zero; for development only, since such an
///   enclave keeps nothing from its parent
/// @param nonce what the verifier sent, at least 16 bytes; null if it sent none
/// @param userData expected content; null if any will do
/// @param publicKey expected content; null if any will do
/// @param birth the statement whose commitment `userData` is, for the report
public record AttestationPolicy(
    List<TrustRoot> roots,
    EvaluationTime time,
    List<NavigableMap<Integer, byte[]>> images,
    NavigableMap<Integer, byte[]> pcrs,
    boolean debugAllowed,
    byte @Nullable [] nonce,
    byte @Nullable [] userData,
    byte @Nullable [] publicKey,
    @Nullable BirthStatement birth) {

  /// A nonce that can be guessed shows nothing.
  private static final int NONCE_BYTES_MIN = 16;

  public AttestationPolicy {
    if (nonce != null && nonce.length < NONCE_BYTES_MIN) {
      throw new IllegalArgumentException("a nonce has at least " + NONCE_BYTES_MIN + " bytes");
    }
    if (roots.isEmpty()) {
      throw new IllegalArgumentException("no root to trust");
    }
    roots = List.copyOf(roots);
    images = images.stream().map(AttestationPolicy::registers).toList();
    pcrs = registers(pcrs);
  }

  public static AttestationPolicy trusting(TrustRoot... roots) {
    return new AttestationPolicy(
        List.of(roots),
        EvaluationTime.live(),
        List.of(),
        new TreeMap<>(),
        false,
        null,
        null,
        null,
        null);
  }

  public AttestationPolicy at(EvaluationTime newTime) {
    return new AttestationPolicy(
        roots, newTime, images, pcrs, debugAllowed, nonce, userData, publicKey, birth);
  }

  /// Only these images, each by its registers. An empty list, or an image without PCR0, is refused
  /// rather than read as "any": it is what a forgotten setting looks like.
  public AttestationPolicy images(Collection<? extends Map<Integer, byte[]>> allowed) {
    if (allowed.isEmpty() || !allowed.stream().allMatch(image -> image.containsKey(0))) {
      throw new IllegalArgumentException("no image to allow");
    }
    return new AttestationPolicy(
        roots,
        time,
        allowed.stream().map(AttestationPolicy::registers).toList(),
        pcrs,
        debugAllowed,
        nonce,
        userData,
        publicKey,
        birth);
  }

  public AttestationPolicy pcrs(Map<Integer, byte[]> expected) {
    return new AttestationPolicy(
        roots,
        time,
        images,
        new TreeMap<>(expected),
        debugAllowed,
        nonce,
        userData,
        publicKey,
        birth);
  }

  public AttestationPolicy allowDebug(boolean allowed) {
    return new AttestationPolicy(
        roots, time, images, pcrs, allowed, nonce, userData, publicKey, birth);
  }

  public AttestationPolicy nonce(byte[] expected) {
    return new AttestationPolicy(
        roots, time, images, pcrs, debugAllowed, expected.clone(), userData, publicKey, birth);
  }

  public AttestationPolicy userData(byte[] expected) {
    return new AttestationPolicy(
        roots, time, images, pcrs, debugAllowed, nonce, expected.clone(), publicKey, null);
  }

  public AttestationPolicy publicKey(byte[] expected) {
    return new AttestationPolicy(
        roots, time, images, pcrs, debugAllowed, nonce, userData, expected.clone(), birth);
  }

  /// The document must be the birth attestation of this key.
  public AttestationPolicy birthOf(BirthStatement statement) {
    return new AttestationPolicy(
        roots,
        time,
        images,
        pcrs,
        debugAllowed,
        nonce,
        statement.commitment(),
        publicKey,
        statement);
  }

  private static NavigableMap<Integer, byte[]> registers(Map<Integer, byte[]> expected) {
    NavigableMap<Integer, byte[]> copy = new TreeMap<>();
    expected.forEach(
        (index, value) -> {
          if (index < 0 || index >= Pcr.COUNT) {
            throw new IllegalArgumentException("there is no PCR" + index);
          }
          requireRegister(value);
          copy.put(index, value.clone());
        });
    return Collections.unmodifiableNavigableMap(copy);
  }

  private static void requireRegister(byte[] value) {
    if (value.length != Pcr.BYTES) {
      throw new IllegalArgumentException("a register has " + Pcr.BYTES + " bytes");
    }
  }
}
