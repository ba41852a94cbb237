package pqsigner.deploy.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.deploy.Yaml;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import tools.jackson.databind.JsonNode;

/// Two roles that share nothing, and a gateway that may do what it does and no more.
class RolesTest {
  private static final IdentityPolicy GATEWAY = Template.identityPolicy("GatewayRole");
  private static final IdentityPolicy HOST = Template.identityPolicy("NitroHostRole");

  private static final List<String> CHANGES =
      List.of(
          "dynamodb:UpdateItem",
          "dynamodb:DeleteItem",
          "dynamodb:BatchWriteItem",
          "dynamodb:PartiQLInsert",
          "dynamodb:PartiQLUpdate",
          "dynamodb:PartiQLDelete");

  private static final List<String> RESOURCES =
      List.of(
          Template.REQUESTS,
          Template.REQUESTS + "/index/pending",
          Template.REQUESTS + "/index/failed",
          Template.REQUESTS + "/index/another",
          Template.REQUESTS + "/stream/1",
          Template.REQUESTS + "-copy",
          Template.KEYS,
          Template.KEYS + "/index/another",
          Template.CUSTODIANS,
          Template.CUSTODIANS + "-copy",
          Template.KEY_STATES,
          Template.KEY_STATES + "/index/by_custodian",
          Template.KEY_STATES + "/index/another",
          "arn:aws:dynamodb:eu-central-1:111122223333:table/of-somebody-else",
          "*");

  /// Every call of the SDK, and what DynamoDB authorises without being a call.
  private static Set<String> actionsOfDynamoDb() {
    Set<String> actions =
        Arrays.stream(DynamoDbClient.class.getMethods())
            .filter(method -> method.getReturnType().getSimpleName().endsWith("Response"))
            .map(Method::getName)
            .map(RolesTest::action)
            .collect(Collectors.toCollection(TreeSet::new));
    actions.addAll(
        Set.of(
            "dynamodb:ConditionCheckItem",
            "dynamodb:PartiQLSelect",
            "dynamodb:PartiQLInsert",
            "dynamodb:PartiQLUpdate",
            "dynamodb:PartiQLDelete"));
    return actions;
  }

  private static String action(String method) {
    return "dynamodb:" + Character.toUpperCase(method.charAt(0)) + method.substring(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kms:Decrypt",
        "kms:GenerateDataKey",
        "kms:GenerateDataKeyWithoutPlaintext",
        "kms:Encrypt",
        "kms:ReEncryptFrom",
        "kms:CreateGrant",
        "kms:PutKeyPolicy",
        "kms:DescribeKey",
        "kms:ListAliases",
        "kms:AnActionThatDoesNotExistYet"
      })
  void theGatewayIsForbiddenAllOfKmsWhateverElseIsAttached(String action) {
    for (String resource : List.of("*", "arn:aws:kms:eu-central-1:111122223333:key/1")) {
      assertThat(GATEWAY.forbids(action, resource)).isTrue();
      assertThat(GATEWAY.allows(action, resource)).isFalse();
    }
  }

  @Test
  void theNitroHostIsForbiddenAllOfDynamoDbWhateverElseIsAttached() {
    assertThat(actionsOfDynamoDb()).hasSizeGreaterThan(40);
    for (String action : actionsOfDynamoDb()) {
      for (String resource : RESOURCES) {
        assertThat(HOST.forbids(action, resource)).as("%s on %s", action, resource).isTrue();
      }
    }
  }

  /// KMS admits the host by the key's policy, under the attestation conditions, and nowhere else.
  @Test
  void theNitroHostIsAllowedNothingByItsOwnPolicy() {
    assertThat(HOST.statements()).noneMatch(IdentityPolicy.Statement::allow);
  }

  @Test
  void theGatewayMayDoWhatItCallsAndNothingElse() {
    Set<String> allowed = new TreeSet<>();
    for (String action : actionsOfDynamoDb()) {
      RESOURCES.stream()
          .filter(resource -> GATEWAY.allows(action, resource))
          .forEach(resource -> allowed.add(action + " " + resource));
    }

    assertThat(allowed).isEqualTo(calledByTheGateway());
  }

  /// From the gateway's byte code. The one transaction puts a key and its state and updates a
  /// request, which DynamoDB authorises as these three.
  private static Set<String> calledByTheGateway() {
    // The names of what is called are enough; reading all of Spring for them takes 20 seconds.
    ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
    JavaClasses gateway =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("pqsigner.gateway");
    Set<String> called = new TreeSet<>();
    for (JavaClass each : gateway) {
      for (String method : clientCalls(each)) {
        switch (each.getPackageName() + " " + method) {
          case "pqsigner.gateway.ledger.dynamodb query" -> {
            called.add("dynamodb:Query " + Template.REQUESTS + "/index/pending");
            called.add("dynamodb:Query " + Template.REQUESTS + "/index/failed");
          }
          case "pqsigner.gateway.keys.dynamodb query" ->
              called.add(
                  each.getSimpleName().equals("DynamoKeyStates")
                      ? "dynamodb:Query " + Template.KEY_STATES + "/index/by_custodian"
                      : "dynamodb:Query " + Template.KEYS);
          case "pqsigner.gateway.ledger.dynamodb transactWriteItems" -> {
            called.add("dynamodb:PutItem " + Template.KEYS);
            called.add("dynamodb:PutItem " + Template.KEY_STATES);
            called.add("dynamodb:UpdateItem " + Template.REQUESTS);
          }
          // Only where the gateway creates the tables, which no production role can.
          case "pqsigner.gateway.dynamodb createTable",
              "pqsigner.gateway.dynamodb updateTimeToLive" ->
              assertThat(each.getSimpleName()).isEqualTo("DynamoTables");
          default -> called.add(action(method.replace("Paginator", "")) + " " + tableOf(each));
        }
      }
    }
    return called;
  }

  /// `attribute_not_exists` is the caller's word, so what the role cannot do at all is what holds.
  @Test
  void aKeyIsPutInATransactionAndNeverChangedOrDeleted() {
    assertThat(GATEWAY.allows("dynamodb:PutItem", Template.KEYS, "TransactWriteItems")).isTrue();
    assertThat(GATEWAY.allows("dynamodb:PutItem", Template.KEYS, "")).isFalse();
    for (String action : CHANGES) {
      assertThat(GATEWAY.allows(action, Template.KEYS)).as(action).isFalse();
      assertThat(GATEWAY.forbids(action, Template.KEYS))
          .as("whatever is attached to the role later: %s", action)
          .isTrue();
    }
  }

  /// Without its state, a disabled key would be as enabled as one that was never changed.
  @Test
  void aStateIsChangedAndNeverDeleted() {
    assertThat(GATEWAY.allows("dynamodb:PutItem", Template.KEY_STATES, "TransactWriteItems"))
        .isTrue();
    assertThat(GATEWAY.allows("dynamodb:PutItem", Template.KEY_STATES, "")).isFalse();
    for (String action : CHANGES) {
      if (!action.equals("dynamodb:UpdateItem")) {
        assertThat(GATEWAY.forbids(action, Template.KEY_STATES)).as(action).isTrue();
      }
    }
  }

  /// Nor may an administrator who has every right by a policy of its own.
  @Test
  void theKeysTableItselfRefusesWhatWouldChangeARecord() {
    Map<String, JsonNode> statements = new TreeMap<>();
    for (JsonNode each :
        Template.properties("KeysTable").at("/ResourcePolicy/PolicyDocument/Statement")) {
      statements.put(each.path("Sid").asString(), each);
      assertThat(each.path("Effect").asString()).isEqualTo("Deny");
      assertThat(each.path("Principal").asString()).isEqualTo("*");
      assertThat(each.path("Resource").asString()).isEqualTo("*");
    }
    assertThat(statements).containsOnlyKeys("WrittenOnce", "ByTheGateway");
    assertThat(texts(statement(statements, "WrittenOnce").path("Action")))
        .containsExactlyInAnyOrderElementsOf(CHANGES);
    assertThat(statement(statements, "WrittenOnce").has("Condition")).isFalse();
    assertThat(texts(statement(statements, "ByTheGateway").path("Action")))
        .containsExactly("dynamodb:PutItem");
    assertThat(
            statement(statements, "ByTheGateway")
                .at("/Condition/ArnNotEquals")
                .path("aws:PrincipalArn")
                .asString())
        .isEqualTo(
            "arn:aws:iam::111122223333:role/"
                + Template.properties("GatewayRole").path("RoleName").asString());
  }

  private static JsonNode statement(Map<String, JsonNode> statements, String id) {
    return Objects.requireNonNull(statements.get(id), id);
  }

  private static List<String> texts(JsonNode list) {
    return list.valueStream().map(JsonNode::asString).toList();
  }

  private static Set<String> clientCalls(JavaClass each) {
    return Stream.concat(
            each.getMethodCallsFromSelf().stream(), each.getMethodReferencesFromSelf().stream())
        .filter(call -> call.getTargetOwner().isEquivalentTo(DynamoDbClient.class))
        .map(call -> call.getName())
        .filter(name -> !Set.of("builder", "close").contains(name))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String tableOf(JavaClass each) {
    return switch (each.getPackageName()) {
      case "pqsigner.gateway.ledger.dynamodb" -> Template.REQUESTS;
      case "pqsigner.gateway.keys.dynamodb" ->
          each.getSimpleName().equals("DynamoKeyStates") ? Template.KEY_STATES : Template.KEYS;
      case "pqsigner.gateway.custodian.dynamodb" -> Template.CUSTODIANS;
      default -> throw new AssertionError("which table does it use? " + each.getName());
    };
  }

  @ParameterizedTest
  @CsvSource({"GatewayRole, pq-signer-gateway", "NitroHostRole, pq-signer-worker"})
  void aRoleIsForOneServiceAccountOfTheChart(String role, String account) {
    JsonNode trust = Template.trust(role);

    assertThat(trust.path("Effect").asString()).isEqualTo("Allow");
    assertThat(trust.path("Action").asString()).isEqualTo("sts:AssumeRoleWithWebIdentity");
    assertThat(trust.path("Condition").propertyNames()).containsExactly("StringEquals");
    JsonNode equal = trust.path("Condition").path("StringEquals");
    assertThat(equal.path("oidc.example.com/id/1:aud").asString()).isEqualTo("sts.amazonaws.com");
    assertThat(equal.path("oidc.example.com/id/1:sub").asString())
        .isEqualTo("system:serviceaccount:pq-signer:" + account);
    assertThat(Yaml.text(java.nio.file.Path.of("helm/pq-signer/templates/serviceaccounts.yaml")))
        .contains("  name: " + account + "\n");
  }

  @Test
  void theTemplateHasTheseTwoRolesAndNoOtherWayIn() {
    assertThat(
            Template.resources().properties().stream()
                .filter(each -> each.getValue().path("Type").asString().startsWith("AWS::IAM::"))
                .map(java.util.Map.Entry::getKey))
        .containsExactlyInAnyOrder("GatewayRole", "NitroHostRole");
  }
}
