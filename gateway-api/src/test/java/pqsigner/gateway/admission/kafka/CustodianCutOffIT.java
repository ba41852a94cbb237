package pqsigner.gateway.admission.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static pqsigner.gateway.testing.RunningGateway.TOPICS;

import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import pqsigner.events.EventHeaders;
import pqsigner.events.avro.Result;
import pqsigner.gateway.custodian.CustodianRegistry;
import pqsigner.gateway.custodian.CustodianTerms;
import pqsigner.gateway.custodian.Custodians;
import pqsigner.gateway.custodian.RegisteredCustodian;
import pqsigner.gateway.ledger.RequestKey;
import pqsigner.gateway.ledger.RequestState;
import pqsigner.gateway.testing.Await;
import pqsigner.gateway.testing.Pipeline;
import pqsigner.gateway.testing.RunningGateway;
import pqsigner.gateway.testing.TopicTail;

/// Commands of a custodian that was cut off, on the topic that it still can write.
@ExtendWith(RunningGateway.Extension.class)
class CustodianCutOffIT {

  private static final String CUSTODIAN = "custodian-b";

  private final RunningGateway gateway;
  private final String id = "cut-" + UUID.randomUUID();
  private final Pipeline pipeline;

  CustodianCutOffIT(RunningGateway gateway) {
    this.gateway = gateway;
    this.pipeline = new Pipeline(gateway, CUSTODIAN);
  }

  @AfterEach
  void asUsual() {
    CustodianRegistry registry = gateway.bean(CustodianRegistry.class);
    if (registry.find(CUSTODIAN).isEmpty()) {
      registry.add(
          RegisteredCustodian.added(
              CUSTODIAN, CustodianTerms.usual(), "test", java.time.Instant.now()));
    }
    gateway.agree(CUSTODIAN, CustodianTerms.usual());
    gateway.bean(Custodians.class).refresh();
    pipeline.close();
  }

  private Result resultOfACommand() {
    pipeline.send(id, Pipeline.sign(id, "nobody-has-this", "hello"));
    return pipeline.read(pipeline.result(id));
  }

  /// The gateway was not told, and finds out by itself.
  @Test
  void aDisabledCustodiansCommandIsRefused() {
    gateway.agree(CUSTODIAN, CustodianTerms.usual().in(CustodianTerms.State.DISABLED));
    Custodians custodians = gateway.bean(Custodians.class);
    Await.until(
        "the gateway has read the registry again",
        () -> !custodians.find(CUSTODIAN).orElseThrow().isEnabled());

    Result result = resultOfACommand();

    assertThat(result.getState()).isEqualTo("REFUSED");
    assertThat(result.getCode()).isEqualTo("forbidden");
    assertThat(gateway.ledger().find(new RequestKey(CUSTODIAN, id)).orElseThrow().state())
        .isEqualTo(RequestState.REFUSED);
  }

  /// Neither recorded nor answered: it has nothing here.
  @Test
  void theCommandOfOneThatIsNotRegisteredIsADeadLetter() {
    CustodianRegistry registry = gateway.bean(CustodianRegistry.class);
    registry.remove(registry.find(CUSTODIAN).orElseThrow());
    gateway.bean(Custodians.class).refresh();
    try (TopicTail letters = new TopicTail(gateway.kafka("gateway"), TOPICS.deadLetters())) {
      pipeline.send(id, Pipeline.sign(id, "nobody-has-this", "hello"));

      ConsumerRecord<byte[], byte[]> letter =
          letters.await("the letter of " + id, TopicTail.keyed(id));

      assertThat(EventHeaders.text(letter.headers(), EventHeaders.CODE)).contains("forbidden");
      assertThat(gateway.ledger().find(new RequestKey(CUSTODIAN, id))).isEmpty();
    }
  }
}
