package pqsigner.gateway.custodian;

import java.util.List;
import java.util.Optional;

/// Where custodians are registered. Reads see every change that was made before them.
///
/// Every method throws [pqsigner.gateway.ledger.LedgerUnavailableException] when the store does not
/// answer.
public interface CustodianRegistry {

  List<RegisteredCustodian> all();

  Optional<RegisteredCustodian> find(String name);

  /// Whether the name was free.
  boolean add(RegisteredCustodian custodian);

  /// Whether the stored revision was the one before the custodian's.
  boolean change(RegisteredCustodian custodian);

  /// Whether the stored revision was this one's.
  boolean remove(RegisteredCustodian custodian);
}
