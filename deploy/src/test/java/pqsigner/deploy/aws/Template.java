package pqsigner.deploy.aws;

import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import pqsigner.deploy.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The template as one account sees it.
final class Template {
  static final String REQUESTS =
      "arn:aws:dynamodb:eu-central-1:111122223333:table/pq-signer-requests";
  static final String KEY_STATES =
      "arn:aws:dynamodb:eu-central-1:111122223333:table/pq-signer-key-states";
  static final String KEYS = "arn:aws:dynamodb:eu-central-1:111122223333:table/pq-signer-keys";
  static final String CUSTODIANS =
      "arn:aws:dynamodb:eu-central-1:111122223333:table/pq-signer-custodians";

  private static final Map<String, String> NAMES =
      Map.of(
          "RequestsTable.Arn",
          REQUESTS,
          "KeysTable.Arn",
          KEYS,
          "CustodiansTable.Arn",
          CUSTODIANS,
          "KeyStatesTable.Arn",
          KEY_STATES,
          "AWS::Partition",
          "aws",
          "AWS::AccountId",
          "111122223333",
          "OidcProvider",
          "oidc.example.com/id/1",
          "Namespace",
          "pq-signer");

  private static final JsonNode TEMPLATE =
      Yaml.file(
          Path.of("aws/pq-signer.yaml"),
          (tag, value) ->
              switch (tag) {
                case "!Ref", "!GetAtt" -> NAMES.getOrDefault(value, tag + " " + value);
                case "!Sub" -> substituted(value);
                default -> throw new IllegalArgumentException("a tag: " + tag);
              });

  private Template() {}

  private static String substituted(String text) {
    return Pattern.compile("\\$\\{([A-Za-z:.]+)}")
        .matcher(text)
        .replaceAll(
            name -> {
              String value = NAMES.get(name.group(1));
              if (value == null) {
                throw new IllegalArgumentException("not known here: " + name.group());
              }
              return value;
            });
  }

  static JsonNode resources() {
    return TEMPLATE.path("Resources");
  }

  static JsonNode properties(String resource) {
    JsonNode properties = resources().path(resource).path("Properties");
    if (!properties.isObject()) {
      throw new AssertionError("no resource " + resource);
    }
    return properties;
  }

  static IdentityPolicy identityPolicy(String role) {
    if (properties(role).has("ManagedPolicyArns") || properties(role).has("PermissionsBoundary")) {
      throw new AssertionError("this test evaluates inline policies only");
    }
    return IdentityPolicy.of(
        StreamSupport.stream(properties(role).path("Policies").spliterator(), false)
            .map(policy -> policy.path("PolicyDocument"))
            .toList());
  }

  /// The only statement of who may become the role.
  static JsonNode trust(String role) {
    String text = properties(role).path("AssumeRolePolicyDocument").path("Fn::Sub").asString();
    JsonNode statements = JsonMapper.shared().readTree(substituted(text)).path("Statement");
    if (statements.size() != 1) {
      throw new AssertionError("more than one way to become " + role);
    }
    return statements.get(0);
  }
}
