package pqsigner.topics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.SslConfigs;

/// What a Kafka client needs to reach a broker over TLS 1.3, from PEM files.
public final class MutualTls {

  private MutualTls() {}

  /// The broker is known by `authorities`; the client shows nothing yet.
  ///
  /// @throws SetupException when a file cannot be read
  public static Map<String, Object> trusting(String bootstrapServers, Path authorities) {
    Map<String, Object> settings = new HashMap<>();
    settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    settings.put(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, "SSL");
    settings.put(SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG, "PEM");
    settings.put(SslConfigs.SSL_TRUSTSTORE_CERTIFICATES_CONFIG, read(authorities));
    settings.put(SslConfigs.SSL_PROTOCOL_CONFIG, "TLSv1.3");
    settings.put(SslConfigs.SSL_ENABLED_PROTOCOLS_CONFIG, "TLSv1.3");
    return settings;
  }

  /// @param certificate a chain, the leaf first
  /// @param key PKCS#8
  /// @throws SetupException when a file cannot be read
  public static Map<String, Object> of(
      String bootstrapServers, Path authorities, Path certificate, Path key) {
    Map<String, Object> settings = trusting(bootstrapServers, authorities);
    settings.put(SslConfigs.SSL_KEYSTORE_TYPE_CONFIG, "PEM");
    settings.put(SslConfigs.SSL_KEYSTORE_CERTIFICATE_CHAIN_CONFIG, read(certificate));
    settings.put(SslConfigs.SSL_KEYSTORE_KEY_CONFIG, read(key));
    return settings;
  }

  /// As cert-manager writes a secret: `tls.crt`, `tls.key` and `ca.crt`.
  ///
  /// @throws SetupException when a file cannot be read
  public static Map<String, Object> in(Path folder, String bootstrapServers) {
    return of(
        bootstrapServers,
        folder.resolve("ca.crt"),
        folder.resolve("tls.crt"),
        folder.resolve("tls.key"));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new SetupException("cannot read " + file, e);
    }
  }
}
