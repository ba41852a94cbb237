package pqsigner.attestation.cbor;

/// What a reader takes at most.
///
/// @param bytesMax length of the whole encoding
/// @param depthMax arrays and maps inside each other; 0 allows neither
/// @param outerMapMayBeIndefinite whether the outermost value may be a map of indefinite length, as
///   the payload of real attestation documents is since August 2025; everything inside must have a
///   definite length all the same
public record CborLimits(int bytesMax, int depthMax, boolean outerMapMayBeIndefinite) {

  /// An answer of the NSM: the driver's response buffer has 0x3000 bytes.
  public static final CborLimits NSM_RESPONSE = new CborLimits(0x3000, 4, false);

  /// A request to the NSM: the driver takes 0x1000 bytes.
  public static final CborLimits NSM_REQUEST = new CborLimits(0x1000, 4, false);

  public CborLimits {
    if (bytesMax < 1 || depthMax < 0) {
      throw new IllegalArgumentException("limits must be positive");
    }
  }
}
