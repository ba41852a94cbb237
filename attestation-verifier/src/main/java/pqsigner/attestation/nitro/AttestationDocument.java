package pqsigner.attestation.nitro;

import java.time.Instant;
import java.util.List;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;
import pqsigner.attestation.Pcr;

/// The content of an attestation document, well formed. That it is genuine is for
/// [AttestationVerifier] to say. Arrays are shared, not copied: read them only.
///
/// @param moduleId `i-<instance>-enc<enclave>`
/// @param digest always `SHA384`
/// @param timestamp the hypervisor's clock, in milliseconds
/// @param pcrs the locked registers: 16 of them, or more where the application locked its own
/// @param certificate DER of the leaf
/// @param cabundle DER of the chain above it, root first
/// @param publicKey at most 1024 bytes, as the next two; some enclaves put a key here
/// @param envelope the signature and the payload as received
public record AttestationDocument(
    String moduleId,
    String digest,
    Instant timestamp,
    NavigableMap<Integer, byte[]> pcrs,
    byte[] certificate,
    List<byte[]> cabundle,
    byte @Nullable [] publicKey,
    byte @Nullable [] userData,
    byte @Nullable [] nonce,
    CoseSign1 envelope) {

  /// Parses a document whose origin is already certain, such as what the enclave's own NSM
  /// returned. **Nothing is verified**: whoever got the bytes from elsewhere needs
  /// [AttestationVerifier].
  public static AttestationDocument parseUnverified(byte[] encoded) throws DocumentException {
    return DocumentParser.parse(encoded);
  }

  /// True if PCR0, PCR1 or PCR2 is zero. Nothing else shows that the enclave runs in debug mode, in
  /// which its parent reads its console and anyone may start it with these measurements.
  public boolean debugMode() {
    return pcrs.entrySet().stream()
        .anyMatch(pcr -> pcr.getKey() <= 2 && Pcr.isZero(pcr.getValue()));
  }
}
