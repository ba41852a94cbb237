package pqsigner.image.policy;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import pqsigner.image.input.Json;
import pqsigner.image.measurement.MeasurementManifest;
import pqsigner.image.measurement.Measurements;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A key policy for one KMS key.
///
/// Data keys are released when all of this holds: the caller is the Nitro host's role; the request
/// carries an attestation document; its PCR0 is one of the manifests', and so are PCR3 and PCR16;
/// the encryption context has exactly the six entries that the enclave gives it. Images and
/// configurations are two lists rather than pairs because the configuration is in the image: PCR0
/// already implies PCR16.
///
/// Everything else that would hand out or replace the key material is denied to everyone, the
/// account's root included, and the account gets no general permission. What cannot be undone needs
/// a person with a second factor, given within the last hour, and a deletion takes the longest time
/// that KMS knows, 30 days.
///
/// @param images the running image, and during an upgrade the next one
/// @param hostRole ARN whose credentials the worker relays to the enclave
/// @param instanceRole ARN of the role of the EC2 instance that the enclave runs on, which the
///   hypervisor records in PCR3; on EKS that is the node's role and not the pod's
/// @param keyAdministrators ARNs that may look at the key and schedule its deletion
/// @param policyAdministrator ARN that may replace this policy; null locks it for ever
public record KmsKeyPolicy(
    List<MeasurementManifest> images,
    String hostRole,
    String instanceRole,
    List<String> keyAdministrators,
    @Nullable String policyAdministrator) {

  /// Of an upgrade: more at a time would be old images that nobody took away.
  private static final int IMAGES_MAX = 2;

  private static final int ADMINISTRATORS_MAX = 16;
  private static final String PRINCIPAL_ARN =
      "arn:aws[a-z-]*:(iam|sts)::[0-9]{12}:[\\x21-\\x7E]{1,512}";

  /// As text, which is how IAM writes numbers in conditions.
  private static final String DELETION_DAYS_MIN = "30";

  private static final String SECOND_FACTOR_SECONDS_MAX = "3600";
  private static final List<String> IRREVERSIBLE =
      List.of(
          "kms:PutKeyPolicy",
          "kms:CreateGrant",
          "kms:ScheduleKeyDeletion",
          "kms:DisableKey",
          "kms:DisableKeyRotation");
  private static final String PURPOSE = "pq-signer/ml-dsa-seed/v1";
  private static final List<String> CONTEXT =
      List.of("purpose", "custodian", "user_id", "alg", "key_version", "public_key_sha256");

  public KmsKeyPolicy {
    images = List.copyOf(images);
    keyAdministrators = List.copyOf(keyAdministrators);
    if (images.isEmpty() || images.size() > IMAGES_MAX) {
      throw new IllegalArgumentException("a policy admits one image, or two during an upgrade");
    }
    if (keyAdministrators.isEmpty() || keyAdministrators.size() > ADMINISTRATORS_MAX) {
      throw new IllegalArgumentException("1 to " + ADMINISTRATORS_MAX + " key administrators");
    }
    Measurements.requireRole(hostRole);
    Measurements.requireRole(instanceRole);
    Stream.concat(keyAdministrators.stream(), Stream.ofNullable(policyAdministrator))
        .forEach(administrator -> requireAdministrator(administrator, hostRole));
  }

  /// The policy as KMS takes it.
  public String json() {
    ObjectNode policy = Json.object();
    policy.put("Version", "2012-10-17");
    ArrayNode statements = policy.putArray("Statement");
    release(statements.addObject());
    nothingWithoutAttestation(statements.addObject());
    noWayAround(statements.addObject());
    noOtherPolicy(statements.addObject());
    noHastyDeletion(statements.addObject());
    noneWithoutASecondFactor(statements.addObject());
    noneWithAnOldSecondFactor(statements.addObject());
    if (policyAdministrator != null) {
      ObjectNode statement =
          statement(
              statements.addObject(),
              "PolicyAdministrator",
              "Allow",
              List.of(
                  "kms:PutKeyPolicy",
                  "kms:GetKeyPolicy",
                  "kms:DescribeKey",
                  "kms:EnableKeyRotation",
                  "kms:GetKeyRotationStatus",
                  "kms:TagResource"));
      values(statement.putObject("Principal"), "AWS", List.of(policyAdministrator));
    }
    ObjectNode statement =
        statement(
            statements.addObject(),
            "KeyAdministrator",
            "Allow",
            List.of(
                "kms:DescribeKey",
                "kms:GetKeyPolicy",
                "kms:ScheduleKeyDeletion",
                "kms:CancelKeyDeletion"));
    values(statement.putObject("Principal"), "AWS", keyAdministrators);
    return Json.page(policy);
  }

  private void release(ObjectNode node) {
    ObjectNode statement =
        statement(
            node,
            "ReleaseToTheMeasuredEnclave",
            "Allow",
            List.of("kms:Decrypt", "kms:GenerateDataKey"));
    values(statement.putObject("Principal"), "AWS", List.of(hostRole));
    ObjectNode condition = statement.putObject("Condition");
    ObjectNode measured = condition.putObject("StringEqualsIgnoreCase");
    values(measured, attested("ImageSha384"), registers(image -> image.pcr(Measurements.IMAGE)));
    values(measured, attested("PCR3"), List.of(Measurements.parentRole(instanceRole)));
    values(measured, attested("PCR16"), registers(image -> image.pcr(Measurements.CONFIGURATION)));
    condition.putObject("StringEquals").put("kms:EncryptionContext:purpose", PURPOSE);
    values(condition.putObject("ForAllValues:StringEquals"), "kms:EncryptionContextKeys", CONTEXT);
    // ForAllValues refuses a seventh entry; each of these refuses a context with fewer.
    ObjectNode present = condition.putObject("Null");
    CONTEXT.forEach(key -> present.put("kms:EncryptionContext:" + key, "false"));
  }

  private static void nothingWithoutAttestation(ObjectNode node) {
    ObjectNode statement =
        statement(
            node,
            "NothingWithoutAttestation",
            "Deny",
            List.of("kms:Decrypt", "kms:GenerateDataKey*", "kms:DeriveSharedSecret"));
    statement.put("Principal", "*");
    statement.putObject("Condition").putObject("Null").put(attested("ImageSha384"), "true");
  }

  private static void noWayAround(ObjectNode node) {
    statement(
            node,
            "NoWayAround",
            "Deny",
            List.of(
                "kms:CreateGrant",
                "kms:ReEncrypt*",
                "kms:Encrypt",
                "kms:ReplicateKey",
                "kms:ImportKeyMaterial",
                "kms:UpdatePrimaryRegion"))
        .put("Principal", "*");
  }

  private void noOtherPolicy(ObjectNode node) {
    ObjectNode statement =
        statement(
            node,
            policyAdministrator == null ? "NobodyChangesThePolicy" : "OnlyOneChangesThePolicy",
            "Deny",
            List.of("kms:PutKeyPolicy"));
    statement.put("Principal", "*");
    if (policyAdministrator != null) {
      statement
          .putObject("Condition")
          .putObject("ArnNotEquals")
          .put("aws:PrincipalArn", policyAdministrator);
    }
  }

  private static void noHastyDeletion(ObjectNode node) {
    ObjectNode statement =
        statement(node, "NoHastyDeletion", "Deny", List.of("kms:ScheduleKeyDeletion"));
    statement.put("Principal", "*");
    statement
        .putObject("Condition")
        .putObject("NumericLessThan")
        .put("kms:ScheduleKeyDeletionPendingWindowInDays", DELETION_DAYS_MIN);
  }

  /// `IfExists` holds where the key is missing: whoever signed in without one is denied too.
  private static void noneWithoutASecondFactor(ObjectNode node) {
    ObjectNode statement =
        statement(node, "NothingIrreversibleWithoutASecondFactor", "Deny", IRREVERSIBLE);
    statement.put("Principal", "*");
    statement
        .putObject("Condition")
        .putObject("BoolIfExists")
        .put("aws:MultiFactorAuthPresent", "false");
  }

  private static void noneWithAnOldSecondFactor(ObjectNode node) {
    ObjectNode statement =
        statement(node, "NothingIrreversibleWithAnOldSecondFactor", "Deny", IRREVERSIBLE);
    statement.put("Principal", "*");
    statement
        .putObject("Condition")
        .putObject("NumericGreaterThanIfExists")
        .put("aws:MultiFactorAuthAge", SECOND_FACTOR_SECONDS_MAX);
  }

  private static ObjectNode statement(
      ObjectNode node, String id, String effect, List<String> actions) {
    node.put("Sid", id).put("Effect", effect);
    values(node, "Action", actions);
    return node.put("Resource", "*");
  }

  private List<String> registers(Function<MeasurementManifest, String> register) {
    return images.stream().map(register).distinct().toList();
  }

  private static String attested(String name) {
    return "kms:RecipientAttestation:" + name;
  }

  private static void values(ObjectNode node, String field, List<String> values) {
    if (values.size() == 1) {
      node.put(field, values.getFirst());
    } else {
      ArrayNode list = node.putArray(field);
      values.forEach(list::add);
    }
  }

  private static void requireAdministrator(String arn, String hostRole) {
    if (!arn.matches(PRINCIPAL_ARN) || arn.endsWith(":root")) {
      throw new IllegalArgumentException("not the ARN of a single role or user: " + arn);
    }
    if (arn.equals(hostRole)) {
      throw new IllegalArgumentException(
          "the role that relays for the enclave must not administer anything");
    }
  }
}
