package pqsigner.gateway.keys;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import pqsigner.gateway.ledger.Request;

/// The registered keys. Another custodian's user_id is simply unknown. Every method throws
/// [pqsigner.gateway.ledger.LedgerUnavailableException] when the store does not answer.
public interface KeyRegistry {

  /// The version that signs unless a request names another: the newest that is enabled, or the
  /// newest of all if none is.
  Optional<RegisteredKey> current(String custodian, String userId);

  /// The newest version, enabled or not, as it is stored now.
  Optional<RegisteredKey> newest(String custodian, String userId);

  Optional<RegisteredKey> find(String custodian, String userId, int version);

  /// The key that a sign request was resolved to; empty if it is gone.
  default Optional<RegisteredKey> of(Request request) {
    return request.userId() == null
        ? Optional.empty()
        : find(request.custodian(), request.userId(), request.keyVersion());
  }

  /// All versions, oldest first.
  List<RegisteredKey> versions(String custodian, String userId);

  /// A page of a custodian's keys, ordered by user_id; one that was made a moment ago may be
  /// missing. Following the cursors to the end, with the same filter, shows each once.
  ///
  /// @param cursor where the page before ended; null for the first one
  /// @param limit keys of the page, at most
  /// @throws pqsigner.gateway.ledger.InvalidCursorException when the cursor is not one of this list
  KeyPage list(String custodian, KeyPage.Filter filter, @Nullable String cursor, int limit);

  /// Enables or disables a version, and answers it as it is then; empty if there is none. To set
  /// the state that it is in changes nothing.
  Optional<RegisteredKey> enable(String custodian, String userId, int version, boolean enabled);
}
