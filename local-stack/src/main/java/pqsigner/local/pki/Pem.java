package pqsigner.local.pki;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// PEM files to the JDK's TLS types and back, with nothing but the JDK.
public final class Pem {

  private static final String KEY = "PRIVATE KEY";
  private static final String CERTIFICATE = "CERTIFICATE";

  /// A protection that only lives in memory: the file modes protect the keys on disk.
  private static final char[] IN_MEMORY = UUID.randomUUID().toString().toCharArray();

  private Pem() {}

  public static List<X509Certificate> certificates(Path file) {
    try {
      var factory = CertificateFactory.getInstance("X.509");
      return factory
          .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)))
          .stream()
          .map(X509Certificate.class::cast)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("no PEM certificates: " + file, e);
    }
  }

  /// The first certificate of a file.
  public static X509Certificate certificate(Path file) {
    return certificates(file).stream()
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no PEM certificate: " + file));
  }

  /// A PKCS#8 key, elliptic curve or RSA.
  public static PrivateKey privateKey(Path file) {
    var encoded = new PKCS8EncodedKeySpec(body(read(file), KEY));
    for (String algorithm : List.of("EC", "RSA")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
      } catch (GeneralSecurityException e) {
        // of the other kind
      }
    }
    throw new IllegalArgumentException("neither an EC nor an RSA private key: " + file);
  }

  public static KeyStore keyStore(PemPair pair) throws GeneralSecurityException {
    KeyStore store = empty();
    store.setKeyEntry(
        "own",
        privateKey(pair.key()),
        IN_MEMORY,
        certificates(pair.certificate()).toArray(Certificate[]::new));
    return store;
  }

  public static KeyStore trustStore(Path authorities) throws GeneralSecurityException {
    KeyStore store = empty();
    int next = 0;
    for (X509Certificate authority : certificates(authorities)) {
      store.setCertificateEntry("authority-" + next++, authority);
    }
    return store;
  }

  public static KeyManager[] keyManagers(PemPair pair) throws GeneralSecurityException {
    var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keyStore(pair), IN_MEMORY);
    return factory.getKeyManagers();
  }

  /// A TLS context that trusts only `authorities` and, when `own` is given, shows that certificate.
  public static SSLContext sslContext(Path authorities, @Nullable PemPair own) {
    try {
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trustStore(authorities));
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(own == null ? null : keyManagers(own), trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("no TLS context from these files", e);
    }
  }

  public static String encode(X509Certificate... chain) {
    var text = new StringBuilder();
    try {
      for (X509Certificate certificate : chain) {
        text.append(block(CERTIFICATE, certificate.getEncoded()));
      }
    } catch (CertificateEncodingException e) {
      throw new IllegalArgumentException(e);
    }
    return text.toString();
  }

  public static String encode(PrivateKey key) {
    return block(KEY, key.getEncoded());
  }

  private static KeyStore empty() throws GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try {
      store.load(null, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return store;
  }

  private static String block(String label, byte[] der) {
    String lines =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + lines + "\n-----END " + label + "-----\n";
  }

  private static byte[] body(String text, String label) {
    String begin = "-----BEGIN " + label + "-----";
    int from = text.indexOf(begin);
    int to = text.indexOf("-----END " + label + "-----");
    if (from < 0 || to < from) {
      throw new IllegalArgumentException("no PEM block: " + label);
    }
    return Base64.getMimeDecoder().decode(text.substring(from + begin.length(), to));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
