package pqsigner.attestation;

import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import pqsigner.attestation.cbor.StrictUtf8;

/// What the enclave asks of the KMS. Its [#commitment()] is the `user_data` of the attestation
/// document sent along, so that the document can be seen to belong to this request and no other.
///
/// The commitment is the SHA-384 (48 bytes) of these fields, each preceded by its length as u32 big
/// endian:
///
/// ```
/// "pq-signer/kms-request/v1"       ASCII
/// operation                        ASCII, e.g. Decrypt
/// keyArn                           ASCII
/// number of context entries        u32 big endian (so its length field is 4)
/// name, value                      UTF-8, for each entry, in the order of the names' UTF-8 bytes
/// ciphertextSha256                 32 bytes, or none where the operation takes no ciphertext
/// ```
///
/// @param operation KMS action name, 1 to 64 bytes
/// @param keyArn full ARN of the KMS key, 1 to 2048 bytes
/// @param encryptionContext at most 32 entries; kept in the order in which it is hashed
/// @param ciphertextSha256 SHA-256 of the CiphertextBlob, or empty
public record KmsRequestStatement(
    String operation,
    String keyArn,
    Map<String, String> encryptionContext,
    byte[] ciphertextSha256) {

  private static final String LABEL = "pq-signer/kms-request/v1";
  private static final int CONTEXT_ENTRIES_MAX = 32;

  private static final Comparator<String> BY_UTF8 =
      (a, b) -> Arrays.compareUnsigned(StrictUtf8.encode(a), StrictUtf8.encode(b));

  public KmsRequestStatement {
    BirthStatement.require(operation, 64, "operation");
    BirthStatement.require(keyArn, 2048, "keyArn");
    if (encryptionContext.size() > CONTEXT_ENTRIES_MAX) {
      throw new IllegalArgumentException("more than " + CONTEXT_ENTRIES_MAX + " context entries");
    }
    if (ciphertextSha256.length != 0 && ciphertextSha256.length != 32) {
      throw new IllegalArgumentException("ciphertextSha256 is not 0 or 32 bytes");
    }
    NavigableMap<String, String> sorted = new TreeMap<>(BY_UTF8);
    sorted.putAll(encryptionContext);
    encryptionContext = Collections.unmodifiableNavigableMap(sorted);
    ciphertextSha256 = ciphertextSha256.clone();
  }

  public static KmsRequestStatement decrypt(
      String keyArn, Map<String, String> encryptionContext, byte[] ciphertextBlob) {
    return new KmsRequestStatement(
        "Decrypt", keyArn, encryptionContext, Sha2.sha256(ciphertextBlob));
  }

  public static KmsRequestStatement generateDataKey(
      String keyArn, Map<String, String> encryptionContext) {
    return new KmsRequestStatement("GenerateDataKey", keyArn, encryptionContext, new byte[0]);
  }

  @Override
  public byte[] ciphertextSha256() {
    return ciphertextSha256.clone();
  }

  /// 48 bytes, as described above.
  public byte[] commitment() {
    Commitment fields =
        new Commitment(LABEL).text(operation).text(keyArn).number(encryptionContext.size());
    encryptionContext.forEach((name, value) -> fields.text(name).text(value));
    return fields.bytes(ciphertextSha256).digest();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof KmsRequestStatement that
        && operation.equals(that.operation)
        && keyArn.equals(that.keyArn)
        && encryptionContext.equals(that.encryptionContext)
        && Arrays.equals(ciphertextSha256, that.ciphertextSha256);
  }

  @Override
  public int hashCode() {
    return encryptionContext.hashCode();
  }
}
