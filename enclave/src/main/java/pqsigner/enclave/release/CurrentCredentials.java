package pqsigner.enclave.release;

import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import pqsigner.enclave.RefusedException;
import pqsigner.protocol.Refusal;

/// The credentials that calls to KMS are signed with: the last ones that it accepted in a [Trial].
/// When it stops accepting them they are in doubt: they are kept, since it may accept them again,
/// but nothing is signed with them until a trial has passed.
public final class CurrentCredentials implements AutoCloseable {
  private final InstantSource clock;
  private @Nullable AwsCredentials current;
  private boolean doubted;

  public CurrentCredentials(InstantSource clock) {
    this.clock = clock;
  }

  /// Whether these are the ones in use, so that there is nothing to try.
  synchronized boolean uses(AwsCredentials offered) {
    return current != null && present() && current.same(offered);
  }

  /// Replaces those before and ends any doubt.
  synchronized void replace(AwsCredentials proven) {
    close();
    current = proven;
    doubted = false;
  }

  /// KMS no longer accepts these. No news when they have been replaced since.
  synchronized void doubt(AwsCredentials refused) {
    doubted |= current == refused;
  }

  /// Whether KMS can be called.
  public synchronized boolean present() {
    return current != null && !doubted && current.validAt(clock.instant());
  }

  /// For one call; the caller closes them.
  ///
  /// @throws RefusedException NOT_READY when there are none, or they have expired or are in doubt
  synchronized AwsCredentials take() throws RefusedException {
    if (current == null || !present()) {
      throw new RefusedException(Refusal.NOT_READY);
    }
    return current.held();
  }

  @Override
  public synchronized void close() {
    if (current != null) {
      current.close();
      current = null;
    }
  }
}
