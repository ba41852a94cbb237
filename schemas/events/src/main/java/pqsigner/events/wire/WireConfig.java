package pqsigner.events.wire;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.apache.avro.Schema;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;

/// Configuration by Confluent's keys. What would be silently different from Confluent's classes is
/// refused when they are configured; other keys are ignored, because Kafka hands a serializer all
/// of its client's.
public final class WireConfig extends AbstractConfig {

  /// Comma-separated addresses of one registry, tried in turn; `https://` for TLS.
  public static final String URL = "schema.registry.url";

  /// Register a schema that the subject does not have (default true, as Confluent's). Services set
  /// false: schemas are registered by an administrator, see [SchemaRegistration].
  public static final String AUTO_REGISTER = "auto.register.schemas";

  /// With auto-registration off: write with the subject's latest schema, which must be this build's
  /// but for its documentation. Default false: look up the id of this build's schema.
  public static final String USE_LATEST = "use.latest.version";

  /// Only true; there is no generic record here.
  public static final String SPECIFIC_READER = "specific.avro.reader";

  /// `URL` (default: `https://user:password@host`) or `USER_INFO`.
  public static final String AUTH_SOURCE = "basic.auth.credentials.source";

  /// `user:password`, also under `schema.registry.basic.auth.user.info`.
  public static final String AUTH_USER_INFO = "basic.auth.user.info";

  /// TopicNameStrategy or TopicRecordNameStrategy, by its class name in any package. Of values;
  /// keys are always named by their topic.
  public static final String SUBJECT_STRATEGY = "value.subject.name.strategy";

  /// Schemas and ids remembered; beyond it the one used longest ago is forgotten and asked again.
  public static final String MAX_SCHEMAS = "max.schemas.per.subject";

  /// For each address of the registry. Confluent's default is 60 s; a consumer that waits so long
  /// is thrown out of its group, so ours is 2 s.
  public static final String CONNECT_TIMEOUT = "http.connect.timeout.ms";

  /// For the whole exchange with one address; default 5 s (Confluent's: 60 s).
  public static final String READ_TIMEOUT = "http.read.timeout.ms";

  private static final String NAMESPACE = "schema.registry.";
  private static final int ADDRESSES_MAX = 8;

  private static final ConfigDef DEFINITION =
      new ConfigDef()
          .define(URL, ConfigDef.Type.LIST, Importance.HIGH, "")
          .define(AUTO_REGISTER, ConfigDef.Type.BOOLEAN, true, Importance.MEDIUM, "")
          .define(USE_LATEST, ConfigDef.Type.BOOLEAN, false, Importance.LOW, "")
          .define(SPECIFIC_READER, ConfigDef.Type.BOOLEAN, true, Importance.LOW, "")
          .define(AUTH_SOURCE, ConfigDef.Type.STRING, "URL", Importance.MEDIUM, "")
          .define(AUTH_USER_INFO, ConfigDef.Type.PASSWORD, null, Importance.MEDIUM, "")
          .define(NAMESPACE + AUTH_USER_INFO, ConfigDef.Type.PASSWORD, null, Importance.MEDIUM, "")
          .define(SUBJECT_STRATEGY, ConfigDef.Type.STRING, "TopicNameStrategy", Importance.LOW, "")
          .define(
              MAX_SCHEMAS, ConfigDef.Type.INT, 1000, Range.between(1, 100_000), Importance.LOW, "")
          .define(
              CONNECT_TIMEOUT,
              ConfigDef.Type.INT,
              2_000,
              Range.between(1, 60_000),
              Importance.LOW,
              "")
          .define(
              READ_TIMEOUT,
              ConfigDef.Type.INT,
              5_000,
              Range.between(1, 60_000),
              Importance.LOW,
              "");

  private final List<URI> addresses;
  private final Optional<String> authorization;
  private final SubjectNaming naming;

  WireConfig(Map<String, ?> values) {
    super(DEFINITION, values, false);
    if (!getBoolean(SPECIFIC_READER)) {
      throw new ConfigException(SPECIFIC_READER, false, "only specific records are made here");
    }
    String strategy = getString(SUBJECT_STRATEGY);
    this.naming =
        SubjectNaming.of(strategy)
            .orElseThrow(
                () ->
                    new ConfigException(
                        SUBJECT_STRATEGY,
                        strategy,
                        "only TopicNameStrategy and TopicRecordNameStrategy are supported"));
    if (autoRegister() && useLatest()) {
      throw new ConfigException(USE_LATEST, true, "needs " + AUTO_REGISTER + "=false");
    }
    List<URI> given = getList(URL).stream().map(WireConfig::address).toList();
    if (given.isEmpty() || given.size() > ADDRESSES_MAX) {
      throw new ConfigException(URL, given.size(), "1 to " + ADDRESSES_MAX + " addresses");
    }
    this.authorization = authorization(given);
    this.addresses = given.stream().map(WireConfig::withoutUserInfo).toList();
  }

  List<URI> addresses() {
    return addresses;
  }

  /// Value of the Authorization header.
  Optional<String> authorization() {
    return authorization;
  }

  /// The subject of a record's schema.
  String subject(String topic, boolean isKey, Schema schema) {
    return isKey ? SubjectNaming.TOPIC.ofKey(topic, schema) : naming.ofValue(topic, schema);
  }

  boolean autoRegister() {
    return getBoolean(AUTO_REGISTER);
  }

  boolean useLatest() {
    return getBoolean(USE_LATEST);
  }

  int maxSchemas() {
    return getInt(MAX_SCHEMAS);
  }

  Duration connectTimeout() {
    return Duration.ofMillis(getInt(CONNECT_TIMEOUT));
  }

  Duration readTimeout() {
    return Duration.ofMillis(getInt(READ_TIMEOUT));
  }

  /// From `schema.registry.ssl.*`, by the names and store types (PEM, JKS, PKCS12) of Kafka's own
  /// `ssl.*`; empty when there are none, which means the JDK's trust store.
  Optional<SSLContext> tls() {
    Map<String, Object> given = originalsWithPrefix(NAMESPACE);
    given.keySet().removeIf(key -> !key.startsWith("ssl."));
    if (given.isEmpty()) {
      return Optional.empty();
    }
    if (!"https".equals(given.getOrDefault("ssl.endpoint.identification.algorithm", "https"))) {
      throw new ConfigException(
          "the registry's host name is always checked against its certificate");
    }
    ConfigDef ssl = new ConfigDef().withClientSslSupport();
    try (DefaultSslEngineFactory factory = new DefaultSslEngineFactory()) {
      factory.configure(new AbstractConfig(ssl, given, false).values());
      return Optional.of(factory.sslContext());
    }
  }

  private Optional<String> authorization(List<URI> given) {
    Password info = getPassword(AUTH_USER_INFO);
    if (info == null) {
      info = getPassword(NAMESPACE + AUTH_USER_INFO);
    }
    List<String> inUrls = new ArrayList<>();
    given.forEach(uri -> Optional.ofNullable(uri.getUserInfo()).ifPresent(inUrls::add));
    String source = getString(AUTH_SOURCE);
    return switch (source) {
      case "USER_INFO" -> {
        if (info == null || !info.value().contains(":") || !inUrls.isEmpty()) {
          throw new ConfigException(
              AUTH_SOURCE, source, "needs user:password in " + AUTH_USER_INFO);
        }
        yield Optional.of(basic(info.value()));
      }
      case "URL" -> {
        if (info != null) {
          throw new ConfigException(AUTH_USER_INFO + " needs " + AUTH_SOURCE + "=USER_INFO");
        }
        if (inUrls.stream().distinct().count() > 1) {
          throw new ConfigException("all addresses in " + URL + " must have the same credentials");
        }
        yield inUrls.stream().findFirst().map(WireConfig::basic);
      }
      default -> throw new ConfigException(AUTH_SOURCE, source, "must be URL or USER_INFO");
    };
  }

  private static String basic(String userInfo) {
    return "Basic " + Base64.getEncoder().encodeToString(userInfo.getBytes(StandardCharsets.UTF_8));
  }

  /// The text may hold a password, so no message repeats it.
  private static URI address(String text) {
    try {
      URI uri = URI.create(text.strip());
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (http && uri.getHost() != null && uri.getQuery() == null && uri.getFragment() == null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // Falls through: the cause's message would repeat the text.
    }
    throw new ConfigException(URL + " has an entry that is not an http or https address");
  }

  private static URI withoutUserInfo(URI uri) {
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    String path = uri.getRawPath().replaceAll("/+$", "");
    return URI.create(uri.getScheme() + "://" + uri.getHost() + port + path);
  }
}
