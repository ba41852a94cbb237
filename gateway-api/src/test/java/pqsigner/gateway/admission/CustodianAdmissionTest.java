package pqsigner.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static pqsigner.gateway.admission.CommandField.ALG;

import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import pqsigner.events.Algorithm;
import pqsigner.events.ErrorCode;
import pqsigner.gateway.custodian.CustodianTerms;
import pqsigner.gateway.custodian.CustodianTerms.State;
import pqsigner.gateway.ledger.LedgerEntry;
import pqsigner.gateway.ledger.Outcome;

/// What the registry says of a custodian, at admission.
class CustodianAdmissionTest extends AdmissionFixture {

  private static final Requester OTHER = Requester.overKafka("custodian-b", 3, null, NOW);

  @BeforeEach
  void itsKey() {
    keys.register(key("custodian-b", "wallet", Algorithm.ML_DSA_65));
  }

  @Test
  void anAlgorithmThatWasNotAgreedIsRefusedByWhateverNameTheKeyIsAskedFor() {
    agree(CustodianTerms.usual().withAlgorithms(Set.of(Algorithm.ML_DSA_44)));

    refused(admit(OTHER, sign("id", "wallet", null)), ErrorCode.FORBIDDEN);
    refused(admit(OTHER, sign("id", "wallet", null).with(ALG, "ML-DSA-65")), ErrorCode.FORBIDDEN);
    refused(admit(OTHER, keyGeneration("id", "new").with(ALG, "ML-DSA-87")), ErrorCode.FORBIDDEN);
    assertThat(queue.jobs).isEmpty();
    accepted(admit(OTHER, keyGeneration("id", "new")));
  }

  @Test
  void aDisabledCustodianIsRefusedBeforeItsKeysAreLookedAt() {
    agree(CustodianTerms.usual().in(State.DISABLED));

    refused(admit(OTHER, sign("id", "nobody-has-this", null)), ErrorCode.FORBIDDEN);
  }

  /// What was signed is not unsaid, and what failed stays failed.
  @Test
  void aDisabledCustodianPutsNoFailedRequestBackToWork() {
    LedgerEntry entry = accepted(admit(OTHER, sign("id", "wallet", null)));
    ledger.complete(
        entry.key(),
        entry.request().digest(),
        new Outcome.Failed(ErrorCode.KMS_UNAVAILABLE, 3, NOW));
    agree(CustodianTerms.usual().in(State.DISABLED));
    Requester later = Requester.overKafka("custodian-b", 3, null, NOW.plusSeconds(1));

    assertThat(admit(later, sign("id", "wallet", null))).isInstanceOf(Admission.Failed.class);
    assertThat(queue.jobs).hasSize(1);

    agree(CustodianTerms.usual());
    accepted(admit(later, sign("id", "wallet", null)));
    assertThat(queue.jobs).hasSize(2);
  }
}
