package pqsigner.client;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// A caller as three PEM files.
///
/// @param authority certificates that may have signed the servers' certificates
/// @param certificate the caller's certificate, then its intermediates if it has any
/// @param privateKey unencrypted PKCS#8
public record PemIdentity(Path authority, Path certificate, Path privateKey) {
  private static final Pattern PKCS8 =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

  /// The files that `PQ_SIGNER_CA`, `PQ_SIGNER_CERT` and `PQ_SIGNER_KEY` name, as in `local.env`.
  ///
  /// @throws IllegalArgumentException when one of them is not set
  public static PemIdentity ofEnvironment() {
    return new PemIdentity(
        Path.of(Environment.of("PQ_SIGNER_CA")),
        Path.of(Environment.of("PQ_SIGNER_CERT")),
        Path.of(Environment.of("PQ_SIGNER_KEY")));
  }

  /// @throws IllegalArgumentException when a file is not what it should be
  public SSLContext sslContext() {
    try {
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      int n = 0;
      for (Certificate certificate : certificates(authority)) {
        trusted.setCertificateEntry("authority-" + n++, certificate);
      }
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(trusted);

      Certificate[] chain = certificates(certificate).toArray(Certificate[]::new);
      KeyStore own = KeyStore.getInstance("PKCS12");
      own.load(null, null);
      char[] noPassword = {};
      own.setKeyEntry("caller", key(chain[0].getPublicKey().getAlgorithm()), noPassword, chain);
      KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
      keys.init(own, noPassword);

      SSLContext context = SSLContext.getInstance("TLSv1.3");
      context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException("certificate or key: " + e.getMessage(), e);
    }
  }

  /// The same identity for a Kafka client.
  public Map<String, Object> kafkaSettings() {
    try {
      return Map.of(
          "security.protocol", "SSL",
          "ssl.enabled.protocols", "TLSv1.3",
          "ssl.truststore.type", "PEM",
          "ssl.truststore.certificates", Files.readString(authority),
          "ssl.keystore.type", "PEM",
          "ssl.keystore.certificate.chain", Files.readString(certificate),
          "ssl.keystore.key", Files.readString(privateKey));
    } catch (IOException e) {
      throw new IllegalArgumentException("certificate or key: " + e.getMessage(), e);
    }
  }

  private static Collection<? extends Certificate> certificates(Path file)
      throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(file)) {
      Collection<? extends Certificate> found =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (found.isEmpty()) {
        throw new IOException("no certificate in " + file);
      }
      return found;
    }
  }

  private PrivateKey key(String algorithm) throws IOException, GeneralSecurityException {
    Matcher pem = PKCS8.matcher(Files.readString(privateKey));
    if (!pem.find()) {
      throw new IOException("no PKCS#8 private key (BEGIN PRIVATE KEY) in " + privateKey);
    }
    return KeyFactory.getInstance(algorithm)
        .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(1))));
  }
}
