package pqsigner.topics;

import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;
import pqsigner.events.Topics;
import pqsigner.events.wire.RegistryAccess;
import pqsigner.events.wire.RegistryUnavailableException;
import pqsigner.events.wire.SchemaRegistration;
import pqsigner.events.wire.WireConfig;

/// The administrator's part in the registry.
final class SchemaSetup {

  private SchemaSetup() {}

  /// How to reach the registry, by Confluent's keys.
  ///
  /// @param file properties with credentials and TLS; null for none
  /// @param userInfo user and password with a colon between, over those of the file; null for none
  /// @param authorities PEM file of the registry's authorities, likewise
  /// @throws IllegalArgumentException when it would be asked without TLS or credentials, and not on
  ///   this machine
  /// @throws SetupException when the file cannot be read
  static Map<String, Object> registry(
      URI url, @Nullable Path file, @Nullable String userInfo, @Nullable Path authorities) {
    Map<String, Object> config = new HashMap<>();
    if (file != null) {
      Properties properties = new Properties();
      try (Reader reader = Files.newBufferedReader(file)) {
        properties.load(reader);
      } catch (IOException e) {
        throw new SetupException("cannot read " + file, e);
      }
      properties.stringPropertyNames().forEach(key -> config.put(key, properties.getProperty(key)));
    }
    config.put(WireConfig.URL, url.toString());
    if (userInfo != null) {
      config.put("basic.auth.credentials.source", "USER_INFO");
      config.put("basic.auth.user.info", userInfo);
    }
    if (authorities != null) {
      config.put("schema.registry.ssl.truststore.type", "PEM");
      config.put("schema.registry.ssl.truststore.location", authorities.toString());
    }
    RegistryAccess.complaint(config)
        .ifPresent(
            complaint -> {
              throw new IllegalArgumentException(complaint);
            });
    return config;
  }

  /// @return the id of each subject's schema
  /// @throws SetupException when the registry does not take one of them
  static Map<String, Integer> apply(
      Map<String, Object> registry, Topics topics, Collection<String> custodians) {
    try {
      return SchemaRegistration.register(registry, topics, custodians);
    } catch (RegistryUnavailableException e) {
      throw new SetupException("the registry rejected the schemas", e);
    } catch (ConfigException e) {
      throw new SetupException("the registry cannot be reached", e);
    }
  }
}
