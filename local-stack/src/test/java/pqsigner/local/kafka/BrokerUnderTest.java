package pqsigner.local.kafka;

import pqsigner.local.pki.LocalPki;

/// A broker with certificates for everybody and the plan's topics and rights.
interface BrokerUnderTest extends AutoCloseable {

  String bootstrapServers();

  LocalPki pki();

  /// Without a chance to say goodbye; returns when it serves again.
  void killAndRestart();

  @Override
  void close();
}
