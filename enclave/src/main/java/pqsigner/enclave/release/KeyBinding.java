package pqsigner.enclave.release;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Map;
import pqsigner.attestation.Sha2;
import pqsigner.protocol.KeyIdentity;

/// What a wrapped key is tied to, twice: in the KMS encryption context, where the key policy and
/// CloudTrail see it, and in the additional data of AES-GCM, where no KMS administrator can change
/// it. A record moved to another custodian, user, algorithm, version or public key opens in
/// neither.
public record KeyBinding(KeyIdentity identity, byte[] publicKey) {
  static final String PURPOSE = "pq-signer/ml-dsa-seed/v1";

  private static final int AAD_VERSION = 1;

  /// For the KMS. All values are texts.
  public Map<String, String> encryptionContext() {
    return Map.of(
        "purpose", PURPOSE,
        "custodian", identity.custodian(),
        "user_id", identity.userId(),
        "alg", identity.algorithm(),
        "key_version", Integer.toString(identity.version()),
        "public_key_sha256", HexFormat.of().formatHex(Sha2.sha256(publicKey)));
  }

  /// For AES-GCM: a version byte, then each field behind its length as u32.
  ///
  /// ```
  /// u8 1 | custodian | user_id | alg | u16 key version | SHA-256(public key) | KMS key ARN
  /// ```
  public byte[] additionalData(String kmsKeyArn) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    out.write(AAD_VERSION);
    field(out, identity.custodian().getBytes(UTF_8));
    field(out, identity.userId().getBytes(UTF_8));
    field(out, identity.algorithm().getBytes(UTF_8));
    field(out, ByteBuffer.allocate(2).putShort((short) identity.version()).array());
    field(out, Sha2.sha256(publicKey));
    field(out, kmsKeyArn.getBytes(UTF_8));
    return out.toByteArray();
  }

  private static void field(ByteArrayOutputStream out, byte[] value) {
    out.writeBytes(ByteBuffer.allocate(4).putInt(value.length).array());
    out.writeBytes(value);
  }
}
