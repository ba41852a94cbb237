package pqsigner.local.kafka;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.jspecify.annotations.Nullable;
import pqsigner.local.pki.PemPair;

/// What any Kafka client needs to reach a broker over mTLS, from PEM files.
public final class KafkaClientSettings {

  private KafkaClientSettings() {}

  /// @param own the certificate to show; null for a client without one, which the broker refuses
  public static Map<String, Object> of(
      String bootstrapServers, Path authorities, @Nullable PemPair own) {
    Map<String, Object> settings = new HashMap<>();
    settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    settings.put(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, "SSL");
    settings.put(SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG, "PEM");
    settings.put(SslConfigs.SSL_TRUSTSTORE_CERTIFICATES_CONFIG, read(authorities));
    settings.put(SslConfigs.SSL_PROTOCOL_CONFIG, "TLSv1.3");
    settings.put(SslConfigs.SSL_ENABLED_PROTOCOLS_CONFIG, "TLSv1.3");
    if (own != null) {
      settings.put(SslConfigs.SSL_KEYSTORE_TYPE_CONFIG, "PEM");
      settings.put(SslConfigs.SSL_KEYSTORE_CERTIFICATE_CHAIN_CONFIG, read(own.certificate()));
      settings.put(SslConfigs.SSL_KEYSTORE_KEY_CONFIG, read(own.key()));
    }
    return settings;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
