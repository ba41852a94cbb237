package pqsigner.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import pqsigner.client.SignerException.CallFailed;
import pqsigner.client.SignerException.CallFailed.Reason;
import pqsigner.client.SignerResult.Conflict;
import pqsigner.client.SignerResult.Failed;
import pqsigner.client.SignerResult.Pending;
import pqsigner.client.SignerResult.Refused;
import pqsigner.client.SignerResult.Signed;
import pqsigner.client.SignerResult.TryLater;
import pqsigner.client.SignerResult.Unknown;
import pqsigner.events.Algorithm;
import pqsigner.events.ErrorCode;
import pqsigner.events.Retry;

/// When a request is sent again, and when that ends. Over TLS it is HttpSignerTest that sends.
final class RetryingSignerTest {
  private static final Backoff SHORT = new Backoff(Duration.ofNanos(2), Duration.ofMillis(1));
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final SignerRequest REQUEST =
      SignerRequest.sign("u", "m".getBytes(UTF_8)).withRequestId("r");
  private static final Signed SIGNED =
      new Signed("r", "u", Algorithm.ML_DSA_44, 1, new byte[1], Instant.EPOCH);

  /// Answers in order, and remembers what it was sent and when.
  private static final class Script implements Signer {
    private final Queue<CompletableFuture<SignerResult>> answers = new ArrayDeque<>();
    private final List<SignerRequest> sent = Collections.synchronizedList(new ArrayList<>());
    private final List<Long> at = Collections.synchronizedList(new ArrayList<>());
    private boolean closed;

    Script then(SignerResult result) {
      answers.add(CompletableFuture.completedFuture(result));
      return this;
    }

    Script then(Throwable failure) {
      answers.add(CompletableFuture.failedFuture(failure));
      return this;
    }

    @Override
    public CompletableFuture<SignerResult> submitAsync(SignerRequest request, Duration patience) {
      at.add(System.nanoTime());
      sent.add(request);
      CompletableFuture<SignerResult> answer = answers.poll();
      return answer == null ? new CompletableFuture<>() : answer;
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private final Script service = new Script();
  private final Signer signer = new RetryingSigner(service, SHORT);

  private static Problem problem(String code, Retry retry) {
    return new Problem(code, retry, "");
  }

  static Stream<SignerResult> transientResults() {
    return Stream.of(
        new TryLater("r", problem("rate_limited", Retry.SAME_REQUEST_ID), Duration.ZERO),
        new Unknown("r", new CallFailed(Reason.NO_ANSWER, "late")),
        new Pending("r", "QUEUED"),
        new Failed("r", problem("kms_denied", Retry.SAME_REQUEST_ID)),
        new Refused("r", problem("internal", Retry.SAME_REQUEST_ID)),
        new Refused("r", problem("of_a_later_release", Retry.SAME_REQUEST_ID)));
  }

  @ParameterizedTest
  @MethodSource("transientResults")
  void whatTimeMayMendIsSentAgainUnderItsId(SignerResult first) {
    service.then(first).then(first).then(SIGNED);

    assertThat(signer.submit(REQUEST, PATIENCE)).isEqualTo(SIGNED);
    assertThat(service.sent).containsExactly(REQUEST, REQUEST, REQUEST);
  }

  static Stream<SignerResult> ends() {
    return Stream.of(
        SIGNED,
        new Conflict("r", problem("request_id_conflict", Retry.NEW_REQUEST_ID)),
        new Failed("r", problem("kms_denied", Retry.NEW_REQUEST_ID)),
        new Refused("r", problem("deadline_exceeded", Retry.NEW_REQUEST_ID)),
        new Refused("r", problem("invalid_user_id", Retry.NEVER)),
        new Refused("r", problem("unknown_user", Retry.SAME_REQUEST_ID)),
        new Unknown("r", new CallFailed(Reason.TLS_REFUSED, "a stranger")));
  }

  @ParameterizedTest
  @MethodSource("ends")
  void whatOnlySomebodyCanMendIsTheEnd(SignerResult end) {
    service.then(end).then(SIGNED);

    assertThat(signer.submit(REQUEST, PATIENCE)).isEqualTo(end);
    assertThat(service.sent).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void aCallThatFailedIsRepeatedUnlessTheServiceDoesNotWantThisCaller(Reason reason) {
    service.then(new CompletionException(new CallFailed(reason, "why").of("r"))).then(SIGNED);

    if (reason == Reason.TLS_REFUSED || reason == Reason.FORBIDDEN) {
      assertThatExceptionOfType(CallFailed.class)
          .isThrownBy(() -> signer.submit(REQUEST, PATIENCE))
          .satisfies(e -> assertThat(e.reason()).isEqualTo(reason))
          .satisfies(e -> assertThat(e.requestId()).contains("r"));
    } else {
      assertThat(signer.submit(REQUEST, PATIENCE)).isEqualTo(SIGNED);
    }
  }

  @Test
  void theServiceIsNotAskedBeforeTheTimeItNamed() {
    Duration after = Duration.ofMillis(50);
    service
        .then(new TryLater("r", problem("overloaded", Retry.SAME_REQUEST_ID), after))
        .then(SIGNED);

    signer.submit(REQUEST, PATIENCE);

    assertThat(service.at.getLast() - service.at.getFirst())
        .isGreaterThanOrEqualTo(after.toNanos());
  }

  @Test
  void withoutTimeForAnotherAttemptTheLastAnswerStands() {
    TryLater later =
        new TryLater("r", problem("overloaded", Retry.SAME_REQUEST_ID), Duration.ofMinutes(2));
    service.then(later).then(SIGNED);

    assertThat(signer.submit(REQUEST, PATIENCE)).isEqualTo(later);
    assertThat(service.sent).hasSize(1);
  }

  @Test
  void withoutPatienceThereIsOneAttempt() {
    Pending accepted = new Pending("r", "ACCEPTED");
    service.then(accepted).then(SIGNED);

    assertThat(signer.submit(REQUEST, Duration.ZERO)).isEqualTo(accepted);
    assertThat(service.sent).hasSize(1);
  }

  @Test
  void aCallerWhoCancelsIsNotServedAnyMore() {
    CompletableFuture<SignerResult> first = new CompletableFuture<>();
    service.answers.add(first);
    CompletableFuture<SignerResult> submitted = signer.submitAsync(REQUEST, PATIENCE);

    submitted.cancel(true);
    first.complete(new Pending("r", "QUEUED"));
    CompletableFuture<SignerResult> other = signer.submitAsync(REQUEST, PATIENCE);

    assertThatExceptionOfType(CancellationException.class).isThrownBy(submitted::join);
    assertThat(other).isNotDone();
    assertThat(service.sent).hasSize(2);
  }

  @Test
  void aClosedSignerMakesNoFurtherAttempt() {
    CompletableFuture<SignerResult> first = new CompletableFuture<>();
    service.answers.add(first);
    CompletableFuture<SignerResult> submitted = signer.submitAsync(REQUEST, PATIENCE);

    signer.close();
    Unknown unknown = new Unknown("r", new CallFailed(Reason.NO_ANSWER, "closed"));
    first.complete(unknown);

    assertThat(submitted.join()).isEqualTo(unknown);
    assertThat(service.closed).isTrue();
    assertThat(service.sent).hasSize(1);
  }

  @Test
  void aDefectIsNotRepeated() {
    service.then(new IllegalStateException("a defect")).then(SIGNED);

    assertThatExceptionOfType(CompletionException.class)
        .isThrownBy(() -> signer.submit(REQUEST, PATIENCE))
        .withCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void pausesDoubleUpToTheLongest() {
    Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofMillis(350));

    IntStream.range(0, 200)
        .forEach(
            _ -> {
              assertThat(backoff.pause(1).toMillis()).isBetween(50L, 100L);
              assertThat(backoff.pause(2).toMillis()).isBetween(100L, 200L);
              assertThat(backoff.pause(3).toMillis()).isBetween(175L, 350L);
              assertThat(backoff.pause(Integer.MAX_VALUE).toMillis()).isBetween(175L, 350L);
            });
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Backoff(Duration.ZERO, Duration.ofSeconds(1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(1)));
  }

  @ParameterizedTest
  @EnumSource(ErrorCode.class)
  void onlyTimeMendsWhatIsTransient(ErrorCode code) {
    boolean busyOrBroken = code.httpStatus() >= 500 || code == ErrorCode.RATE_LIMITED;

    assertThat(Problem.of(code.code(), "", "").isTransient()).isEqualTo(busyOrBroken);
    assertThat(problem(code.code(), Retry.NEVER).isTransient()).isFalse();
  }
}
