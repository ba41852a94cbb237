package pqsigner.gateway.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// UTF-8 without repair: overlong forms, surrogates and cut sequences are refused, not replaced.
public final class StrictUtf8 {

  private StrictUtf8() {}

  public static Optional<String> decode(byte[] bytes) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(bytes))
              .toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  /// The last segment of a raw request path, percent-decoded.
  public static Optional<String> lastSegment(String rawPath) {
    return segment(rawPath, 0);
  }

  /// A segment of a raw request path, percent-decoded. Taken raw, because an id may hold an escaped
  /// slash or a semicolon, which a decoded path could not tell from its own.
  ///
  /// @param fromTheEnd 0 for the last
  public static Optional<String> segment(String rawPath, int fromTheEnd) {
    String[] segments = rawPath.split("/", -1);
    return segments.length <= fromTheEnd
        ? Optional.empty()
        : percentDecoded(segments[segments.length - 1 - fromTheEnd]);
  }

  private static Optional<String> percentDecoded(String segment) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(segment.length());
    for (int i = 0; i < segment.length(); i++) {
      char c = segment.charAt(i);
      if (c != '%') {
        bytes.write(c);
        continue;
      }
      if (i + 2 >= segment.length()
          || Character.digit(segment.charAt(i + 1), 16) < 0
          || Character.digit(segment.charAt(i + 2), 16) < 0) {
        return Optional.empty();
      }
      bytes.write(Integer.parseInt(segment, i + 1, i + 3, 16));
      i += 2;
    }
    return decode(bytes.toByteArray());
  }
}
