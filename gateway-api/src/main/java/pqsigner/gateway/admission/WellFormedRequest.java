package pqsigner.gateway.admission;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import pqsigner.events.Algorithm;
import pqsigner.gateway.ledger.RequestType;

/// A command that obeys every rule that can be checked without asking a store.
///
/// @param userId as given; empty if the gateway is to mint one (key generation only)
/// @param algorithm as given; never null for a key generation
/// @param message exactly one of message and mu for a signature, neither for a key generation
/// @param context empty if not given: FIPS 204 does not tell the two apart
public record WellFormedRequest(
    RequestType type,
    String requestId,
    String userId,
    @Nullable Algorithm algorithm,
    byte @Nullable [] message,
    byte @Nullable [] mu,
    byte[] context,
    @Nullable Instant deadline) {}
