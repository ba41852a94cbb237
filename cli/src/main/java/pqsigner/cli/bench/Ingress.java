package pqsigner.cli.bench;

import java.util.function.Consumer;
import pqsigner.client.SignerRequest;
import pqsigner.client.SignerResult;

/// A way in under load: HTTP or Kafka.
interface Ingress extends AutoCloseable {

  /// Starts a request and calls back once, from any thread, when its end is known.
  void fire(SignerRequest request, Consumer<SignerResult> done);

  @Override
  void close();
}
