package pqsigner.gateway.keys;

import java.util.List;
import java.util.Optional;

/// Reads registered keys. Another custodian's user_id is simply unknown. Every method throws
/// [pqsigner.gateway.ledger.LedgerUnavailableException] when the store does not answer.
public interface KeyRegistry {

  /// The newest version.
  Optional<RegisteredKey> current(String custodian, String userId);

  Optional<RegisteredKey> find(String custodian, String userId, int version);

  /// All versions, oldest first.
  List<RegisteredKey> versions(String custodian, String userId);
}
