package pqsigner.gateway.keys;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pqsigner.events.Algorithm;

/// One page of a custodian's keys. It may hold fewer than were asked for, or none, and still not be
/// the last: looking for them is bounded.
///
/// @param next the cursor of the page after this one; null at the end
public record KeyPage(List<Listed> keys, @Nullable String next) {

  public KeyPage {
    keys = List.copyOf(keys);
  }

  /// A version of a key, without the key itself.
  ///
  /// @param fingerprint SHA-256 of the SubjectPublicKeyInfo, in lower-case hex
  public record Listed(
      String userId,
      int version,
      Algorithm algorithm,
      String fingerprint,
      KeyState state,
      Instant createdAt) {}

  /// Which keys to list; null for any.
  public record Filter(@Nullable Algorithm algorithm, @Nullable Boolean enabled) {

    public static final Filter ANY = new Filter(null, null);
  }
}
