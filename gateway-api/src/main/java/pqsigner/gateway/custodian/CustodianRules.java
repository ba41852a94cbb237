package pqsigner.gateway.custodian;

import java.util.Optional;
import pqsigner.events.Algorithm;
import pqsigner.gateway.ledger.Request;
import pqsigner.gateway.ledger.RequestContent;

/// What a custodian may ask for, whichever way it asks.
public final class CustodianRules {

  private final Custodians custodians;
  private final boolean externalMu;

  /// @param externalMu whether `mu` may be sent by those with whom nothing was agreed about it
  public CustodianRules(Custodians custodians, boolean externalMu) {
    this.custodians = custodians;
    this.externalMu = externalMu;
  }

  /// One that the registry does not have gets no results, and nothing is recorded for it.
  ///
  /// @throws pqsigner.gateway.ledger.LedgerUnavailableException when that cannot be known now
  public boolean isRegistered(String custodian) {
    return custodians.find(custodian).isPresent();
  }

  /// Whether results may be handed to the custodian.
  ///
  /// @throws pqsigner.gateway.ledger.LedgerUnavailableException when that cannot be known now
  public boolean isEnabled(String custodian) {
    return custodians.find(custodian).filter(RegisteredCustodian::isEnabled).isPresent();
  }

  /// Why the request is forbidden, if it is. To be asked again once the key is known, if the
  /// request itself does not name an algorithm.
  ///
  /// @throws pqsigner.gateway.ledger.LedgerUnavailableException when that cannot be known now
  public Optional<String> whyForbidden(Request request) {
    return custodians
        .find(request.custodian())
        .map(custodian -> whyForbidden(custodian, request, externalMu))
        .orElse(Optional.of("this custodian is not registered"));
  }

  static Optional<String> whyForbidden(
      RegisteredCustodian custodian, Request request, boolean externalMu) {
    CustodianTerms terms = custodian.terms();
    Algorithm algorithm = request.algorithm();
    RequestContent content = request.content();
    if (!custodian.isEnabled()) {
      return Optional.of("this custodian is disabled");
    }
    if (algorithm != null
        && !terms.algorithms().isEmpty()
        && !terms.algorithms().contains(algorithm)) {
      return Optional.of(algorithm.label() + " was not agreed with this custodian");
    }
    if (content == null) {
      return Optional.empty();
    }
    if (content.mu() != null && !(terms.mu() == null ? externalMu : terms.mu())) {
      return Optional.of("mu is switched off for this custodian; send the message");
    }
    if (content.context().length > 0 && !terms.context()) {
      return Optional.of("context is switched off for this custodian");
    }
    return Optional.empty();
  }
}
