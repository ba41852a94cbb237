package pqsigner.worker.kafka;

import org.jspecify.annotations.Nullable;

/// Something that every job needs is not there. The batch is neither finished nor at fault: the
/// same records are given to the listener again later.
public final class DependencyDownException extends RuntimeException {

  /// Whether jobs were in flight in the enclave when it went away; then one of them may be why.
  private final boolean jobsInFlight;

  public DependencyDownException(String dependency, @Nullable Throwable cause) {
    super(dependency, cause);
    this.jobsInFlight = false;
  }

  public DependencyDownException(String dependency, boolean jobsInFlight) {
    super(dependency);
    this.jobsInFlight = jobsInFlight;
  }

  public boolean jobsInFlight() {
    return jobsInFlight;
  }
}
