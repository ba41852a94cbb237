package pqsigner.gateway.keys;

import java.util.List;
import java.util.Optional;
import pqsigner.gateway.ledger.Request;

/// Reads registered keys. Another custodian's user_id is simply unknown. Every method throws
/// [pqsigner.gateway.ledger.LedgerUnavailableException] when the store does not answer.
public interface KeyRegistry {

  /// The newest version.
  Optional<RegisteredKey> current(String custodian, String userId);

  Optional<RegisteredKey> find(String custodian, String userId, int version);

  /// The key that a sign request was resolved to; empty if it is gone.
  default Optional<RegisteredKey> of(Request request) {
    return request.userId() == null
        ? Optional.empty()
        : find(request.custodian(), request.userId(), request.keyVersion());
  }

  /// All versions, oldest first.
  List<RegisteredKey> versions(String custodian, String userId);
}
