package pqsigner.local.enclave;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import pqsigner.attestation.Pcr;

/// What the simulated hypervisor measures: the enclave's code in the place of a kernel and its
/// ramdisks. Whoever runs other code has another PCR0.
///
/// @param pcr0 everything
/// @param pcr1 what the enclave is built on: the jars of its dependencies
/// @param pcr2 its own code
public record CodeMeasurement(byte[] pcr0, byte[] pcr1, byte[] pcr2) {

  private static final int BUFFER_BYTES = 64 * 1024;

  /// @param classPath the enclave's own code first, then what it depends on: measured by name of
  ///   file, since a folder of jars has no order
  /// @param extra further files that count as its own code
  public static CodeMeasurement of(List<Path> classPath, List<Path> extra) {
    Path own = classPath.getFirst();
    List<Path> base =
        classPath.stream().skip(1).sorted(Comparator.comparing(Path::getFileName)).toList();
    List<Path> application = Stream.concat(Stream.of(own), extra.stream()).toList();
    return new CodeMeasurement(
        register(Stream.concat(base.stream(), application.stream()).toList()),
        register(base),
        register(application));
  }

  public String pcr0Hex() {
    return HexFormat.of().formatHex(pcr0);
  }

  /// By index.
  public Map<Integer, byte[]> registers() {
    return Map.of(0, pcr0, 1, pcr1, 2, pcr2);
  }

  private static byte[] register(List<Path> parts) {
    MessageDigest digest = sha384();
    try {
      for (Path part : parts) {
        if (Files.isDirectory(part)) {
          addFolder(digest, part);
        } else {
          add(digest, part);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Pcr.extend(new byte[Pcr.BYTES], digest.digest());
  }

  private static void addFolder(MessageDigest digest, Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> tree = Files.walk(folder)) {
      files = tree.filter(Files::isRegularFile).sorted().toList();
    }
    for (Path file : files) {
      digest.update(folder.relativize(file).toString().getBytes(StandardCharsets.UTF_8));
      add(digest, file);
    }
  }

  private static void add(MessageDigest digest, Path file) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    }
  }

  private static MessageDigest sha384() {
    try {
      return MessageDigest.getInstance("SHA-384");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-384", e);
    }
  }
}
