package pqsigner.image.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.AbstractConstruct;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import pqsigner.enclave.release.KeyBinding;
import pqsigner.image.input.Json;
import pqsigner.image.measurement.Manifests;
import pqsigner.image.measurement.Measurements;
import pqsigner.protocol.KeyIdentity;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The policy exists twice: as a stack's, with parameters, and generated. They say the same.
class CloudFormationAgreementTest {
  private static final Path TEMPLATE = Path.of("../deploy/aws/pq-signer.yaml");
  private static final String HOST = "arn:aws:iam::111122223333:role/pq-signer-nitro-host";
  private static final String KEY_ADMINISTRATOR = "arn:aws:iam::111122223333:role/key-admin";
  private static final String POLICY_ADMINISTRATOR = "arn:aws:iam::111122223333:role/stack";

  private static final Map<String, Object> PARAMETERS =
      Map.of(
          "EnclavePcr0s", List.of(Manifests.register(0), Manifests.register(100)),
          "EnclavePcr16s", List.of(Manifests.register(16), Manifests.register(116)),
          "ParentPcr3s", List.of(Measurements.parentRole(HOST)),
          "KeyAdministratorArn", KEY_ADMINISTRATOR,
          "PolicyAdministratorArn", POLICY_ADMINISTRATOR);

  /// Resolves the template's `!Ref` and `!GetAtt`; nothing else occurs in the key policy.
  private static final class Resolved extends SafeConstructor {
    Resolved(Map<String, Object> parameters) {
      super(new LoaderOptions());
      yamlMultiConstructors.put(
          "!",
          new AbstractConstruct() {
            @Override
            public Object construct(Node node) {
              String text = node instanceof ScalarNode scalar ? scalar.getValue() : "";
              return switch (node.getTag().getValue()) {
                case "!Ref" -> parameters.getOrDefault(text, "ref:" + text);
                case "!GetAtt" -> text.equals("NitroHostRole.Arn") ? HOST : "attribute:" + text;
                default -> node.getTag().getValue() + " " + text;
              };
            }
          });
    }
  }

  private static JsonNode signingKey() throws IOException {
    return signingKey(PARAMETERS);
  }

  private static JsonNode signingKey(Map<String, Object> parameters) throws IOException {
    Map<String, Object> template =
        new Yaml(new Resolved(parameters)).load(Files.readString(TEMPLATE));
    JsonNode json = Json.parse(JsonMapper.shared().writeValueAsBytes(template));
    return json.path("Resources").path("SigningKey").path("Properties");
  }

  @Test
  void theStackAndTheGeneratorAdmitTheSame() throws IOException {
    String generated =
        new KmsKeyPolicy(
                List.of(
                    Manifests.of("1", Manifests.register(0), Manifests.register(16)),
                    Manifests.of("2", Manifests.register(100), Manifests.register(116))),
                HOST,
                HOST,
                List.of(KEY_ADMINISTRATOR),
                POLICY_ADMINISTRATOR)
            .json();

    KeyPolicyDocument stack = KeyPolicyDocument.of(signingKey().path("KeyPolicy"));

    assertThat(stack.statements())
        .hasSize(9)
        .containsExactlyInAnyOrderElementsOf(KeyPolicyDocument.parse(generated).statements());
  }

  /// The stack during an upgrade, and after it.
  @Test
  void whileAnEnclaveIsReplacedBothImagesAreAdmittedAndThenTheNewOneOnly() throws IOException {
    String old = Manifests.register(0);
    String next = Manifests.register(100);
    KeyPolicyDocument during = KeyPolicyDocument.of(signingKey().path("KeyPolicy"));
    Map<String, Object> later = new HashMap<>(PARAMETERS);
    later.put("EnclavePcr0s", List.of(next));
    KeyPolicyDocument after = KeyPolicyDocument.of(signingKey(later).path("KeyPolicy"));

    for (String action : List.of("kms:Decrypt", "kms:GenerateDataKey")) {
      assertThat(during.allows(release(action, old))).isTrue();
      assertThat(during.allows(release(action, next))).isTrue();
      assertThat(during.allows(release(action, Manifests.register(200)))).isFalse();
      assertThat(after.allows(release(action, old))).isFalse();
      assertThat(after.allows(release(action, next))).isTrue();
    }
  }

  private static Call release(String action, String pcr0) {
    return Call.of(HOST, action)
        .attested(Map.of(0, pcr0, 3, Measurements.parentRole(HOST), 16, Manifests.register(16)))
        .inContext(
            new KeyBinding(new KeyIdentity("custodian-a", "user-1", "ML-DSA-65", 1), new byte[1952])
                .encryptionContext());
  }

  @Test
  void theKeyIsOfTheKindThatThePolicyIsFor() throws IOException {
    assertThat(signingKey().path("KeySpec").asString()).isEqualTo("SYMMETRIC_DEFAULT");
    assertThat(signingKey().path("MultiRegion").isMissingNode()).isTrue();
  }
}
