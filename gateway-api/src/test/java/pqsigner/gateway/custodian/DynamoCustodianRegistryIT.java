package pqsigner.gateway.custodian;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import pqsigner.gateway.dynamodb.TableNames;
import pqsigner.gateway.testing.RunningGateway;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

@ExtendWith(RunningGateway.Extension.class)
class DynamoCustodianRegistryIT extends CustodianRegistryContract {

  private final RunningGateway gateway;

  DynamoCustodianRegistryIT(RunningGateway gateway) {
    this.gateway = gateway;
  }

  @Override
  CustodianRegistry registry() {
    return gateway.bean(CustodianRegistry.class);
  }

  @Test
  void aRowThatSomebodyWroteByHandTakesNoOtherWithIt() {
    Map<String, AttributeValue> row =
        Map.of("custodian", AttributeValue.fromS("by-hand-" + UUID.randomUUID()));
    DynamoDbClient client = gateway.bean(DynamoDbClient.class);
    client.putItem(put -> put.tableName(TableNames.DEFAULT.custodians()).item(row));

    assertThat(registry().all())
        .extracting(RegisteredCustodian::name)
        .contains("custodian-a")
        .noneMatch(name -> name.startsWith("by-hand"));

    client.deleteItem(delete -> delete.tableName(TableNames.DEFAULT.custodians()).key(row));
  }
}
