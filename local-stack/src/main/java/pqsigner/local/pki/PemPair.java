package pqsigner.local.pki;

import java.nio.file.Path;

/// A certificate chain (leaf first) and its PKCS#8 private key, each a PEM file.
public record PemPair(Path certificate, Path key) {

  /// `name.crt` and `name.key` in `directory`.
  public static PemPair in(Path directory, String name) {
    return new PemPair(directory.resolve(name + ".crt"), directory.resolve(name + ".key"));
  }
}
