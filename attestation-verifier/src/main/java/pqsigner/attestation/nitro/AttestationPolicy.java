package pqsigner.attestation.nitro;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import pqsigner.attestation.BirthStatement;
import pqsigner.attestation.Pcr;

/// What a document must show. Start from [#trusting], which asks for a live document of an enclave
/// outside debug mode, and add what you know. The report names everything that you do not ask for.
///
/// @param roots the document must chain to one of them
public record AttestationPolicy(
    List<TrustRoot> roots, EvaluationTime time, Code code, Fields fields) {

  /// A nonce that can be guessed shows nothing.
  private static final int NONCE_BYTES_MIN = 16;

  /// Which code must be running.
  ///
  /// @param images registers of acceptable images; the document must show all those of one of them;
  ///   empty means that any image will do
  /// @param pcrs expected values by index
  /// @param debugAllowed whether PCR0, 1 and 2 may be zero; for development only, since such an
  ///   enclave keeps nothing from its parent
  public record Code(
      List<NavigableMap<Integer, byte[]>> images,
      NavigableMap<Integer, byte[]> pcrs,
      boolean debugAllowed) {}

  /// What the document must carry; null where anything will do.
  ///
  /// @param nonce what the verifier sent, at least 16 bytes
  /// @param birth the statement whose commitment `userData` is, for the report
  public record Fields(
      byte @Nullable [] nonce,
      byte @Nullable [] userData,
      byte @Nullable [] publicKey,
      @Nullable BirthStatement birth) {}

  public AttestationPolicy {
    if (roots.isEmpty()) {
      throw new IllegalArgumentException("no root to trust");
    }
    roots = List.copyOf(roots);
  }

  public static AttestationPolicy trusting(TrustRoot... roots) {
    return new AttestationPolicy(
        List.of(roots),
        EvaluationTime.live(),
        new Code(List.of(), Collections.emptyNavigableMap(), false),
        new Fields(null, null, null, null));
  }

  public AttestationPolicy at(EvaluationTime newTime) {
    return new AttestationPolicy(roots, newTime, code, fields);
  }

  /// Only these images, each by its registers. An empty list, or an image without PCR0, is refused
  /// rather than read as "any": it is what a forgotten setting looks like.
  public AttestationPolicy images(Collection<? extends Map<Integer, byte[]>> allowed) {
    if (allowed.isEmpty() || !allowed.stream().allMatch(image -> image.containsKey(0))) {
      throw new IllegalArgumentException("no image to allow");
    }
    List<NavigableMap<Integer, byte[]>> images =
        allowed.stream().map(AttestationPolicy::registers).toList();
    return with(new Code(images, code.pcrs, code.debugAllowed));
  }

  public AttestationPolicy pcrs(Map<Integer, byte[]> expected) {
    return with(new Code(code.images, registers(expected), code.debugAllowed));
  }

  public AttestationPolicy allowDebug(boolean allowed) {
    return with(new Code(code.images, code.pcrs, allowed));
  }

  public AttestationPolicy nonce(byte[] expected) {
    if (expected.length < NONCE_BYTES_MIN) {
      throw new IllegalArgumentException("a nonce has at least " + NONCE_BYTES_MIN + " bytes");
    }
    return with(new Fields(expected.clone(), fields.userData, fields.publicKey, fields.birth));
  }

  public AttestationPolicy userData(byte[] expected) {
    return with(new Fields(fields.nonce, expected.clone(), fields.publicKey, null));
  }

  public AttestationPolicy publicKey(byte[] expected) {
    return with(new Fields(fields.nonce, fields.userData, expected.clone(), fields.birth));
  }

  /// The document must be the birth attestation of this key.
  public AttestationPolicy birthOf(BirthStatement statement) {
    return with(new Fields(fields.nonce, statement.commitment(), fields.publicKey, statement));
  }

  private AttestationPolicy with(Code other) {
    return new AttestationPolicy(roots, time, other, fields);
  }

  private AttestationPolicy with(Fields other) {
    return new AttestationPolicy(roots, time, code, other);
  }

  private static NavigableMap<Integer, byte[]> registers(Map<Integer, byte[]> expected) {
    NavigableMap<Integer, byte[]> copy = new TreeMap<>();
    expected.forEach(
        (index, value) -> {
          if (index < 0 || index >= Pcr.COUNT) {
            throw new IllegalArgumentException("there is no PCR" + index);
          }
          if (value.length != Pcr.BYTES) {
            throw new IllegalArgumentException("a register has " + Pcr.BYTES + " bytes");
          }
          copy.put(index, value.clone());
        });
    return Collections.unmodifiableNavigableMap(copy);
  }
}
