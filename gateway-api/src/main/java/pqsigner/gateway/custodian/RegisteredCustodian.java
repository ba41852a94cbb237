package pqsigner.gateway.custodian;

import java.time.Instant;

/// A custodian as it stands in the registry.
///
/// @param changedBy the operator who made the last change
/// @param revision 1 at first, and one more with each change
public record RegisteredCustodian(
    String name,
    CustodianTerms terms,
    Instant createdAt,
    Instant changedAt,
    String changedBy,
    long revision) {

  public static RegisteredCustodian added(
      String name, CustodianTerms terms, String operator, Instant now) {
    return new RegisteredCustodian(name, terms, now, now, operator, 1);
  }

  public RegisteredCustodian changed(CustodianTerms to, String operator, Instant now) {
    return new RegisteredCustodian(name, to, createdAt, now, operator, revision + 1);
  }

  public boolean isEnabled() {
    return terms.state() == CustodianTerms.State.ENABLED;
  }
}
