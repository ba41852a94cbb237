package pqsigner.gateway.http;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import pqsigner.gateway.keys.KeyPage;
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
  public Optional<RegisteredKey> newest(String custodian, String userId) {
    return keys.newest(custodian, userId);
  }

  @Override
  public KeyPage list(String custodian, KeyPage.Filter filter, @Nullable String cursor, int limit) {
    return keys.list(custodian, filter, cursor, limit);
  }

  @Override
  public Optional<RegisteredKey> enable(
      String custodian, String userId, int version, boolean enabled) {
    return keys.enable(custodian, userId, version, enabled);
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
