package pqsigner.local.kafka;

import pqsigner.local.LocalStack;
import pqsigner.local.LocalStackOptions;
import pqsigner.local.Part;
import pqsigner.local.pki.LocalPki;

/// On the broker of the local stack: Kafka's own classes in a process of their own.
final class EmbeddedBrokerRightsIT extends BrokerRightsContract {

  @Override
  BrokerUnderTest start() {
    return new EmbeddedBroker(
        LocalStack.start(
            LocalStackOptions.defaults()
                .only(Part.BROKER)
                .custodians(CUSTODIANS.toArray(String[]::new)),
            System.out::println));
  }

  private record EmbeddedBroker(LocalStack stack) implements BrokerUnderTest {

    @Override
    public String bootstrapServers() {
      return stack.bootstrapServers();
    }

    @Override
    public LocalPki pki() {
      return stack.pki();
    }

    @Override
    public void killAndRestart() {
      stack.process("broker").restart();
    }

    @Override
    public void close() {
      stack.close();
    }
  }
}
