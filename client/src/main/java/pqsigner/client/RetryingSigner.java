package pqsigner.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import pqsigner.client.SignerResult.TryLater;

/// Sends a request again until it has an end or the caller's patience is over, and then returns
/// what the last attempt brought.
///
/// Every attempt is the same request under the same id, which is why nothing is signed twice. Waits
/// as long as the service asks (`Retry-After`) or as its [Backoff] says, whichever is longer.
/// Repeats what [SignerResult#isTransient] and [SignerException#isTransient] call so. A request
/// that is [SignerResult.Failed] is put back to work by that; the service bounds how often.
public final class RetryingSigner implements Signer {
  private final Signer signer;
  private final Backoff backoff;
  private volatile boolean closed;

  /// @param signer closed with this one
  public RetryingSigner(Signer signer, Backoff backoff) {
    this.signer = signer;
    this.backoff = backoff;
  }

  @Override
  public RetryingSigner retrying() {
    return this;
  }

  /// @param patience for all attempts together; with zero there is one
  /// @return a future that ends the attempts when it is cancelled
  @Override
  public CompletableFuture<SignerResult> submitAsync(SignerRequest request, Duration patience) {
    Submission submission = new Submission(request, System.nanoTime() + patience.toNanos());
    submission.attempt(1);
    return submission.end;
  }

  @Override
  public void close() {
    closed = true;
    signer.close();
  }

  /// One request on its way to its end.
  private final class Submission {
    private final CompletableFuture<SignerResult> end = new CompletableFuture<>();
    private final SignerRequest request;
    private final long until;

    Submission(SignerRequest request, long until) {
      this.request = request;
      this.until = until;
    }

    void attempt(int number) {
      Duration left = Duration.ofNanos(Math.max(0, until - System.nanoTime()));
      var _ =
          signer
              .submitAsync(request, left)
              .whenComplete(
                  (result, failure) -> {
                    if (failure == null) {
                      succeeded(result, number);
                    } else {
                      failed(failure, number);
                    }
                  });
    }

    private void succeeded(SignerResult result, int number) {
      Duration asked = result instanceof TryLater later ? later.after() : Duration.ZERO;
      if (!result.isTransient() || !again(number, asked, () -> end.complete(result))) {
        end.complete(result);
      }
    }

    private void failed(Throwable failure, int number) {
      Throwable cause = causeOf(failure);
      boolean passes = cause instanceof SignerException known && known.isTransient();
      if (!passes || !again(number, Duration.ZERO, () -> end.completeExceptionally(cause))) {
        end.completeExceptionally(cause);
      }
    }

    /// Plans the next attempt, if there is time for one.
    ///
    /// @param ifClosed what to do if the client is closed before its time has come
    private boolean again(int number, Duration asked, Runnable ifClosed) {
      long pause = Math.max(backoff.pause(number).toNanos(), asked.toNanos());
      if (closed || until - System.nanoTime() <= pause) {
        return false;
      }
      var _ =
          new CompletableFuture<Void>()
              .completeOnTimeout(null, pause, TimeUnit.NANOSECONDS)
              .thenRun(
                  () -> {
                    if (closed) {
                      ifClosed.run();
                    } else if (!end.isDone()) {
                      attempt(number + 1);
                    }
                  });
      return true;
    }

    private static Throwable causeOf(Throwable failure) {
      @Nullable Throwable cause = failure.getCause();
      return failure instanceof CompletionException && cause != null ? cause : failure;
    }
  }
}
