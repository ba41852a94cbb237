package pqsigner.cli.bench;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import pqsigner.client.SignerException;
import pqsigner.client.SignerRequest;
import pqsigner.client.SignerResult;
import pqsigner.client.http.HttpSigner;

/// Each request on its own virtual thread; how many there are is the load's business.
final class HttpIngress implements Ingress {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final HttpSigner signer;
  private final ExecutorService calls =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("bench-http-", 0).factory());

  HttpIngress(HttpSigner signer) {
    this.signer = signer;
  }

  @Override
  public void fire(SignerRequest request, Consumer<SignerResult> done) {
    calls.execute(() -> done.accept(call(request)));
  }

  private SignerResult call(SignerRequest request) {
    try {
      return signer.submit(request, PATIENCE);
    } catch (SignerException e) {
      return new SignerResult.Refused(0, e.code(), e.detail());
    }
  }

  @Override
  public void close() {
    calls.shutdownNow();
    signer.close();
  }
}
