package pqsigner.local.kafka;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import pqsigner.local.pki.PemPair;
import pqsigner.topics.MutualTls;

/// What any Kafka client needs to reach a broker over mTLS, from PEM files.
public final class KafkaClientSettings {

  private KafkaClientSettings() {}

  /// @param own the certificate to show; null for a client without one, which the broker refuses
  public static Map<String, Object> of(
      String bootstrapServers, Path authorities, @Nullable PemPair own) {
    return own == null
        ? MutualTls.trusting(bootstrapServers, authorities)
        : MutualTls.of(bootstrapServers, authorities, own.certificate(), own.key());
  }
}
