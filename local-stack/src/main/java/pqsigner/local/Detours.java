package pqsigner.local;

import java.net.URI;
import java.util.function.UnaryOperator;

/// Where the first gateway and the first worker find what they depend on, for tests that stand
/// between the two. Each is given the real address and returns the one to use.
///
/// @param database of the first gateway
/// @param enclave of the first worker
public record Detours(UnaryOperator<URI> database, UnaryOperator<String> enclave) {

  static final Detours NONE = new Detours(UnaryOperator.identity(), UnaryOperator.identity());
}
