package pqsigner.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// Files that a command was asked to write.
public final class FileOutput {
  private FileOutput() {}

  /// Writes nothing when no file was asked for.
  public static void write(@Nullable Path file, byte[] bytes) {
    if (file == null) {
      return;
    }
    try {
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new CommandFailure("unwritable_output", file + ": " + e.getMessage(), e);
    }
  }

  public static void writePem(@Nullable Path file, String label, byte[] der) {
    write(file, pem(label, der));
  }

  public static byte[] pem(String label, byte[] der) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    String pem = "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
    return pem.getBytes(US_ASCII);
  }
}
