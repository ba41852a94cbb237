package pqsigner.cli.bench;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import pqsigner.cli.CommandFailure;
import pqsigner.cli.http.HttpSigner;
import pqsigner.cli.request.Outcome;
import pqsigner.cli.request.SignerRequest;

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
  public void fire(SignerRequest request, Consumer<Outcome> done) {
    calls.execute(() -> done.accept(call(request)));
  }

  private Outcome call(SignerRequest request) {
    try {
      return signer.submit(request, PATIENCE);
    } catch (CommandFailure e) {
      return new Outcome.Refused(0, e.code(), e.detail());
    }
  }

  @Override
  public void close() {
    calls.shutdownNow();
    signer.close();
  }
}
