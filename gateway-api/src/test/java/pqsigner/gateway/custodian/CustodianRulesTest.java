package pqsigner.gateway.custodian;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import pqsigner.events.Algorithm;
import pqsigner.gateway.custodian.CustodianTerms.State;
import pqsigner.gateway.ledger.Origin;
import pqsigner.gateway.ledger.Request;
import pqsigner.gateway.ledger.RequestContent;
import pqsigner.gateway.ledger.RequestKey;
import pqsigner.gateway.ledger.RequestType;

class CustodianRulesTest {

  private static final byte[] NONE = {};
  private static final byte[] SOME = {1};

  private static CustodianTerms terms(
      Set<Algorithm> algorithms, @Nullable Boolean mu, boolean context) {
    return CustodianTerms.usual().withAlgorithms(algorithms).withMu(mu).withContext(context);
  }

  private static Request sign(@Nullable Algorithm algorithm, RequestContent content) {
    return new Request(
        new RequestKey("fund", "id"),
        new byte[32],
        RequestType.SIGN,
        "wallet",
        algorithm,
        1,
        0,
        content,
        null,
        Origin.KAFKA,
        null,
        Instant.EPOCH);
  }

  private static final Request MESSAGE =
      sign(Algorithm.ML_DSA_65, RequestContent.toSign(SOME, null, NONE));
  private static final Request MU =
      sign(Algorithm.ML_DSA_65, RequestContent.toSign(null, new byte[64], NONE));
  private static final Request WITH_CONTEXT =
      sign(Algorithm.ML_DSA_65, RequestContent.toSign(SOME, null, SOME));

  private static Optional<String> why(CustodianTerms terms, Request request, boolean externalMu) {
    return CustodianRules.whyForbidden(
        RegisteredCustodian.added("fund", terms, "alice", Instant.EPOCH), request, externalMu);
  }

  @Test
  void withNothingAgreedOnlyMuIsAMatterOfTheGateway() {
    for (Request request : new Request[] {MESSAGE, MU, WITH_CONTEXT}) {
      assertThat(why(CustodianTerms.usual(), request, true)).isEmpty();
    }
    assertThat(why(CustodianTerms.usual(), MU, false)).isPresent();
    assertThat(why(CustodianTerms.usual(), MESSAGE, false)).isEmpty();
  }

  @Test
  void aDisabledCustodianMayAskForNothing() {
    assertThat(why(CustodianTerms.usual().in(State.DISABLED), MESSAGE, true))
        .contains("this custodian is disabled");
  }

  @Test
  void whoeverIsNotRegisteredMayAskForNothing() {
    var rules = new CustodianRules(InMemoryCustodianRegistry.of("other").snapshot(), true);

    assertThat(rules.whyForbidden(MESSAGE)).contains("this custodian is not registered");
    assertThat(rules.isRegistered("fund")).isFalse();
    assertThat(rules.isEnabled("fund")).isFalse();
  }

  @Test
  void onlyAgreedAlgorithmsAreUsed() {
    CustodianTerms only44 = terms(Set.of(Algorithm.ML_DSA_44), null, true);

    assertThat(why(only44, MESSAGE, true)).contains("ML-DSA-65 was not agreed with this custodian");
    assertThat(
            why(only44, sign(Algorithm.ML_DSA_44, RequestContent.toSign(SOME, null, NONE)), true))
        .isEmpty();
    assertThat(why(only44, sign(null, RequestContent.toSign(SOME, null, NONE)), true))
        .as("before the key is known")
        .isEmpty();
  }

  @Test
  void whatWasAgreedAboutMuGoesBeforeTheGatewaysSetting() {
    assertThat(why(terms(Set.of(), true, true), MU, false)).isEmpty();
    assertThat(why(terms(Set.of(), false, true), MU, true)).isPresent();
  }

  @Test
  void aContextIsTakenUnlessItWasSwitchedOff() {
    assertThat(why(terms(Set.of(), null, false), WITH_CONTEXT, true)).isPresent();
    assertThat(why(terms(Set.of(), null, false), MESSAGE, true)).isEmpty();
  }
}
