package pqsigner.image.input;

import java.util.Locale;

/// Something that was given cannot be built from, measured or admitted. The reason is stable, the
/// detail is for people.
public final class RefusedException extends Exception {

  /// Codes for scripts; a name never changes its meaning.
  public enum Reason {
    /// A file is missing, not a file, or cannot be read.
    INPUT_UNREADABLE,
    /// A file is not the one that its SHA-256 names.
    INPUT_MISMATCH,
    /// A file is not of the kind that its place asks for.
    INPUT_UNSUITABLE,
    /// More than the bounds of this program.
    INPUT_TOO_LARGE,
    /// Two inputs want the same place, or the same class.
    INPUT_CONFLICT,
    /// The enclave itself would refuse the configuration.
    CONFIGURATION_INVALID,
    /// jdeps or jlink failed.
    TOOL_FAILED,
    EIF_TRUNCATED,
    EIF_HEADER,
    EIF_SECTIONS,
    EIF_CHECKSUM,
    EIF_SIGNATURE,
    MANIFEST_MALFORMED,
    /// The image is not the one that the manifest describes.
    MEASUREMENT_MISMATCH,
    /// The policy would admit what it must not.
    POLICY_UNSAFE;

    public String code() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Reason reason;

  public RefusedException(Reason reason, String detail) {
    super(detail);
    this.reason = reason;
  }

  public RefusedException(Reason reason, String detail, Throwable cause) {
    super(detail, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }

  public String detail() {
    return String.valueOf(super.getMessage());
  }

  @Override
  public String getMessage() {
    return reason.code() + ": " + super.getMessage();
  }
}
