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
