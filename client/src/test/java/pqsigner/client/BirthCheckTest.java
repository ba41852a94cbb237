package pqsigner.client;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import pqsigner.attestation.BirthStatement;
import pqsigner.attestation.Pcr;
import pqsigner.attestation.SealedKey;
import pqsigner.attestation.nitro.RejectionReason;
import pqsigner.attestation.nitro.TrustRoot;
import pqsigner.attestation.nitro.Verification;
import pqsigner.events.Algorithm;
import pqsigner.local.enclave.DocumentWriter;
import pqsigner.local.enclave.SimulatedNsm;
import pqsigner.local.pki.LocalNitroChain;
import pqsigner.local.pki.LocalPki;
import pqsigner.local.pki.Pem;

/// What a custodian must know and see before it believes that a key was born in the enclave.
final class BirthCheckTest {
  private static final String ARN = "arn:aws:kms:eu-central-1:111122223333:key/1";
  private static final byte[] SEALED = SealedKey.sha256(new byte[184], new byte[60]);
  private static final byte[] IMAGE = Pcr.extend(new byte[Pcr.BYTES], "image".getBytes(US_ASCII));
  private static final Map<Integer, byte[]> TRUSTED = Map.of(0, IMAGE);
  private static final BirthStatement V1 =
      new BirthStatement("custodian-a", "wallet-1", "ML-DSA-44", 1, new byte[1312], ARN);

  @TempDir private static Path folder;
  private static LocalNitroChain chain;
  private static TrustRoot root;
  private static byte[] birth;

  @BeforeAll
  static void giveBirth() throws Exception {
    LocalPki pki = LocalPki.create(folder, List.of("custodian-a"), "eu-central-1", Instant.now());
    chain = pki.nitro();
    root = TrustRoot.of(Files.readAllBytes(chain.root()));
    birth = document(V1.sealedAs("request-1", SEALED), InstantSource.system());
  }

  private static byte[] document(BirthStatement statement, InstantSource clock) throws Exception {
    DocumentWriter documents =
        new DocumentWriter(
            chain.moduleId(),
            Pem.certificates(chain.caBundle()),
            Pem.certificate(chain.leaf().certificate()),
            Pem.privateKey(chain.leaf().key()),
            DocumentWriter.PayloadMap.INDEFINITE);
    return new SimulatedNsm(documents, Map.of(0, IMAGE, 1, IMAGE, 2, IMAGE), clock)
        .attest(statement.commitment(), null, null);
  }

  private static RegisteredKey key(
      String requestId, String userId, int version, byte[] raw, byte @Nullable [] sealed) {
    return new RegisteredKey(
        requestId,
        userId,
        version,
        new MlDsaPublicKey(Algorithm.ML_DSA_44, raw),
        birth,
        sealed,
        Instant.now(),
        true);
  }

  private static BirthCheck check(String custodian, Map<Integer, byte[]> image, String arn) {
    return new BirthCheck(root, List.of(image), custodian, arn);
  }

  @Test
  void aKeyThatIsWhatItsBirthSaysIsVerified() {
    RegisteredKey key = key("request-1", "wallet-1", 1, new byte[1312], SEALED);

    assertThat(check("custodian-a", TRUSTED, ARN).verify(key))
        .isInstanceOf(Verification.Verified.class);
  }

  static List<RegisteredKey> otherKeys() {
    byte[] other = new byte[1312];
    other[7] = 1;
    return List.of(
        key("request-2", "wallet-1", 1, new byte[1312], SEALED),
        key("request-1", "wallet-2", 1, new byte[1312], SEALED),
        key("request-1", "wallet-1", 2, new byte[1312], SEALED),
        key("request-1", "wallet-1", 1, other, SEALED),
        key("request-1", "wallet-1", 1, new byte[1312], SealedKey.sha256(new byte[1], new byte[1])),
        key("request-1", "wallet-1", 1, new byte[1312], null));
  }

  @ParameterizedTest
  @MethodSource("otherKeys")
  void aBirthIsThatOfOneKeyAndOfNoOther(RegisteredKey key) {
    assertRejected(check("custodian-a", TRUSTED, ARN), key, RejectionReason.USER_DATA_MISMATCH);
  }

  @Test
  void anotherOwnerKmsKeyOrImageIsNotBelieved() {
    RegisteredKey key = key("request-1", "wallet-1", 1, new byte[1312], SEALED);
    Map<Integer, byte[]> other = Map.of(0, new byte[Pcr.BYTES]);

    assertRejected(check("custodian-b", TRUSTED, ARN), key, RejectionReason.USER_DATA_MISMATCH);
    assertRejected(check("custodian-a", TRUSTED, ARN + 1), key, RejectionReason.USER_DATA_MISMATCH);
    assertRejected(check("custodian-a", other, ARN), key, RejectionReason.IMAGE_NOT_ALLOWED);
    BirthCheck amazon =
        new BirthCheck(TrustRoot.awsNitroEnclaves(), List.of(TRUSTED), "custodian-a", ARN);
    assertThat(amazon.verify(key)).isInstanceOf(Verification.Rejected.class);
  }

  @Test
  void anImageMustBeNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new BirthCheck(root, List.of(), "custodian-a", ARN));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new BirthCheck(root, List.of(Map.of(1, IMAGE)), "custodian-a", ARN));
  }

  private static void assertRejected(BirthCheck check, RegisteredKey key, RejectionReason reason) {
    assertThat(check.verify(key))
        .isInstanceOfSatisfying(
            Verification.Rejected.class,
            rejected -> assertThat(rejected.reason()).isEqualTo(reason));
  }
}
