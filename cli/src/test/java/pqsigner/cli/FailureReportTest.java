package pqsigner.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import pqsigner.client.Problem;
import pqsigner.client.SignerException.CallFailed;
import pqsigner.client.SignerException.CallFailed.Reason;
import pqsigner.client.SignerResult;
import pqsigner.client.SignerResult.Conflict;
import pqsigner.client.SignerResult.Failed;
import pqsigner.client.SignerResult.Pending;
import pqsigner.client.SignerResult.Refused;
import pqsigner.client.SignerResult.Signed;
import pqsigner.client.SignerResult.TryLater;
import pqsigner.client.SignerResult.Unknown;
import pqsigner.events.Algorithm;
import pqsigner.events.Retry;

/// Whatever becomes of a request, its caller is told a stable code and what to do.
final class FailureReportTest {
  @Test
  void aPendingRequestIsCheckedLater() {
    assertReport(
        new Pending("r", "QUEUED"),
        "no_answer",
        "request r is QUEUED; check it: pq-signer request r");
  }

  @Test
  void aFailedRequestIsSentAgainAsOftenAsThatHelps() {
    assertReport(
        new Failed("r", new Problem("kms_unavailable", Retry.SAME_REQUEST_ID, "")),
        "kms_unavailable",
        "request r is FAILED, given up for now; send it again to retry: --request-id r");
    assertReport(
        new Failed("r", new Problem("kms_unavailable", Retry.NEW_REQUEST_ID, "")),
        "kms_unavailable",
        "request r is FAILED, given up for now; it has been retried as often as allowed; send it"
            + " under a new request_id");
  }

  @Test
  void aRefusalIsToldInTheServicesWordsOrElseInThoseOfItsCode() {
    assertReport(
        new Refused("r", new Problem("unknown_user", Retry.SAME_REQUEST_ID, "no key for u")),
        "unknown_user",
        "no key for u");
    assertReport(
        new Conflict("r", new Problem("forbidden", Retry.NEVER, "")),
        "forbidden",
        "The certificate does not allow this");
    assertReport(
        new Refused("r", new Problem("from_a_newer_service", Retry.NEVER, "")),
        "from_a_newer_service",
        "");
  }

  @Test
  void aCallerThatIsTurnedAwayIsToldWhenToTryAgain() {
    assertReport(
        new TryLater(
            "r",
            new Problem("overloaded", Retry.SAME_REQUEST_ID, "too busy"),
            Duration.ofSeconds(7)),
        "overloaded",
        "too busy; try again in 7 s");
  }

  @Test
  void aRequestThatMayHaveArrivedIsSentAgain() {
    assertReport(
        new Unknown("r", new CallFailed(Reason.NO_ANSWER, "closed")),
        "no_answer",
        "closed%nThe request may have arrived. Send it again: --request-id r".formatted());
  }

  @Test
  void anAnswerOfTheWrongKindIsNone() {
    Signed signed =
        new Signed("r", "u", Algorithm.ML_DSA_44, 1, "s".getBytes(UTF_8), Instant.EPOCH);

    assertThat(FailureReport.of(catchThrowable(signed::requireKey)))
        .isEqualTo(new FailureReport("malformed_answer", "the answer is not what was asked for"));
  }

  @Test
  void aFaultOfThisProgramIsNamedAsOne() {
    assertThat(FailureReport.of(new IllegalStateException("oops")))
        .isEqualTo(new FailureReport("internal", "java.lang.IllegalStateException: oops"));
  }

  private static void assertReport(SignerResult result, String code, String detail) {
    Throwable unfinished =
        catchThrowable(result instanceof Signed ? result::requireKey : result::requireSigned);

    assertThat(FailureReport.of(unfinished)).isEqualTo(new FailureReport(code, detail));
  }
}
