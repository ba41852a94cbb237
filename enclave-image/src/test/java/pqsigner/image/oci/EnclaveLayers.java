package pqsigner.image.oci;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import pqsigner.image.Elf;

/// The smallest image that is one of the enclave.
final class EnclaveLayers {
  static final String LOADER = "/lib64/ld-linux-x86-64.so.2";
  static final String LIBRARIES = "usr/lib/x86_64-linux-gnu/";

  private EnclaveLayers() {}

  /// The C library as Debian places it since it merged `/lib` into `/usr/lib`.
  static Tar base() {
    return new Tar()
        .folder("usr/")
        .link("lib", "usr/lib")
        .link("lib64", "usr/lib64")
        .file(LIBRARIES + "libc.so.6", Elf.needing("", "ld-linux-x86-64.so.2"))
        .file(LIBRARIES + "ld-linux-x86-64.so.2", Elf.needing(""))
        .link("usr/lib64/ld-linux-x86-64.so.2", "/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2");
  }

  static Tar java() {
    return new Tar()
        .file("opt/java/bin/java", Elf.needing(LOADER, "libjli.so", "libc.so.6"))
        .file("opt/java/lib/libjli.so", Elf.needing("", "libc.so.6"))
        .file("opt/java/lib/server/libjvm.so", Elf.needing("", "libc.so.6"))
        .file("opt/java/release", "JAVA_VERSION=\"25.0.3\"\n");
  }

  static Tar enclave() {
    return new Tar()
        .file("app/enclave.jar", jar("1.2.3"))
        .file("app/enclave.jvmopts", "-Xint\n")
        .file("app/lib/library-b.jar", jar("2"));
  }

  static Layout image() {
    return new Layout().layer(base()).gzipped(java()).layer(enclave());
  }

  static byte[] jar(String version) {
    return jar(
        Map.of(
            "META-INF/MANIFEST.MF",
            "Manifest-Version: 1.0\r\nImplementation-Version: %s\r\n\r\n"
                .formatted(version)
                .getBytes(UTF_8)));
  }

  static byte[] jar(Map<String, byte[]> entries) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JarOutputStream jar = new JarOutputStream(bytes)) {
      for (var entry : new TreeMap<>(entries).entrySet()) {
        jar.putNextEntry(new ZipEntry(entry.getKey()));
        jar.write(entry.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
