package pqsigner.local.kafka;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/// On Kafka's own image.
@Tag("container")
@EnabledIf(
    value = "pqsigner.local.kafka.ContainerBroker#engineIsHere",
    disabledReason =
        "no Docker engine on this machine: the broker's rights were not tested on Kafka's image")
final class ContainerBrokerRightsIT extends BrokerRightsContract {

  @TempDir static Path folder;

  @Override
  BrokerUnderTest start() throws Exception {
    return ContainerBroker.start(folder, TOPICS, CUSTODIANS);
  }
}
