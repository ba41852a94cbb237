package pqsigner.image.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.enclave.release.KeyBinding;
import pqsigner.image.measurement.Manifests;
import pqsigner.image.measurement.MeasurementManifest;
import pqsigner.image.measurement.Measurements;
import pqsigner.protocol.KeyIdentity;

class KmsKeyPolicyTest {
  private static final String ACCOUNT = "arn:aws:iam::111122223333:";
  private static final String HOST = ACCOUNT + "role/nitro-host";
  private static final String NODE = ACCOUNT + "role/node";
  private static final String KEY_ADMINISTRATOR = ACCOUNT + "role/key-admin";
  private static final String POLICY_ADMINISTRATOR = ACCOUNT + "role/policy-admin";

  private static final String NOW = Manifests.register(0);
  private static final String NEXT = Manifests.register(100);
  private static final String CONFIGURATION = Manifests.register(16);
  private static final MeasurementManifest IMAGE = Manifests.of("1", NOW, CONFIGURATION);

  /// What the enclave really sends.
  private static final Map<String, String> CONTEXT =
      new KeyBinding(new KeyIdentity("custodian-a", "user-1", "ML-DSA-65", 1), new byte[1952])
          .encryptionContext();

  private static final KeyPolicyDocument LOCKED = policy(null, IMAGE);

  private static KeyPolicyDocument policy(
      @Nullable String policyAdministrator, MeasurementManifest... images) {
    return KeyPolicyDocument.parse(
        new KmsKeyPolicy(
                List.of(images), HOST, NODE, List.of(KEY_ADMINISTRATOR), policyAdministrator)
            .json());
  }

  private static Call release(String action) {
    return Call.of(HOST, action)
        .attested(
            Map.of(
                0,
                NOW,
                1,
                Manifests.register(1),
                3,
                Measurements.parentRole(NODE),
                16,
                CONFIGURATION))
        .inContext(CONTEXT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"kms:Decrypt", "kms:GenerateDataKey"})
  void theMeasuredEnclaveGetsItsDataKeys(String action) {
    assertThat(LOCKED.allows(release(action))).isTrue();
    assertThat(
            LOCKED.allows(
                release(action)
                    .with(
                        "kms:RecipientAttestation:PCR16", CONFIGURATION.toUpperCase(Locale.ROOT))))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kms:Decrypt",
        "kms:GenerateDataKey",
        "kms:GenerateDataKeyWithoutPlaintext",
        "kms:GenerateDataKeyPair",
        "kms:DeriveSharedSecret"
      })
  void nobodyGetsAnythingWithoutAttestation(String action) {
    for (String caller :
        List.of(HOST, NODE, KEY_ADMINISTRATOR, POLICY_ADMINISTRATOR, ACCOUNT + "root")) {
      assertThat(LOCKED.allows(Call.of(caller, action).inContext(CONTEXT))).isFalse();
      // Denied, and not merely not allowed: a grant or an IAM policy would not help either.
      assertThat(
              LOCKED.statements().stream()
                  .filter(statement -> statement.effect().equals("Deny"))
                  .anyMatch(Call.of(caller, action)::matches))
          .as("%s %s", caller, action)
          .isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ImageSha384", "PCR3", "PCR16"})
  void everyMeasurementCounts(String register) {
    String key = "kms:RecipientAttestation:" + register;
    for (String action : List.of("kms:Decrypt", "kms:GenerateDataKey")) {
      assertThat(LOCKED.allows(release(action).without(key))).isFalse();
      assertThat(LOCKED.allows(release(action).with(key, NEXT))).isFalse();
      assertThat(LOCKED.allows(release(action).with(key, "00".repeat(48)))).isFalse();
    }
  }

  @Test
  void theContextIsExactlyTheEnclaves() {
    for (String key : CONTEXT.keySet()) {
      Map<String, String> fewer = new HashMap<>(CONTEXT);
      fewer.remove(key);
      Call call = release("kms:Decrypt").without("kms:EncryptionContext:" + key);
      assertThat(LOCKED.allows(call.inContext(fewer))).as("without %s", key).isFalse();
    }
    Map<String, String> more = new HashMap<>(CONTEXT);
    more.put("another", "entry");
    assertThat(LOCKED.allows(release("kms:Decrypt").inContext(more))).isFalse();
    Map<String, String> other = new HashMap<>(CONTEXT);
    other.put("purpose", "something else");
    assertThat(LOCKED.allows(release("kms:Decrypt").inContext(other))).isFalse();
    Call none = release("kms:Decrypt").without("kms:EncryptionContextKeys");
    for (String key : CONTEXT.keySet()) {
      none = none.without("kms:EncryptionContext:" + key);
    }
    assertThat(LOCKED.allows(none)).isFalse();
  }

  @Test
  void anotherCallerGetsNothingEvenFromTheSameEnclave() {
    for (String caller : List.of(NODE, KEY_ADMINISTRATOR, ACCOUNT + "root")) {
      Call call = release("kms:Decrypt");
      assertThat(LOCKED.allows(new Call(caller, call.action(), call.keys()))).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kms:PutKeyPolicy",
        "kms:CreateGrant",
        "kms:ReEncryptFrom",
        "kms:ReEncryptTo",
        "kms:Encrypt",
        "kms:ReplicateKey",
        "kms:ImportKeyMaterial",
        "kms:UpdatePrimaryRegion"
      })
  void noWayAroundIsOpenToAnybody(String action) {
    for (String caller : List.of(HOST, KEY_ADMINISTRATOR, POLICY_ADMINISTRATOR, ACCOUNT + "root")) {
      assertThat(LOCKED.allows(Call.of(caller, action))).as("%s %s", caller, action).isFalse();
      Call attested = release(action);
      assertThat(LOCKED.allows(new Call(caller, action, attested.keys()))).isFalse();
      assertThat(
              LOCKED.statements().stream()
                  .filter(statement -> statement.effect().equals("Deny"))
                  .anyMatch(Call.of(caller, action)::matches))
          .as("%s is denied %s", caller, action)
          .isTrue();
    }
  }

  @Test
  void aPolicyAdministratorMayOnlyReplaceThePolicy() {
    KeyPolicyDocument managed = policy(POLICY_ADMINISTRATOR, IMAGE);

    assertThat(managed.allows(byPerson(POLICY_ADMINISTRATOR, "kms:PutKeyPolicy"))).isTrue();
    assertThat(managed.allows(byPerson(KEY_ADMINISTRATOR, "kms:PutKeyPolicy"))).isFalse();
    assertThat(managed.allows(byPerson(ACCOUNT + "root", "kms:PutKeyPolicy"))).isFalse();
    for (String action : List.of("kms:CreateGrant", "kms:Encrypt", "kms:Decrypt")) {
      assertThat(managed.allows(byPerson(POLICY_ADMINISTRATOR, action))).isFalse();
    }
  }

  private static Call byPerson(String principal, String action) {
    return Call.of(principal, action).withSecondFactor(60);
  }

  /// A stolen access key, a role of a service or a session of yesterday admits no image.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "kms:PutKeyPolicy",
        "kms:CreateGrant",
        "kms:ScheduleKeyDeletion",
        "kms:DisableKey",
        "kms:DisableKeyRotation"
      })
  void whatCannotBeUndoneNeedsASecondFactorOfThisHour(String action) {
    KeyPolicyDocument managed = policy(POLICY_ADMINISTRATOR, IMAGE);
    for (String caller : List.of(POLICY_ADMINISTRATOR, KEY_ADMINISTRATOR, HOST, ACCOUNT + "root")) {
      Call without = Call.of(caller, action);
      for (Call call :
          List.of(
              without,
              without.with("aws:MultiFactorAuthPresent", "false"),
              without.withSecondFactor(3601))) {
        assertThat(managed.allows(call)).as("%s", call).isFalse();
        assertThat(
                managed.statements().stream()
                    .filter(statement -> statement.effect().equals("Deny"))
                    .anyMatch(call::matches))
            .as("denied, so that no other policy helps: %s", call)
            .isTrue();
      }
    }
    assertThat(
            managed.allows(
                Call.of(POLICY_ADMINISTRATOR, "kms:PutKeyPolicy").withSecondFactor(3600)))
        .isTrue();
  }

  /// 30 days is also what KMS takes when nothing is said.
  @Test
  void aDeletionIsNeverHasty() {
    Call deletion = byPerson(KEY_ADMINISTRATOR, "kms:ScheduleKeyDeletion");
    String window = "kms:ScheduleKeyDeletionPendingWindowInDays";

    assertThat(LOCKED.allows(deletion.with(window, "30"))).isTrue();
    assertThat(LOCKED.allows(deletion)).isTrue();
    assertThat(LOCKED.allows(deletion.with(window, "29"))).isFalse();
    assertThat(LOCKED.allows(deletion.with(window, "7"))).isFalse();
  }

  @Test
  void keyAdministratorsLookAndDelete() {
    assertThat(LOCKED.allows(Call.of(KEY_ADMINISTRATOR, "kms:CancelKeyDeletion")))
        .as("stopping a deletion needs no second factor")
        .isTrue();
    for (String action :
        List.of(
            "kms:DescribeKey",
            "kms:GetKeyPolicy",
            "kms:ScheduleKeyDeletion",
            "kms:CancelKeyDeletion")) {
      assertThat(LOCKED.allows(byPerson(KEY_ADMINISTRATOR, action))).isTrue();
      assertThat(LOCKED.allows(byPerson(HOST, action))).isFalse();
    }
  }

  @Test
  void anUpgradeAdmitsTheOldAndTheNewImage() {
    String nextConfiguration = Manifests.register(116);
    KeyPolicyDocument both =
        policy(POLICY_ADMINISTRATOR, IMAGE, Manifests.of("2", NEXT, nextConfiguration));
    Call next =
        release("kms:Decrypt")
            .with("kms:RecipientAttestation:ImageSha384", NEXT)
            .with("kms:RecipientAttestation:PCR16", nextConfiguration);

    assertThat(both.allows(release("kms:Decrypt"))).isTrue();
    assertThat(both.allows(next)).isTrue();
    assertThat(LOCKED.allows(next)).isFalse();
    assertThat(
            both.allows(next.with("kms:RecipientAttestation:ImageSha384", Manifests.register(7))))
        .isFalse();
  }

  @Test
  void whatWouldOpenTheKeyIsRefused() {
    assertRefused(List.of(), HOST, NODE, List.of(KEY_ADMINISTRATOR), null);
    assertRefused(List.of(IMAGE, IMAGE, IMAGE), HOST, NODE, List.of(KEY_ADMINISTRATOR), null);
    assertRefused(List.of(IMAGE), "*", NODE, List.of(KEY_ADMINISTRATOR), null);
    assertRefused(List.of(IMAGE), HOST, "node", List.of(KEY_ADMINISTRATOR), null);
    assertRefused(List.of(IMAGE), HOST, NODE, List.of(), null);
    assertRefused(List.of(IMAGE), HOST, NODE, List.of("*"), null);
    assertRefused(List.of(IMAGE), HOST, NODE, List.of(ACCOUNT + "root"), null);
    assertRefused(List.of(IMAGE), HOST, NODE, List.of(KEY_ADMINISTRATOR), ACCOUNT + "root");
    assertRefused(List.of(IMAGE), HOST, NODE, List.of(HOST), null);
    assertRefused(List.of(IMAGE), HOST, NODE, List.of(KEY_ADMINISTRATOR), HOST);
  }

  private static void assertRefused(
      List<MeasurementManifest> images,
      String host,
      String node,
      List<String> administrators,
      @Nullable String policyAdministrator) {
    assertThatThrownBy(
            () -> new KmsKeyPolicy(images, host, node, administrators, policyAdministrator))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /// KMS takes 32 KiB.
  @Test
  void theLargestPolicyFits() {
    String longest = ACCOUNT + "role/" + "p/".repeat(200) + "a".repeat(64);
    List<String> administrators = java.util.Collections.nCopies(16, longest);

    assertThat(
            new KmsKeyPolicy(
                    List.of(IMAGE, Manifests.of("2", NEXT, NEXT)),
                    HOST,
                    NODE,
                    administrators,
                    longest)
                .json())
        .hasSizeLessThan(32 * 1024);
  }
}
