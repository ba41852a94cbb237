package pqsigner.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.regex.Pattern;
import pqsigner.client.MlDsaPublicKey;

/// Bytes from a file, or from standard input when the name is `-`.
public final class ByteInput {
  private static final Pattern PEM =
      Pattern.compile("\\s*-----BEGIN ([^-]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----\\s*");
  private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/\\s]+={0,2}\\s*");
  private static final int KEY_BYTES_LIMIT = 16 * 1024;
  private static final Pattern BLANK = Pattern.compile("\\s+");

  private ByteInput() {}

  /// @throws CommandFailure `unreadable_input` when it cannot be read or is longer than `max` bytes
  public static byte[] read(String name, int max) {
    try (InputStream in = open(name)) {
      byte[] bytes = in.readNBytes(max + 1);
      if (bytes.length > max) {
        throw new CommandFailure("unreadable_input", name + " is longer than " + max + " bytes");
      }
      return bytes;
    } catch (IOException e) {
      throw new CommandFailure("unreadable_input", name + ": " + e.getMessage(), e);
    }
  }

  public static InputStream open(String name) throws IOException {
    return name.equals("-") ? System.in : Files.newInputStream(Path.of(name));
  }

  /// As [#read], but decodes what is one PEM block or base64 from its first character to its last.
  /// Never part of a file: what is verified must be the whole file, and binary forms (DER, COSE,
  /// signatures) may contain text.
  public static byte[] readEncoded(String name, int max) {
    byte[] bytes = read(name, 2 * max);
    String text = new String(bytes, ISO_8859_1);
    var pem = PEM.matcher(text);
    if (pem.matches()) {
      return decode(name, pem.group(2));
    }
    return BASE64.matcher(text).matches() ? decode(name, text) : bytes;
  }

  /// A public key: PEM, DER, raw or base64 of these.
  public static MlDsaPublicKey publicKey(String name) {
    try {
      return MlDsaPublicKey.decode(readEncoded(name, KEY_BYTES_LIMIT));
    } catch (IllegalArgumentException e) {
      throw new CommandFailure("unreadable_input", name + ": " + e.getMessage(), e);
    }
  }

  private static byte[] decode(String name, String base64) {
    try {
      return Base64.getDecoder().decode(BLANK.matcher(base64).replaceAll(""));
    } catch (IllegalArgumentException e) {
      throw new CommandFailure("unreadable_input", name + " is not valid base64", e);
    }
  }
}
