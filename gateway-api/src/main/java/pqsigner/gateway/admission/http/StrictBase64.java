package pqsigner.gateway.admission.http;

import java.util.Base64;
import java.util.Optional;

/// RFC 4648 section 4 in its one canonical form: standard alphabet, padding, no whitespace, unused
/// bits zero. Two texts never mean the same bytes, so a digest over bytes is one over the request.
final class StrictBase64 {

  private StrictBase64() {}

  static Optional<byte[]> decode(String text) {
    if (text.length() % 4 != 0) {
      return Optional.empty();
    }
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    // The JDK ignores the unused bits of the last character; writing the bytes again does not.
    return Base64.getEncoder().encodeToString(bytes).equals(text)
        ? Optional.of(bytes)
        : Optional.empty();
  }
}
