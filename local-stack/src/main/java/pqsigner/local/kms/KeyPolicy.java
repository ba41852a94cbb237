package pqsigner.local.kms;

import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pqsigner.attestation.nitro.AttestationDocument;

/// Who may use the key, from which code, for what. The counterpart in AWS is a key policy that
/// allows GenerateDataKey and Decrypt on these conditions and denies calls without a document.
///
/// @param principal ARN of the only role
/// @param imageSha384 allowed values of PCR0, lower-case hex
/// @param pcr16 commitment to the enclave's configuration, lower-case hex; null to leave it open
/// @param contextKeys that an encryption context must have, no more and no fewer
/// @param purpose value of the context's `purpose`
public record KeyPolicy(
    String principal,
    Set<String> imageSha384,
    @Nullable String pcr16,
    Set<String> contextKeys,
    String purpose) {

  public KeyPolicy {
    imageSha384 = Set.copyOf(imageSha384);
    contextKeys = Set.copyOf(contextKeys);
  }

  KeyPolicy allowing(String pcr0) {
    Set<String> images = new TreeSet<>(imageSha384);
    images.add(pcr0.toLowerCase(Locale.ROOT));
    return new KeyPolicy(principal, images, pcr16, contextKeys, purpose);
  }

  KeyPolicy disallowing(String pcr0) {
    Set<String> images = new TreeSet<>(imageSha384);
    images.remove(pcr0.toLowerCase(Locale.ROOT));
    return new KeyPolicy(principal, images, pcr16, contextKeys, purpose);
  }

  boolean namesPrincipal(Identity identity) {
    return identity.principal().equals(principal);
  }

  boolean admits(Map<String, String> context) {
    return context.keySet().equals(contextKeys) && purpose.equals(context.get("purpose"));
  }

  boolean admits(AttestationDocument document) {
    return imageSha384.contains(register(document, 0))
        && (pcr16 == null || pcr16.equals(register(document, 16)));
  }

  private static String register(AttestationDocument document, int index) {
    byte[] value = document.pcrs().get(index);
    return value == null ? "" : HexFormat.of().formatHex(value);
  }
}
