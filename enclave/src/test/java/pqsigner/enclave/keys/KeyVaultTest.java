package pqsigner.enclave.keys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.Provider;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.conscrypt.Conscrypt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import pqsigner.enclave.Deadline;
import pqsigner.enclave.RefusedException;
import pqsigner.enclave.release.AwsCredentials;
import pqsigner.enclave.release.CurrentCredentials;
import pqsigner.enclave.release.KeyBinding;
import pqsigner.enclave.release.KmsEndpoint;
import pqsigner.enclave.release.KmsKeyRelease;
import pqsigner.enclave.release.RecipientKeys;
import pqsigner.enclave.secret.SecretBytes;
import pqsigner.enclave.secret.Sweeper;
import pqsigner.enclave.signing.EngineException;
import pqsigner.enclave.signing.FaultyEngine;
import pqsigner.enclave.signing.MlDsaEngines;
import pqsigner.enclave.signing.Randomness;
import pqsigner.enclave.signing.SigningSession;
import pqsigner.enclave.testing.FakeNsm;
import pqsigner.enclave.testing.TestCertificates;
import pqsigner.enclave.testing.TestKms;
import pqsigner.mldsa.ParameterSet;
import pqsigner.mldsa.SigningInput;
import pqsigner.protocol.KeyIdentity;
import pqsigner.protocol.KeyRecord;
import pqsigner.protocol.Refusal;
import pqsigner.protocol.Request;

/// Records that somebody in the parent has had a hand in.
class KeyVaultTest {
  private static final Sweeper SWEEPER = new Sweeper(Duration.ofHours(1));
  private static final Provider CONSCRYPT = Conscrypt.newProvider();
  private static final KeyIdentity ALICE = new KeyIdentity("custodian-a", "alice", "ML-DSA-44", 1);
  private static final Request.GenerateKey BIRTH =
      new Request.GenerateKey(ALICE, "request-1", new byte[32], 0);
  private static final Set<ParameterSet> LEVELS = EnumSet.of(ParameterSet.ML_DSA_44);
  private static final Deadline NO_HURRY = Deadline.in(Duration.ofHours(1));

  private final SecureRandom random = new SecureRandom();
  private TestKms kms;
  private KmsKeyRelease release;

  @BeforeEach
  void start() throws Exception {
    TestCertificates authority = new TestCertificates("root");
    kms = new TestKms(authority, CONSCRYPT, TestKms.HOST);
    CurrentCredentials credentials = new CurrentCredentials(InstantSource.system());
    release =
        new KmsKeyRelease(
            new KmsEndpoint(
                TestKms.ARN,
                TestKms.REGION,
                TestKms.HOST,
                kms.address(),
                List.of(authority.root()),
                List.of("X25519MLKEM768"),
                Duration.ofSeconds(20),
                4,
                Duration.ofSeconds(20)),
            new FakeNsm(),
            new RecipientKeys(
                new RecipientKeys.Rotation(1, Duration.ofHours(1), 1_000_000), CONSCRYPT, SWEEPER),
            credentials,
            random,
            CONSCRYPT);
    release.offer(
        AwsCredentials.of(
            "id".getBytes(UTF_8), "secret".getBytes(UTF_8), new byte[0], null, Instant.now()));
    kms.calls().clear();
  }

  @AfterEach
  void stop() {
    release.close();
    kms.close();
  }

  private KeyVault vault(DataKeyLeases.Terms terms) throws Exception {
    return vault(
        terms, MlDsaEngines.selfTested(LEVELS, CONSCRYPT, new Randomness.Hedged(random), SWEEPER));
  }

  private KeyVault vault(DataKeyLeases.Terms terms, MlDsaEngines engines) {
    return new KeyVault(
        LEVELS,
        engines,
        release,
        new DataKeyLeases(terms, InstantSource.system()),
        new FakeNsm(),
        random,
        CONSCRYPT);
  }

  private KeyVault vault() throws Exception {
    return vault(DataKeyLeases.Terms.OFF);
  }

  private static void assertSigns(KeyVault vault, KeyRecord key) throws Exception {
    try (SigningSession session = vault.open(key, NO_HURRY)) {
      assertThat(session.sign(SigningInput.message(new byte[1]))).hasSize(2420);
    }
  }

  private static Refusal refusal(KeyVault vault, KeyRecord key) throws Exception {
    try (SigningSession session = vault.open(key, NO_HURRY)) {
      byte[] signature = session.sign(SigningInput.message(new byte[1]));
      throw new AssertionError("signed " + signature.length + " bytes");
    } catch (RefusedException e) {
      return e.refusal();
    }
  }

  private static KeyRecord with(KeyRecord key, KeyIdentity identity) {
    return new KeyRecord(identity, key.publicKey(), key.encryptedDataKey(), key.wrappedSeed());
  }

  @Test
  void aNewRecordIsOpenedByTheKmsOnceBeforeItIsAttestedAndLeavesNoLease() throws Exception {
    KeyVault vault = vault(new DataKeyLeases.Terms(Duration.ofHours(1), 1000, 10));

    KeyRecord key = vault.generate(BIRTH, NO_HURRY).key();

    assertThat(kms.calls())
        .extracting(TestKms.Call::operation)
        .containsExactly("GenerateDataKey", "Decrypt");
    assertThat(lastOpened()).isEqualTo(key.encryptedDataKey());
    assertSigns(vault, key);
    assertThat(kms.calls()).as("the first signature asks again").hasSize(3);
  }

  private byte[] lastOpened() {
    TestKms.Call last = List.copyOf(kms.calls()).getLast();
    return Base64.getDecoder().decode(last.body().get("CiphertextBlob").asString());
  }

  /// A key that could never sign would occupy its user's name for ever.
  @Test
  void aRecordThatDoesNotOpenIsNeverAttested() throws Exception {
    KeyVault vault = vault();
    for (TestKms.Behaviour broken :
        List.<TestKms.Behaviour>of(
            _ -> TestKms.Reply.error(400, "InvalidCiphertextException"),
            call ->
                TestKms.released(
                    FakeNsm.field(call.document(), "public_key"), new byte[32], new byte[] {1}))) {
      kms.behave(call -> isDecrypt(call) ? broken.answer(call) : kms.honest(call));
      assertThat(refusalOfBirth(vault)).isEqualTo(Refusal.INTERNAL);
    }
    kms.behave(
        call ->
            isDecrypt(call) ? TestKms.Reply.error(400, "ThrottlingException") : kms.honest(call));
    assertThat(refusalOfBirth(vault)).isEqualTo(Refusal.KMS_THROTTLED);
  }

  /// The record opens, and its key still does not sign: nothing is attested either.
  @Test
  void aKeyWhoseFirstSignatureDoesNotVerifyIsNeverAttested() {
    KeyVault vault =
        vault(
            DataKeyLeases.Terms.OFF,
            FaultyEngine.engines(CONSCRYPT, new Randomness.Hedged(random), SWEEPER));

    assertThatThrownBy(() -> vault.generate(BIRTH, NO_HURRY)).isInstanceOf(EngineException.class);
  }

  private static boolean isDecrypt(TestKms.Call call) {
    return call.operation().equals("Decrypt");
  }

  private static Refusal refusalOfBirth(KeyVault vault) throws Exception {
    try {
      throw new AssertionError("born: " + vault.generate(BIRTH, NO_HURRY));
    } catch (RefusedException e) {
      return e.refusal();
    }
  }

  @Test
  void aRecordUnderAnotherNameIsRejected() throws Exception {
    KeyVault vault = vault();
    KeyRecord key = vault.generate(BIRTH, NO_HURRY).key();
    assertSigns(vault, key);
    for (KeyIdentity other :
        List.of(
            new KeyIdentity("custodian-b", "alice", "ML-DSA-44", 1),
            new KeyIdentity("custodian-a", "bob", "ML-DSA-44", 1),
            new KeyIdentity("custodian-a", "alice", "ML-DSA-44", 2))) {
      assertThat(refusal(vault, with(key, other))).isEqualTo(Refusal.KEY_RECORD_REJECTED);
    }
  }

  @Test
  void partsOfTwoRecordsDoNotMakeAThird() throws Exception {
    KeyVault vault = vault();
    KeyRecord a = vault.generate(BIRTH, NO_HURRY).key();
    KeyRecord b = vault.generate(BIRTH, NO_HURRY).key();
    KeyIdentity id = ALICE;
    for (KeyRecord mixed :
        List.of(
            new KeyRecord(id, b.publicKey(), a.encryptedDataKey(), a.wrappedSeed()),
            new KeyRecord(id, a.publicKey(), b.encryptedDataKey(), a.wrappedSeed()),
            new KeyRecord(id, a.publicKey(), a.encryptedDataKey(), b.wrappedSeed()),
            new KeyRecord(id, a.publicKey(), b.encryptedDataKey(), b.wrappedSeed()))) {
      assertThat(refusal(vault, mixed)).isEqualTo(Refusal.KEY_RECORD_REJECTED);
    }
    assertSigns(vault, a);
    assertSigns(vault, b);
  }

  /// Even a KMS administrator who changes the encryption context's blob cannot swap records: the
  /// additional data of AES-GCM say the same again.
  @Test
  void whatTheKmsWouldLetPassTheSealDoesNot() throws Exception {
    KeyVault vault = vault();
    KeyRecord key = vault.generate(BIRTH, NO_HURRY).key();
    byte[] dataKey = kms.dataKey(key.encryptedDataKey());
    kms.behave(
        call ->
            TestKms.released(
                FakeNsm.field(call.document(), "public_key"), dataKey, new byte[] {1}));
    assertSigns(vault, key);
    assertThat(refusal(vault, with(key, new KeyIdentity("custodian-b", "alice", "ML-DSA-44", 1))))
        .isEqualTo(Refusal.KEY_RECORD_REJECTED);
    assertThat(refusal(vault, with(key, new KeyIdentity("custodian-a", "alice", "ML-DSA-44", 9))))
        .isEqualTo(Refusal.KEY_RECORD_REJECTED);
  }

  /// Somebody who forges the KMS's answer gets a data key of his own choice into the enclave; it
  /// opens nothing.
  @Test
  void aDataKeyOfSomebodyElsesChoiceOpensNothing() throws Exception {
    KeyVault vault = vault();
    KeyRecord key = vault.generate(BIRTH, NO_HURRY).key();
    kms.behave(
        call ->
            TestKms.released(
                FakeNsm.field(call.document(), "public_key"), new byte[32], new byte[] {1}));
    assertThat(refusal(vault, key)).isEqualTo(Refusal.KEY_RECORD_REJECTED);
  }

  /// A record that is sealed correctly in every way, around a seed that is not the key's. Only
  /// whoever has the data key could make it.
  @Test
  void aWellSealedSeedOfAnotherKeyIsRejected() throws Exception {
    KeyVault vault = vault();
    KeyRecord key = vault.generate(BIRTH, NO_HURRY).key();
    byte[] additionalData = new KeyBinding(ALICE, key.publicKey()).additionalData(TestKms.ARN);
    try (SecretBytes dataKey = SecretBytes.moved(kms.dataKey(key.encryptedDataKey()));
        SecretBytes otherSeed = SecretBytes.random(32, random)) {
      byte[] forged = new SeedWrapping(CONSCRYPT, random).wrap(dataKey, additionalData, otherSeed);
      assertThat(
              refusal(vault, new KeyRecord(ALICE, key.publicKey(), key.encryptedDataKey(), forged)))
          .isEqualTo(Refusal.KEY_RECORD_REJECTED);
    }
  }

  @Test
  void recordsThatCannotBeOnesAreRejectedWithoutAskingTheKms() throws Exception {
    KeyVault vault = vault();
    KeyRecord key = vault.generate(BIRTH, NO_HURRY).key();
    kms.calls().clear();
    assertThat(refusal(vault, new KeyRecord(ALICE, new byte[1311], new byte[1], new byte[60])))
        .isEqualTo(Refusal.KEY_RECORD_REJECTED);
    assertThat(
            refusal(vault, new KeyRecord(ALICE, key.publicKey(), new byte[0], key.wrappedSeed())))
        .isEqualTo(Refusal.KEY_RECORD_REJECTED);
    assertThat(refusal(vault, with(key, new KeyIdentity("custodian-a", "alice", "ML-DSA-65", 1))))
        .isEqualTo(Refusal.UNSUPPORTED_ALGORITHM);
    assertThat(kms.calls()).isEmpty();
  }

  @Test
  void aLeaseSavesTheKmsButChecksTheRecordAsBefore() throws Exception {
    KeyVault vault = vault(new DataKeyLeases.Terms(Duration.ofHours(1), 3, 10));
    KeyRecord key = vault.generate(BIRTH, NO_HURRY).key();
    kms.calls().clear();
    assertSigns(vault, key);
    assertSigns(vault, key);
    assertSigns(vault, key);
    assertThat(kms.calls()).hasSize(1);
    assertSigns(vault, key);
    assertThat(kms.calls()).hasSize(2);

    byte[] tampered = key.wrappedSeed().clone();
    tampered[20] ^= 1;
    KeyRecord changed = new KeyRecord(ALICE, key.publicKey(), key.encryptedDataKey(), tampered);
    assertThat(refusal(vault, changed)).isEqualTo(Refusal.KEY_RECORD_REJECTED);
    kms.calls().clear();
    assertThat(refusal(vault, with(key, new KeyIdentity("custodian-b", "alice", "ML-DSA-44", 1))))
        .isEqualTo(Refusal.KEY_RECORD_REJECTED);
    assertThat(kms.calls()).as("another identity has no lease").hasSize(1);
  }

  @Test
  void aDataKeyThatOpenedNothingIsNotKept() throws Exception {
    KeyVault vault = vault(new DataKeyLeases.Terms(Duration.ofHours(1), 1000, 10));
    KeyRecord key = vault.generate(BIRTH, NO_HURRY).key();
    byte[] tampered = key.wrappedSeed().clone();
    tampered[59] ^= 1;
    KeyRecord changed = new KeyRecord(ALICE, key.publicKey(), key.encryptedDataKey(), tampered);
    kms.calls().clear();
    assertThat(refusal(vault, changed)).isEqualTo(Refusal.KEY_RECORD_REJECTED);
    assertThat(refusal(vault, changed)).isEqualTo(Refusal.KEY_RECORD_REJECTED);
    assertThat(kms.calls()).hasSize(2);
  }
}
