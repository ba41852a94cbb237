package pqsigner.enclave.keys;

import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import pqsigner.attestation.Sha2;
import pqsigner.enclave.secret.SecretBytes;
import pqsigner.protocol.EnclaveStats.Resource;
import pqsigner.protocol.EnclaveStats.Usage;

/// Data keys kept for a bounded time and number of uses, so that the cost of the KMS does not grow
/// with signatures. Off unless the measured configuration says otherwise.
///
/// An entry is found by a digest over everything the KMS was shown to release it: whoever changes
/// the blob or the identity has to ask the KMS again.
public final class DataKeyLeases implements AutoCloseable {

  /// @param timeMax zero turns leases off
  /// @param usesMax openings of the key, the first included
  /// @param entriesMax the longest unused is dropped for a new one
  public record Terms(Duration timeMax, int usesMax, int entriesMax) {
    public static final Terms OFF = new Terms(Duration.ZERO, 1, 1);

    boolean on() {
      return timeMax.isPositive() && usesMax > 1;
    }
  }

  private record Lease(SecretBytes dataKey, Instant until, int usesLeft) {
    Lease used() {
      return new Lease(dataKey, until, usesLeft - 1);
    }

    @Override
    public String toString() {
      return "Lease[until=" + until + ", usesLeft=" + usesLeft + "]";
    }
  }

  private final Terms terms;
  private final InstantSource clock;
  private final Map<String, Lease> leases = new LinkedHashMap<>(16, 0.75f, true);

  public DataKeyLeases(Terms terms, InstantSource clock) {
    this.terms = terms;
    this.clock = clock;
  }

  /// A copy of the leased key, which the caller closes, or null.
  synchronized @Nullable SecretBytes take(byte[] additionalData, byte[] encryptedDataKey) {
    dropExpired();
    String id = id(additionalData, encryptedDataKey);
    Lease lease = leases.get(id);
    if (lease == null) {
      return null;
    }
    SecretBytes copy = lease.dataKey.expose(bytes -> SecretBytes.moved(bytes.clone()));
    if (lease.usesLeft == 1) {
      leases.remove(id);
      lease.dataKey.close();
    } else {
      leases.put(id, lease.used());
    }
    return copy;
  }

  /// Remembers a key that was just used for the first time. Keeps a copy of its own.
  synchronized void offer(byte[] additionalData, byte[] encryptedDataKey, SecretBytes dataKey) {
    if (!terms.on()) {
      return;
    }
    dropExpired();
    Lease lease =
        new Lease(
            dataKey.expose(bytes -> SecretBytes.moved(bytes.clone())),
            clock.instant().plus(terms.timeMax),
            terms.usesMax - 1);
    Lease replaced = leases.put(id(additionalData, encryptedDataKey), lease);
    if (replaced != null) {
      replaced.dataKey.close();
    }
    if (leases.size() > terms.entriesMax) {
      Iterator<Lease> eldest = leases.values().iterator();
      eldest.next().dataKey.close();
      eldest.remove();
    }
  }

  /// To be called from time to time, so that an idle enclave forgets too.
  public synchronized void dropExpired() {
    Instant now = clock.instant();
    leases
        .values()
        .removeIf(
            lease -> {
              boolean expired = !now.isBefore(lease.until);
              if (expired) {
                lease.dataKey.close();
              }
              return expired;
            });
  }

  public synchronized Usage usage() {
    return new Usage(Resource.LEASES, leases.size(), terms.on() ? terms.entriesMax : 0);
  }

  private static String id(byte[] additionalData, byte[] encryptedDataKey) {
    MessageDigest sha256 = Sha2.sha256();
    sha256.update(sha256.digest(additionalData));
    return HexFormat.of().formatHex(sha256.digest(encryptedDataKey));
  }

  @Override
  public synchronized void close() {
    leases.values().forEach(lease -> lease.dataKey.close());
    leases.clear();
  }
}
