package pqsigner.attestation;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import pqsigner.attestation.cbor.StrictUtf8;

/// What the enclave states at the birth of a key: this public key was generated here, for this
/// owner and name, under this KMS key; and since v2 also for this request, sealed in this record.
/// Its [#commitment()] is the `user_data` of the birth attestation, so whoever holds the document
/// and these values can check it without asking us.
///
/// The commitment is the SHA-384 (48 bytes) of these fields, each preceded by its length as u32 big
/// endian:
///
/// ```
/// "pq-signer/birth-statement/v2"   ASCII; v1 ends after kmsKeyArn
/// custodian                        UTF-8
/// userId                           UTF-8
/// algorithm                        ASCII, e.g. ML-DSA-65
/// version                          u32 big endian (so its length field is 4)
/// publicKey                        raw FIPS 204 encoding
/// kmsKeyArn                        ASCII
/// requestId                        ASCII
/// sealedKeySha256                  32 bytes, see SealedKey
/// ```
///
/// The nonce that the gateway minted for the request is not among them: it is in the document's own
/// `nonce` field, which the same signature covers. There every verifier knows how to compare it,
/// and nobody has to keep it to verify the rest years later.
///
/// Frozen: documents outlive releases. Another content needs another label. New births state v2; a
/// document of v1 remains good for what it binds, and says nothing of the sealed record, the
/// request or a nonce.
///
/// @param custodian name of the owner, 1 to 63 bytes
/// @param userId opaque name of the key within the custodian, 1 to 256 bytes of UTF-8
/// @param algorithm FIPS 204 parameter set by name, 1 to 16 bytes
/// @param version of the key, from 1 to 65535
/// @param publicKey 1 to 2592 bytes
/// @param kmsKeyArn full ARN of the KMS key, 1 to 2048 bytes; never an alias, which can be moved
/// @param sealing what v2 binds besides; null in v1
public record BirthStatement(
    String custodian,
    String userId,
    String algorithm,
    int version,
    byte[] publicKey,
    String kmsKeyArn,
    @Nullable Sealing sealing) {

  private static final String LABEL_V1 = "pq-signer/birth-statement/v1";
  private static final String LABEL_V2 = "pq-signer/birth-statement/v2";

  /// ML-DSA-87 has the longest public keys.
  private static final int PUBLIC_KEY_BYTES_MAX = 2592;

  /// @param requestId of the request that the key was made for, 1 to 128 bytes
  /// @param keySha256 of the sealed key record, 32 bytes; see [SealedKey]
  public record Sealing(String requestId, byte[] keySha256) {

    public Sealing {
      require(requestId, 128, "requestId");
      if (keySha256.length != 32) {
        throw new IllegalArgumentException("sealedKeySha256 is not 32 bytes");
      }
      keySha256 = keySha256.clone();
    }

    @Override
    public byte[] keySha256() {
      return keySha256.clone();
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Sealing that
          && requestId.equals(that.requestId)
          && Arrays.equals(keySha256, that.keySha256);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(keySha256);
    }
  }

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

  /// A statement of v1, which nobody makes any more.
  public BirthStatement(
      String custodian,
      String userId,
      String algorithm,
      int version,
      byte[] publicKey,
      String kmsKeyArn) {
    this(custodian, userId, algorithm, version, publicKey, kmsKeyArn, null);
  }

  /// The statement of v2 about the same key.
  public BirthStatement sealedAs(String requestId, byte[] sealedKeySha256) {
    return new BirthStatement(
        custodian,
        userId,
        algorithm,
        version,
        publicKey,
        kmsKeyArn,
        new Sealing(requestId, sealedKeySha256));
  }

  /// Which version of this description the statement follows.
  public int statementVersion() {
    return sealing == null ? 1 : 2;
  }

  @Override
  public byte[] publicKey() {
    return publicKey.clone();
  }

  /// 48 bytes, as described above.
  public byte[] commitment() {
    Commitment fields =
        new Commitment(sealing == null ? LABEL_V1 : LABEL_V2)
            .text(custodian)
            .text(userId)
            .text(algorithm)
            .number(version)
            .bytes(publicKey)
            .text(kmsKeyArn);
    if (sealing != null) {
      fields.text(sealing.requestId).bytes(sealing.keySha256);
    }
    return fields.digest();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof BirthStatement that
        && custodian.equals(that.custodian)
        && userId.equals(that.userId)
        && algorithm.equals(that.algorithm)
        && version == that.version
        && Arrays.equals(publicKey, that.publicKey)
        && kmsKeyArn.equals(that.kmsKeyArn)
        && (sealing == null ? that.sealing == null : sealing.equals(that.sealing));
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
