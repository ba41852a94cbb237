package pqsigner.gateway.admission;

import pqsigner.events.ErrorCode;

/// Why a request is not admitted.
///
/// @param detail for the caller; names fields and limits, never repeats values
public record Refusal(ErrorCode code, String detail) {}
