package pqsigner.benchmarks.hops;

import pqsigner.client.SignerRequest;

/// A request that has its signature.
///
/// @param nanos from the call to the answer, as the caller saw it
record Answered(SignerRequest request, byte[] signature, long nanos) {}
