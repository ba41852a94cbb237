package pqsigner.kafka;

import java.io.EOFException;
import java.io.IOException;
import org.apache.kafka.common.errors.RetriableException;

/// Tells a schema registry that cannot be asked from bytes that are no record of ours.
public final class RegistryFailure {
  private RegistryFailure() {}

  /// Ours says so by type. Confluent's classes wrap a registry that cannot be reached in the
  /// exception they also have for bad bytes; the cause tells them apart. An early end of file is
  /// about the bytes.
  public static boolean isBehind(RuntimeException thrown) {
    if (thrown instanceof RetriableException) {
      return true;
    }
    for (Throwable cause = thrown.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof IOException && !(cause instanceof EOFException)) {
        return true;
      }
    }
    return false;
  }
}
