package pqsigner.attestation.cbor;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;

/// UTF-8 without replacement characters. The JDK's convenient conversions turn what they cannot
/// convert into `?` or U+FFFD, so that two different inputs would become one.
public final class StrictUtf8 {

  private StrictUtf8() {}

  public static String decode(byte[] utf8) throws CharacterCodingException {
    return UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
  }

  /// @throws IllegalArgumentException if a surrogate stands without its partner
  public static byte[] encode(String text) {
    try {
      ByteBuffer utf8 = UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      byte[] bytes = new byte[utf8.remaining()];
      utf8.get(bytes);
      return bytes;
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("text has an unpaired surrogate", e);
    }
  }
}
