package pqsigner.events.wire;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/// A response body of at most `max` bytes, or empty when there was more. The JDK's own limiting
/// subscriber fails with an untyped IOException, and here the difference between "too large" and
/// "broken connection" decides between a dead letter and waiting.
final class BoundedBody implements BodySubscriber<Optional<byte[]>> {
  private final int max;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private final CompletableFuture<Optional<byte[]>> result = new CompletableFuture<>();
  private Flow.@Nullable Subscription subscription;

  BoundedBody(int max) {
    this.max = max;
  }

  @Override
  public CompletionStage<Optional<byte[]>> getBody() {
    return result;
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    subscription = given;
    given.request(1);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    Flow.Subscription source = subscription;
    if (source == null || result.isDone()) {
      return;
    }
    for (ByteBuffer buffer : buffers) {
      if (buffer.remaining() > max - body.size()) {
        source.cancel();
        result.complete(Optional.empty());
        return;
      }
      byte[] bytes = new byte[buffer.remaining()];
      buffer.get(bytes);
      body.writeBytes(bytes);
    }
    source.request(1);
  }

  @Override
  public void onError(Throwable error) {
    result.completeExceptionally(error);
  }

  @Override
  public void onComplete() {
    result.complete(Optional.of(body.toByteArray()));
  }
}
