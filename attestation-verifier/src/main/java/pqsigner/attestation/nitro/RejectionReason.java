package pqsigner.attestation.nitro;

import java.util.Locale;

/// Why a document was rejected: one reason for each check, in the order of the checks. The
/// [#code()] is stable.
public enum RejectionReason {
  EMPTY,
  TOO_LARGE,

  CBOR_TRUNCATED,
  CBOR_TRAILING_BYTES,
  CBOR_TOO_DEEP,
  CBOR_DUPLICATE_KEY,
  CBOR_INDEFINITE_LENGTH,
  CBOR_INVALID_TEXT,
  CBOR_INTEGER_OUT_OF_RANGE,
  CBOR_UNSUPPORTED_ITEM,

  COSE_TAGGED,
  COSE_NOT_SIGN1,
  COSE_PROTECTED_HEADER,
  COSE_UNPROTECTED_HEADER,
  COSE_SIGNATURE_LENGTH,

  /// EC2 instances attest under the same root, with `nitrotpm_pcrs` in place of `pcrs`.
  NITROTPM_DOCUMENT,
  UNKNOWN_FIELD,
  MISSING_FIELD,
  FIELD_TYPE,
  MODULE_ID,
  DIGEST,
  TIMESTAMP,
  PCR_COUNT,
  PCR_INDEX,
  PCR_LENGTH,
  CERTIFICATE_SIZE,
  CABUNDLE_COUNT,
  CABUNDLE_CERTIFICATE_SIZE,
  PUBLIC_KEY_SIZE,
  USER_DATA_SIZE,
  NONCE_SIZE,

  ROOT_NOT_TRUSTED,
  /// The root is in the bundle, but not first.
  CABUNDLE_ORDER,
  CERTIFICATE_MALFORMED,
  CERTIFICATE_EXPIRED,
  CERTIFICATE_NOT_YET_VALID,
  CHAIN_SIGNATURE,
  CHAIN_NAME,
  CHAIN_CONSTRAINT,
  CHAIN_INVALID,
  LEAF_IS_CA,
  LEAF_KEY_USAGE,
  LEAF_KEY,
  SIGNATURE,

  STALE,
  FROM_THE_FUTURE,

  /// A register that the policy looks at is not in the document.
  PCR_MISSING,
  DEBUG_MODE,
  IMAGE_NOT_ALLOWED,
  PCR_MISMATCH,
  NONCE_MISMATCH,
  USER_DATA_MISMATCH,
  PUBLIC_KEY_MISMATCH;

  /// The stable name for logs, JSON and scripts.
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
