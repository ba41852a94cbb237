package pqsigner.deploy.aws;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// What IAM decides from a role's own policies: a matching Deny wins, then a matching Allow, and
/// otherwise it is denied. Of the language it knows what the template uses; anything else is an
/// error and not a guess.
record IdentityPolicy(List<Statement> statements) {

  /// @param enclosing operations that the action must be a part of; empty for any or none
  record Statement(
      boolean allow, List<String> actions, List<String> resources, List<String> enclosing) {
    boolean matches(String action, String resource) {
      return actions.stream()
              .anyMatch(
                  each -> like(each.toLowerCase(Locale.ROOT), action.toLowerCase(Locale.ROOT)))
          && resources.stream().anyMatch(each -> like(each, resource));
    }

    private static boolean like(String pattern, String text) {
      String quoted = Pattern.quote(pattern).replace("*", "\\E.*\\Q").replace("?", "\\E.\\Q");
      return text.matches(quoted);
    }
  }

  static IdentityPolicy of(List<JsonNode> documents) {
    List<Statement> statements = new ArrayList<>();
    for (JsonNode document : documents) {
      if (!document.path("Version").asString().equals("2012-10-17")) {
        throw new AssertionError("version");
      }
      for (JsonNode each : document.path("Statement")) {
        if (!Set.of("Sid", "Effect", "Action", "Resource", "Condition")
            .containsAll(each.propertyNames())) {
          throw new AssertionError("not known to this test: " + each.propertyNames());
        }
        statements.add(statement(each));
      }
    }
    return new IdentityPolicy(List.copyOf(statements));
  }

  private static Statement statement(JsonNode node) {
    boolean allow =
        switch (node.path("Effect").asString()) {
          case "Allow" -> true;
          case "Deny" -> false;
          default -> throw new AssertionError("effect");
        };
    return new Statement(
        allow,
        values(node.path("Action")),
        values(node.path("Resource")),
        enclosing(node.path("Condition")));
  }

  /// The one condition that our policies have.
  private static List<String> enclosing(JsonNode condition) {
    if (condition.isMissingNode()) {
      return List.of();
    }
    JsonNode only = condition.path("ForAnyValue:StringEquals");
    if (condition.size() != 1 || only.size() != 1) {
      throw new AssertionError("not known to this test: " + condition);
    }
    return values(only.path("dynamodb:EnclosingOperation"));
  }

  private static List<String> values(JsonNode node) {
    List<String> values = new ArrayList<>();
    (node.isArray() ? node : List.of(node)).forEach(value -> values.add(value.asString()));
    if (values.isEmpty() || values.contains("")) {
      throw new AssertionError("empty: " + node);
    }
    return values;
  }

  /// By itself or in a transaction.
  boolean allows(String action, String resource) {
    return allows(action, resource, "") || allows(action, resource, "TransactWriteItems");
  }

  /// @param enclosing the operation that the action is a part of; empty when it is called itself
  boolean allows(String action, String resource, String enclosing) {
    return !forbids(action, resource)
        && statements.stream()
            .anyMatch(
                s ->
                    s.allow
                        && s.matches(action, resource)
                        && (s.enclosing.isEmpty() || s.enclosing.contains(enclosing)));
  }

  /// Denied whatever anybody else allows, such as a resource's policy or one attached later.
  boolean forbids(String action, String resource) {
    return statements.stream().anyMatch(s -> !s.allow && s.matches(action, resource));
  }
}
