package pqsigner.image.policy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import pqsigner.image.input.Json;
import tools.jackson.databind.JsonNode;

/// A key policy without the freedom of its notation: one value and a list of one are the same, and
/// no order matters. Statement names are for people and left out.
record KeyPolicyDocument(Set<Statement> statements) {

  /// @param condition operator to key to accepted values
  record Statement(
      String effect,
      Set<String> principals,
      Set<String> actions,
      Set<String> resources,
      Map<String, Map<String, Set<String>>> condition) {}

  static KeyPolicyDocument parse(String json) {
    return of(Json.parse(json.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
  }

  static KeyPolicyDocument of(JsonNode policy) {
    if (!policy.path("Version").asString().equals("2012-10-17")) {
      throw new AssertionError("version");
    }
    Set<Statement> statements = new java.util.HashSet<>();
    for (JsonNode each : policy.path("Statement")) {
      if (!Set.of("Sid", "Effect", "Principal", "Action", "Resource", "Condition")
          .containsAll(each.propertyNames())) {
        throw new AssertionError("an element this test does not know: " + each.propertyNames());
      }
      if (!statements.add(statement(each))) {
        throw new AssertionError("a statement twice");
      }
    }
    return new KeyPolicyDocument(statements);
  }

  private static Statement statement(JsonNode node) {
    JsonNode principal = node.path("Principal");
    Map<String, Map<String, Set<String>>> condition = new TreeMap<>();
    for (var operator : node.path("Condition").properties()) {
      Map<String, Set<String>> keys = new TreeMap<>();
      for (var key : operator.getValue().properties()) {
        keys.put(key.getKey(), values(key.getValue()));
      }
      condition.put(operator.getKey(), keys);
    }
    return new Statement(
        node.path("Effect").asString(),
        values(principal.isObject() ? principal.path("AWS") : principal),
        values(node.path("Action")),
        values(node.path("Resource")),
        condition);
  }

  private static Set<String> values(JsonNode node) {
    List<JsonNode> nodes = node.isArray() ? List.copyOf(node.asArray().values()) : List.of(node);
    Set<String> values = new TreeSet<>();
    nodes.forEach(value -> values.add(value.asString()));
    return values;
  }

  /// What AWS decides: a matching Deny wins, then a matching Allow, and otherwise it is denied.
  boolean allows(Call call) {
    List<Statement> matching = statements.stream().filter(call::matches).toList();
    return matching.stream().noneMatch(statement -> statement.effect().equals("Deny"))
        && matching.stream().anyMatch(statement -> statement.effect().equals("Allow"));
  }
}
