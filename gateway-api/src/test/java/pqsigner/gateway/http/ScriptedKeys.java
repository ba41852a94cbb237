package pqsigner.gateway.http;

import java.util.List;
import java.util.Optional;
import pqsigner.gateway.keys.KeyRegistry;
import pqsigner.gateway.keys.RegisteredKey;
import pqsigner.gateway.ledger.LedgerUnavailableException;

/// Keys of a store that is down for some users and has a bug for others.
record ScriptedKeys(KeyRegistry keys) implements KeyRegistry {

  @Override
  public Optional<RegisteredKey> current(String custodian, String userId) {
    if (userId.startsWith("storedown")) {
      throw new LedgerUnavailableException("throttled by table secret-table-name");
    }
    if (userId.startsWith("bug")) {
      throw new IllegalStateException("secret-inside");
    }
    return keys.current(custodian, userId);
  }

  @Override
  public Optional<RegisteredKey> find(String custodian, String userId, int version) {
    return keys.find(custodian, userId, version);
  }

  @Override
  public List<RegisteredKey> versions(String custodian, String userId) {
    return keys.versions(custodian, userId);
  }
}
