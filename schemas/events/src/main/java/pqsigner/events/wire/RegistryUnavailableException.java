package pqsigner.events.wire;

import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/// No schema registry gave a usable answer: unreachable, slow, failing, refusing us, or without the
/// schema that should have been registered. Nothing is wrong with the record: a dependency is down,
/// so pause and try the same record later.
public final class RegistryUnavailableException extends RetriableException {
  public RegistryUnavailableException(String message) {
    super(message);
  }

  public RegistryUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
