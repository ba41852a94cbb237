package pqsigner.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import pqsigner.client.SignerException.CallFailed;

/// A custodian's way in, over HTTPS or Kafka. For any number of threads.
public interface Signer extends AutoCloseable {

  /// Sends a request and waits for its end.
  ///
  /// @param patience how long to wait; zero to return once the request is accepted
  /// @return ends exceptionally with a [CallFailed] when the request certainly did not arrive
  CompletableFuture<SignerResult> submitAsync(SignerRequest request, Duration patience);

  /// As [#submitAsync], in the calling thread.
  ///
  /// @throws CallFailed when the request certainly did not arrive, or the thread was interrupted
  default SignerResult submit(SignerRequest request, Duration patience) {
    return await(submitAsync(request, patience));
  }

  /// The same way in, for callers who want an end and not an attempt: sends a request again, under
  /// its own id, for as long as that may help and the caller has patience. Closing it closes this.
  default RetryingSigner retrying() {
    return new RetryingSigner(this, Backoff.DEFAULT);
  }

  /// Requests that still wait for their end are no longer told of it.
  @Override
  void close();

  /// Waits for what a client has started.
  ///
  /// @throws SignerException as the future ended, or when the thread was interrupted
  static <T> T await(CompletableFuture<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      future.cancel(true);
      Thread.currentThread().interrupt();
      throw new CallFailed(CallFailed.Reason.NO_ANSWER, "interrupted", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof SignerException known
          ? known
          : new CompletionException(e.getCause());
    }
  }
}
