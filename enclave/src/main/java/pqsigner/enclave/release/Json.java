package pqsigner.enclave.release;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import pqsigner.attestation.cbor.StrictUtf8;

/// As much of JSON (RFC 8259) as KMS's protocol needs: objects of texts and objects to write, one
/// object to read. It reads strictly: UTF-8, no name twice, nothing after the object.
final class Json {
  static final int DEPTH_MAX = 8;
  private static final Pattern OTHER =
      Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?|true|false|null");

  private final String text;
  private int at;

  private Json(String text) {
    this.text = text;
  }

  /// @param members each a text or a map of such
  static byte[] object(Map<String, ?> members) {
    StringBuilder out = new StringBuilder(16 * 1024);
    write(members, out);
    return StrictUtf8.encode(out.toString());
  }

  private static void write(Object value, StringBuilder out) {
    if (value instanceof Map<?, ?> members) {
      String before = "{";
      for (Map.Entry<?, ?> member : members.entrySet()) {
        out.append(before);
        write(member.getKey(), out);
        out.append(':');
        write(member.getValue(), out);
        before = ",";
      }
      out.append(members.isEmpty() ? "{}" : "}");
    } else {
      out.append('"');
      ((String) value).chars().forEach(c -> escape((char) c, out));
      out.append('"');
    }
  }

  private static void escape(char c, StringBuilder out) {
    if (c < ' ') {
      out.append(String.format("\\u%04x", (int) c));
    } else {
      out.append(c == '"' || c == '\\' ? "\\" : "").append(c);
    }
  }

  /// The texts among an object's members. Other values are checked and dropped: AWS may add
  /// members.
  static Map<String, String> texts(byte[] object) throws IOException {
    try {
      Json in = new Json(StrictUtf8.decode(object));
      in.skipSpace();
      Map<String, String> texts = new HashMap<>();
      in.object(1, texts);
      in.skipSpace();
      in.require(in.at == in.text.length());
      return texts;
    } catch (CharacterCodingException e) {
      throw new IOException("not UTF-8", e);
    }
  }

  /// @param texts takes the members that are texts
  private void object(int depth, Map<String, String> texts) throws IOException {
    require(depth <= DEPTH_MAX);
    Set<String> names = new HashSet<>();
    next('{');
    skipSpace();
    while (peek() != '}') {
      if (!names.isEmpty()) {
        next(',');
        skipSpace();
      }
      String name = text();
      require(names.add(name));
      skipSpace();
      next(':');
      skipSpace();
      if (peek() == '"') {
        texts.put(name, text());
      } else {
        skip(depth);
      }
      skipSpace();
    }
    next('}');
  }

  private void skip(int depth) throws IOException {
    switch (peek()) {
      case '"' -> text();
      case '{' -> object(depth + 1, new HashMap<>());
      case '[' -> array(depth + 1);
      default -> {
        int from = at;
        while (Character.isLetterOrDigit(peek()) || "+-.".indexOf(peek()) >= 0) {
          at++;
        }
        require(OTHER.matcher(text.substring(from, at)).matches());
      }
    }
  }

  private void array(int depth) throws IOException {
    require(depth <= DEPTH_MAX);
    next('[');
    skipSpace();
    for (boolean first = true; peek() != ']'; first = false) {
      if (!first) {
        next(',');
        skipSpace();
      }
      skip(depth);
      skipSpace();
    }
    next(']');
  }

  private String text() throws IOException {
    next('"');
    StringBuilder value = new StringBuilder();
    while (peek() != '"') {
      char c = take();
      require(c >= ' ');
      value.append(c == '\\' ? escaped() : c);
    }
    next('"');
    return value.toString();
  }

  private char escaped() throws IOException {
    char c = take();
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        int code = 0;
        for (int i = 0; i < 4; i++) {
          char digit = take();
          require(digit < 128 && Character.digit(digit, 16) >= 0);
          code = code << 4 | Character.digit(digit, 16);
        }
        yield (char) code;
      }
      default -> throw malformed();
    };
  }

  private void skipSpace() throws IOException {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private char peek() throws IOException {
    require(at < text.length());
    return text.charAt(at);
  }

  private char take() throws IOException {
    char c = peek();
    at++;
    return c;
  }

  private void next(char expected) throws IOException {
    require(take() == expected);
  }

  private void require(boolean holds) throws IOException {
    if (!holds) {
      throw malformed();
    }
  }

  private IOException malformed() {
    return new IOException("not a JSON object, at character " + at);
  }
}
