package pqsigner.enclave.nsm;

import java.io.IOException;

/// The security module, or the way to it, did not do what was asked.
public final class NsmException extends IOException {

  /// The module's own codes by their names on the wire, and three of ours for the way to it.
  public enum Code {
    SUCCESS("Success"),
    INVALID_ARGUMENT("InvalidArgument"),
    INVALID_INDEX("InvalidIndex"),
    INVALID_RESPONSE("InvalidResponse"),
    READ_ONLY_INDEX("ReadOnlyIndex"),
    INVALID_OPERATION("InvalidOperation"),
    BUFFER_TOO_SMALL("BufferTooSmall"),
    INPUT_TOO_LARGE("InputTooLarge"),
    INTERNAL_ERROR("InternalError"),
    /// There is no device, or it may not be opened.
    UNAVAILABLE(""),
    /// The driver gave up waiting for the hypervisor.
    TIMEOUT(""),
    /// The answer is not the encoding of an answer to this request.
    MALFORMED_RESPONSE("");

    private final String wireName;

    Code(String wireName) {
      this.wireName = wireName;
    }

    static Code named(String wireName) throws NsmException {
      for (Code code : values()) {
        if (!code.wireName.isEmpty() && code.wireName.equals(wireName)) {
          return code;
        }
      }
      throw new NsmException(MALFORMED_RESPONSE, "unknown error code");
    }
  }

  private final Code code;

  public NsmException(Code code, String detail) {
    super(code + ": " + detail);
    this.code = code;
  }

  public Code code() {
    return code;
  }
}
