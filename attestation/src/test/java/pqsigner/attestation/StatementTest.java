package pqsigner.attestation;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StatementTest {
  private static final String ARN =
      "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

  private static final Map<String, String> CONTEXT =
      Map.of(
          "custodian", "custodian-a",
          "user_id", "customer-wallet-123",
          "purpose", "pq-signer/ml-dsa-seed/v1");

  /// Computed by an independent program from the description. Documents with it exist: it must
  /// never change.
  @Test
  void theBirthCommitmentIsFrozen() {
    assertThat(hex(birth("custodian-a", "customer-wallet-123", "ML-DSA-44", 1).commitment()))
        .isEqualTo(
            "1259a72ee3a6f9e197fef900c0df8ea13075a9cf44e3a571a2b40eb86a2cc0e2"
                + "d80abd782b4353003587dd39f6aa32af");
  }

  /// Likewise.
  @Test
  void theBirthCommitmentOfTheSecondVersionIsFrozen() {
    byte[] sealed =
        SealedKey.sha256(
            "encrypted data key".getBytes(US_ASCII), "wrapped seed".getBytes(US_ASCII));
    BirthStatement birth =
        birth("custodian-a", "customer-wallet-123", "ML-DSA-44", 1).sealedAs("request-1", sealed);

    assertThat(hex(sealed))
        .isEqualTo("9ea00e29ad6168cb6c1e016e4075a7822d0ef769ed8be4e373b50d28edc50666");
    assertThat(hex(birth.commitment()))
        .isEqualTo(
            "d37b1f726be553edd90e099103f85f00da040c5776c58c6e938314f9042c334f"
                + "81188f20198c48cfa191579b310a7fda");
    assertThat(birth.statementVersion()).isEqualTo(2);
  }

  @Test
  void noByteOfASealedRecordCanMoveIntoItsNeighbour() {
    assertThat(hex(SealedKey.sha256(new byte[] {1, 2}, new byte[] {3})))
        .isNotEqualTo(hex(SealedKey.sha256(new byte[] {1}, new byte[] {2, 3})))
        .isNotEqualTo(hex(SealedKey.sha256(new byte[] {1, 2, 3}, new byte[0])));
  }

  @Test
  void theKmsRequestCommitmentsAreFrozen() {
    byte[] blob = "ciphertext".getBytes(US_ASCII);

    assertThat(hex(KmsRequestStatement.decrypt(ARN, CONTEXT, blob).commitment()))
        .isEqualTo(
            "ba445486cca36823a2009cf77c1eecde092dc53ff443c7048e31bf363491a5bf"
                + "7e15d5a9e2d81c6685d5fda0da1b76e9");
    assertThat(hex(KmsRequestStatement.generateDataKey(ARN, CONTEXT).commitment()))
        .isEqualTo(
            "fc38f2eb268737aeefb9fa070e5ab0d292c17a4c1eac610ea42ff4a4abb4a7ca"
                + "7bb4b6895601a0369306c80d5b3c9885");
  }

  @Test
  void everyValueIsBoundAndNoneCanMoveIntoItsNeighbour() {
    Set<String> commitments = new HashSet<>();
    byte[] sealed = new byte[32];
    sealed[31] = 1;
    List<BirthStatement> different =
        List.of(
            birth("ab", "c", "ML-DSA-44", 1),
            birth("a", "bc", "ML-DSA-44", 1),
            birth("abc", "M", "L-DSA-44", 1),
            birth("ab", "c", "ML-DSA-44", 2),
            birth("ab", "c", "ML-DSA-65", 1),
            new BirthStatement("ab", "c", "ML-DSA-44", 1, new byte[1312], ARN),
            new BirthStatement("ab", "c", "ML-DSA-44", 1, new byte[1311], ARN),
            new BirthStatement("ab", "c", "ML-DSA-44", 1, new byte[1312], ARN + "x"),
            birth("ab", "c", "ML-DSA-44", 1).sealedAs("r", new byte[32]),
            birth("ab", "c", "ML-DSA-44", 1).sealedAs("s", new byte[32]),
            birth("ab", "c", "ML-DSA-44", 1).sealedAs("r", sealed));
    different.forEach(statement -> commitments.add(hex(statement.commitment())));
    List.of(
            Map.of("ab", "c"),
            Map.of("a", "bc"),
            Map.of("a", "b", "c", ""),
            Map.<String, String>of())
        .forEach(
            context ->
                commitments.add(
                    hex(KmsRequestStatement.generateDataKey(ARN, context).commitment())));

    assertThat(commitments).hasSize(15);
  }

  @Test
  void theOrderOfTheContextDoesNotMatter() {
    Map<String, String> other = new LinkedHashMap<>();
    // As UTF-16 the second name would come first; as UTF-8 the first does.
    other.put("\uFF5E", "1");
    other.put("\uD83D\uDE00", "2");
    other.put("a", "3");
    Map<String, String> reversed = new LinkedHashMap<>();
    other.keySet().stream().sorted().forEach(name -> reversed.put(name, other.get(name)));

    KmsRequestStatement one = KmsRequestStatement.generateDataKey(ARN, other);

    assertThat(one.encryptionContext().keySet()).containsExactly("a", "\uFF5E", "\uD83D\uDE00");
    assertThat(KmsRequestStatement.generateDataKey(ARN, reversed)).isEqualTo(one);
    assertThat(KmsRequestStatement.generateDataKey(ARN, reversed).commitment())
        .isEqualTo(one.commitment());
  }

  @Test
  void textThatIsNotUnicodeIsRefusedBecauseItWouldCollide() {
    assertThatThrownBy(() -> birth("a", "\uD800", "ML-DSA-44", 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> KmsRequestStatement.generateDataKey(ARN, Map.of("a", "\uDC00")).commitment())
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void boundsAreThoseOfTheContract() {
    assertThat(birth("a".repeat(63), "é".repeat(128), "ML-DSA-87", 0xFFFF).commitment())
        .hasSize(48);
    assertRefused("", "u", "ML-DSA-44", 1);
    assertRefused("a".repeat(64), "u", "ML-DSA-44", 1);
    assertRefused("a", "", "ML-DSA-44", 1);
    assertRefused("a", "é".repeat(128) + "a", "ML-DSA-44", 1);
    assertRefused("a", "u", "", 1);
    assertRefused("a", "u", "ML-DSA-44", 0);
    assertRefused("a", "u", "ML-DSA-44", 0x10000);
    assertThatThrownBy(() -> new BirthStatement("a", "u", "x", 1, new byte[2593], ARN))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new BirthStatement("a", "u", "x", 1, new byte[0], ARN))
        .isInstanceOf(IllegalArgumentException.class);
    BirthStatement birth = birth("a", "u", "ML-DSA-44", 1);
    assertThat(birth.sealedAs("r".repeat(128), new byte[32]).commitment()).hasSize(48);
    assertThatThrownBy(() -> birth.sealedAs("r".repeat(129), new byte[32]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> birth.sealedAs("", new byte[32]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> birth.sealedAs("r", new byte[31]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new KmsRequestStatement("Decrypt", ARN, CONTEXT, new byte[31]))
        .isInstanceOf(IllegalArgumentException.class);
    Map<String, String> many = new LinkedHashMap<>();
    for (int i = 0; i < 33; i++) {
      many.put("name-" + i, "value");
    }
    assertThatThrownBy(() -> KmsRequestStatement.generateDataKey(ARN, many))
        .isInstanceOf(IllegalArgumentException.class);
    many.remove("name-0");
    assertThat(KmsRequestStatement.generateDataKey(ARN, many).commitment()).hasSize(48);
  }

  @Test
  void aStatementCannotBeChangedAfterwards() {
    byte[] key = new byte[1312];
    BirthStatement birth = new BirthStatement("a", "u", "ML-DSA-44", 1, key, ARN);
    byte[] commitment = birth.commitment();

    key[0] = 1;
    birth.publicKey()[0] = 1;

    assertThat(birth.commitment()).isEqualTo(commitment);
    assertThat(birth).isEqualTo(new BirthStatement("a", "u", "ML-DSA-44", 1, new byte[1312], ARN));
  }

  @Test
  void registersExtendAsTheHardwareDoes() {
    // PCR2 of an image without an application; see for instance genuine documents of such images.
    assertThat(hex(Pcr.measure()))
        .isEqualTo(
            "21b9efbc184807662e966d34f390821309eeac6802309798826296bf3e8bec7c"
                + "10edb30948c90ba67310f7b964fc500a");
    assertThat(Pcr.measure(new byte[] {1}, new byte[] {2}))
        .isEqualTo(Pcr.measure(new byte[] {1, 2}))
        .isEqualTo(Pcr.extend(new byte[48], Sha2.sha384().digest(new byte[] {1, 2})));
    assertThatThrownBy(() -> Pcr.extend(new byte[32], new byte[48]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(Pcr.isZero(new byte[48])).isTrue();
    assertThat(Pcr.isZero(Pcr.measure())).isFalse();
  }

  private static void assertRefused(
      String custodian, String userId, String algorithm, int version) {
    assertThatThrownBy(() -> birth(custodian, userId, algorithm, version))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static BirthStatement birth(
      String custodian, String userId, String algorithm, int version) {
    byte[] publicKey = new byte[1312];
    for (int i = 0; i < 1280; i++) {
      publicKey[i] = (byte) i;
    }
    return new BirthStatement(custodian, userId, algorithm, version, publicKey, ARN);
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
