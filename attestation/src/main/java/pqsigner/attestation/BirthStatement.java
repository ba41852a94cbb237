package pqsigner.attestation;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import pqsigner.attestation.cbor.StrictUtf8;

/// What the enclave states at the birth of a key: this public key was generated here, for this
/// owner and name, under this KMS key. Its [#commitment()] is the `user_data` of the birth
/// attestation, so whoever holds the document and these six values can check it without asking us.
///
/// The commitment is the SHA-384 (48 bytes) of these fields, each preceded by its length as u32 big
/// endian:
///
/// ```
/// "pq-signer/birth-statement/v1"   ASCII
/// custodian                        UTF-8
/// userId                           UTF-8
/// algorithm                        ASCII, e.g. ML-DSA-65
/// version                          u32 big endian (so its length field is 4)
/// publicKey                        raw FIPS 204 encoding
/// kmsKeyArn                        ASCII
/// ```
///
/// Frozen: documents outlive releases. Another content needs another label.
///
/// @param custodian name of the owner, 1 to 63 bytes
/// @param userId opaque name of the key within the custodian, 1 to 256 bytes of UTF-8
/// @param algorithm FIPS 204 parameter set by name, 1 to 16 bytes
/// @param version of the key, from 1 to 65535
/// @param publicKey 1 to 2592 bytes
/// @param kmsKeyArn full ARN of the KMS key, 1 to 2048 bytes; never an alias, which can be moved
public record BirthStatement(
    String custodian,
    String userId,
    String algorithm,
    int version,
    byte[] publicKey,
    String kmsKeyArn) {

  private static final String LABEL = "pq-signer/birth-statement/v1";

  /// ML-DSA-87 has the longest public keys.
  private static final int PUBLIC_KEY_BYTES_MAX = 2592;

  public BirthStatement {
    require(custodian, 63, "custodian");
    require(userId, 256, "userId");
    require(algorithm, 16, "algorithm");
    require(kmsKeyArn, 2048, "kmsKeyArn");
    if (version < 1 || version > 0xFFFF) {
      throw new IllegalArgumentException("version is not in 1..65535");
    }
    if (publicKey.length < 1 || publicKey.length > PUBLIC_KEY_BYTES_MAX) {
      throw new IllegalArgumentException(
          "publicKey is not 1 to " + PUBLIC_KEY_BYTES_MAX + " bytes");
    }
    publicKey = publicKey.clone();
  }

  @Override
  public byte[] publicKey() {
    return publicKey.clone();
  }

  /// 48 bytes, as described above.
  public byte[] commitment() {
    return new Commitment(LABEL)
        .text(custodian)
        .text(userId)
        .text(algorithm)
        .number(version)
        .bytes(publicKey)
        .text(kmsKeyArn)
        .digest();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof BirthStatement that
        && custodian.equals(that.custodian)
        && userId.equals(that.userId)
        && algorithm.equals(that.algorithm)
        && version == that.version
        && Arrays.equals(publicKey, that.publicKey)
        && kmsKeyArn.equals(that.kmsKeyArn);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(publicKey);
  }

  static void require(String text, int bytesMax, String name) {
    int bytes = StrictUtf8.encode(text).length;
    if (bytes < 1 || bytes > bytesMax) {
      throw new IllegalArgumentException(name + " is not 1 to " + bytesMax + " bytes");
    }
  }
}
