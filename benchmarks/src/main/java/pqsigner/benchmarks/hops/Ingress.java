package pqsigner.benchmarks.hops;

import java.util.List;
import pqsigner.client.SignerRequest;

/// A way in: HTTP or Kafka.
interface Ingress extends AutoCloseable {

  /// Keeps so many requests in flight until all are answered.
  ///
  /// @throws pqsigner.client.SignerException when one is not answered with a signature
  List<Answered> send(List<SignerRequest> requests, int atOnce) throws Exception;

  @Override
  void close();
}
