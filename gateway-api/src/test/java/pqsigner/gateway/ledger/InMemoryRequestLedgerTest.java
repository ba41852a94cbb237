package pqsigner.gateway.ledger;

import pqsigner.gateway.keys.InMemoryKeyRegistry;
import pqsigner.gateway.keys.KeyRegistry;

final class InMemoryRequestLedgerTest extends RequestLedgerRaces {

  private final InMemoryKeyRegistry keys = new InMemoryKeyRegistry();
  private final RequestLedger ledger = new InMemoryRequestLedger(Entries.POLICY, clock, keys);

  @Override
  RequestLedger ledger() {
    return ledger;
  }

  @Override
  KeyRegistry keys() {
    return keys;
  }
}
