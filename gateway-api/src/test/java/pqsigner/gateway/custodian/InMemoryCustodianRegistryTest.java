package pqsigner.gateway.custodian;

class InMemoryCustodianRegistryTest extends CustodianRegistryContract {

  private final InMemoryCustodianRegistry registry = new InMemoryCustodianRegistry();

  @Override
  CustodianRegistry registry() {
    return registry;
  }
}
