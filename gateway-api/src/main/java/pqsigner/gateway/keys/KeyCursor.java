package pqsigner.gateway.keys;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import org.jspecify.annotations.Nullable;
import pqsigner.gateway.ledger.InvalidCursorException;

/// Where a page of keys ended, as an opaque text. It names no custodian: whoever shows another's
/// goes on in its own list.
public record KeyCursor(String userId, int version) {

  /// What the store takes in a key.
  private static final int USER_ID_BYTES_MAX = 256;

  public String text() {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString((version + " " + userId).getBytes(UTF_8));
  }

  /// @throws InvalidCursorException when no [#text()] gave it
  public static @Nullable KeyCursor of(@Nullable String text) {
    if (text == null) {
      return null;
    }
    try {
      String decoded = new String(Base64.getUrlDecoder().decode(text), UTF_8);
      int space = decoded.indexOf(' ');
      KeyCursor cursor =
          new KeyCursor(
              decoded.substring(space + 1),
              Integer.parseInt(decoded.substring(0, Math.max(0, space))));
      if (cursor.version < 1 || !isUserId(cursor.userId) || !cursor.text().equals(text)) {
        throw new InvalidCursorException();
      }
      return cursor;
    } catch (IllegalArgumentException e) {
      throw new InvalidCursorException();
    }
  }

  private static boolean isUserId(String text) {
    return !text.isEmpty() && text.getBytes(UTF_8).length <= USER_ID_BYTES_MAX;
  }
}
