package pqsigner.protocol;

/// Bounds of the wire, in bytes or counts. A value beyond its bound ends the connection.
public final class Limits {
  /// A whole frame without its length word. Small on purpose: vsock chunks writes at 32 KiB and a
  /// bound this low keeps the memory of a hostile peer's connections small.
  public static final int FRAME_BYTES_MAX = 256 * 1024;

  public static final int FRAME_HEADER_BYTES = 12;
  public static final int TEXT_BYTES_MAX = 256;
  public static final int REQUEST_ID_BYTES_MAX = 128;
  public static final int BIRTH_NONCE_BYTES = 32;
  public static final int MESSAGE_BYTES_MAX = 64 * 1024;
  public static final int MU_BYTES = 64;

  /// FIPS 204, section 5.2: a context string is at most 255 bytes.
  public static final int CONTEXT_BYTES_MAX = 255;

  /// ML-DSA-87 public keys have 2592 bytes.
  public static final int PUBLIC_KEY_BYTES_MAX = 2592;

  /// ML-DSA-87 signatures have 4627 bytes.
  public static final int SIGNATURE_BYTES_MAX = 4627;

  /// KMS: a CiphertextBlob is at most 6144 bytes.
  public static final int ENCRYPTED_DATA_KEY_BYTES_MAX = 6144;

  /// 12-byte nonce, 32-byte seed, 16-byte tag.
  public static final int WRAPPED_SEED_BYTES = 60;

  public static final int ATTESTATION_BYTES_MAX = 16 * 1024;
  public static final int CREDENTIAL_BYTES_MAX = 4096;

  /// Items of one Sign frame.
  public static final int SIGN_ITEMS_MAX = 64;

  private Limits() {}
}
