package pqsigner.enclave.release;

import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import pqsigner.enclave.RefusedException;
import pqsigner.protocol.Refusal;
import software.amazon.awssdk.auth.credentials.AwsCredentials;

/// The credentials that calls to the KMS are signed with: the last ones that it took in a [Trial].
/// When it stops taking them they are in doubt: they are kept, since it may take them again, but
/// nothing is signed with them until a trial has passed.
public final class RelayCredentials implements AutoCloseable {

  /// @param from which credentials these are, to tell later whether they are still the ones
  record InUse(PushedCredentials from, AwsCredentials aws) {}

  private final InstantSource clock;
  private @Nullable PushedCredentials held;
  private boolean doubted;

  public RelayCredentials(InstantSource clock) {
    this.clock = clock;
  }

  /// Whether these are the ones in use, so that there is nothing to try.
  synchronized boolean uses(PushedCredentials offered) {
    return held != null && present() && held.same(offered);
  }

  /// Takes the place of what is held, and ends any doubt.
  synchronized void replace(PushedCredentials proven) {
    close();
    held = proven;
    doubted = false;
  }

  /// The KMS took these no longer. No news when they were replaced meanwhile.
  synchronized void doubt(PushedCredentials refused) {
    doubted |= held == refused;
  }

  /// Whether the KMS can be asked.
  public synchronized boolean present() {
    return held != null && !doubted && held.validAt(clock.instant());
  }

  /// @throws RefusedException NOT_READY when there are none, or they have expired or are in doubt
  synchronized InUse current() throws RefusedException {
    PushedCredentials now = held;
    if (now == null || !present()) {
      throw new RefusedException(Refusal.NOT_READY);
    }
    return new InUse(now, now.forOneCall());
  }

  @Override
  public synchronized void close() {
    if (held != null) {
      held.close();
      held = null;
    }
  }
}
