package pqsigner.client;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A public key as the gateway keeps it.
///
/// @param requestId the request that made it; empty for a key with birth statement v1
/// @param birthAttestation the enclave's Nitro document; commits to everything here
/// @param sealedKeySha256 null for a key with birth statement v1
/// @param enabled whether this version signed when the service answered
public record RegisteredKey(
    String requestId,
    String userId,
    int version,
    MlDsaPublicKey publicKey,
    byte[] birthAttestation,
    byte @Nullable [] sealedKeySha256,
    Instant createdAt,
    boolean enabled) {}
