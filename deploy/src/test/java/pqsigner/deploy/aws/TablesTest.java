package pqsigner.deploy.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.gateway.dynamodb.DynamoTables;
import pqsigner.gateway.dynamodb.TableNames;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.CreateTableResponse;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableResponse;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;
import software.amazon.awssdk.services.dynamodb.model.UpdateTimeToLiveRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateTimeToLiveResponse;
import tools.jackson.databind.JsonNode;

/// The tables of the stack are those that the gateway makes for itself on a developer's machine,
/// and that all its tests run on.
class TablesTest {
  private static final TableNames NAMES = TableNames.DEFAULT;
  private static final List<CreateTableRequest> CREATED = new ArrayList<>();
  private static final List<UpdateTimeToLiveRequest> TTLS = new ArrayList<>();

  @BeforeAll
  static void askTheGatewayForItsTables() {
    DynamoTables.create(
        (DynamoDbClient)
            Proxy.newProxyInstance(
                TablesTest.class.getClassLoader(),
                new Class<?>[] {DynamoDbClient.class},
                (proxy, method, arguments) -> answer(method.getName(), arguments)),
        NAMES);
  }

  @SuppressWarnings("unchecked")
  private static Object answer(String method, Object[] arguments) {
    return switch (method) {
      case "createTable" -> {
        CREATED.add((CreateTableRequest) arguments[0]);
        yield CreateTableResponse.builder().build();
      }
      case "updateTimeToLive" -> {
        UpdateTimeToLiveRequest.Builder builder = UpdateTimeToLiveRequest.builder();
        ((Consumer<UpdateTimeToLiveRequest.Builder>) arguments[0]).accept(builder);
        TTLS.add(builder.build());
        yield UpdateTimeToLiveResponse.builder().build();
      }
      case "describeTable" ->
          DescribeTableResponse.builder().table(t -> t.tableStatus(TableStatus.ACTIVE)).build();
      default -> throw new UnsupportedOperationException(method);
    };
  }

  private static CreateTableRequest created(String table) {
    return CREATED.stream()
        .filter(each -> each.tableName().equals(table))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"RequestsTable", "KeysTable", "KeyStatesTable", "CustodiansTable"})
  void aTableIsTheOneThatTheGatewayWouldMake(String resource) {
    JsonNode stack = Template.properties(resource);
    CreateTableRequest code = created(stack.path("TableName").asString());

    assertThat(stack.path("BillingMode").asString()).isEqualTo(code.billingModeAsString());
    assertThat(pairs(stack.path("AttributeDefinitions"), "AttributeType"))
        .containsExactlyInAnyOrderElementsOf(
            code.attributeDefinitions().stream().map(TablesTest::pair).toList());
    assertThat(pairs(stack.path("KeySchema"), "KeyType"))
        .containsExactlyElementsOf(keySchema(code.keySchema()));
    assertThat(stackIndexes(stack)).isEqualTo(codeIndexes(code));
  }

  private static Map<String, List<String>> stackIndexes(JsonNode table) {
    return stream(table.path("GlobalSecondaryIndexes"))
        .collect(
            Collectors.toMap(
                index -> index.path("IndexName").asString(),
                index -> {
                  List<String> shape = new ArrayList<>(pairs(index.path("KeySchema"), "KeyType"));
                  shape.add(index.path("Projection").path("ProjectionType").asString());
                  stream(index.path("Projection").path("NonKeyAttributes"))
                      .forEach(attribute -> shape.add(attribute.asString()));
                  return shape;
                }));
  }

  private static Map<String, List<String>> codeIndexes(CreateTableRequest table) {
    return table.globalSecondaryIndexes().stream()
        .collect(
            Collectors.toMap(
                index -> index.indexName(),
                index -> {
                  List<String> shape = new ArrayList<>(keySchema(index.keySchema()));
                  shape.add(index.projection().projectionTypeAsString());
                  shape.addAll(index.projection().nonKeyAttributes());
                  return shape;
                }));
  }

  private static List<String> pairs(JsonNode list, String second) {
    return stream(list)
        .map(each -> each.path("AttributeName").asString() + " " + each.path(second).asString())
        .toList();
  }

  private static java.util.stream.Stream<JsonNode> stream(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false);
  }

  private static String pair(AttributeDefinition attribute) {
    return attribute.attributeName() + " " + attribute.attributeTypeAsString();
  }

  private static List<String> keySchema(List<KeySchemaElement> schema) {
    return schema.stream().map(key -> key.attributeName() + " " + key.keyTypeAsString()).toList();
  }

  @Test
  void rowsExpireByTheAttributeThatTheGatewayWrites() {
    assertThat(TTLS)
        .singleElement()
        .satisfies(
            ttl -> {
              JsonNode stack = Template.properties("RequestsTable").path("TimeToLiveSpecification");
              assertThat(ttl.tableName()).isEqualTo(NAMES.requests());
              assertThat(stack.path("AttributeName").asString())
                  .isEqualTo(ttl.timeToLiveSpecification().attributeName());
              assertThat(stack.path("Enabled").asBoolean()).isTrue();
            });
    assertThat(Template.properties("KeysTable").has("TimeToLiveSpecification"))
        .as("a key is for ever")
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"RequestsTable", "KeysTable", "CustodiansTable"})
  void aTableOutlivesItsStackAndCanBePutBackToAnySecond(String resource) {
    JsonNode properties = Template.properties(resource);

    assertThat(
            properties
                .path("PointInTimeRecoverySpecification")
                .path("PointInTimeRecoveryEnabled")
                .asBoolean())
        .isTrue();
    assertThat(properties.path("DeletionProtectionEnabled").asBoolean()).isTrue();
    assertThat(Template.resources().path(resource).path("DeletionPolicy").asString())
        .isEqualTo("Retain");
    assertThat(Template.resources().path(resource).path("UpdateReplacePolicy").asString())
        .isEqualTo("Retain");
  }

  /// A table under a key of the account is read with the reader's KMS rights, and the gateway has
  /// none: it would be locked out of its own ledger.
  @ParameterizedTest
  @ValueSource(strings = {"RequestsTable", "KeysTable", "CustodiansTable"})
  void noTableNeedsKmsOfTheGateway(String resource) {
    assertThat(Template.properties(resource).has("SSESpecification")).isFalse();
  }
}
