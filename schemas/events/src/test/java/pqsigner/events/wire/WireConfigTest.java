package pqsigner.events.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;

class WireConfigTest {

  private static WireConfig config(Object... keysAndValues) {
    Map<String, Object> config = new HashMap<>(Map.of(WireConfig.URL, "http://one"));
    for (int i = 0; i < keysAndValues.length; i += 2) {
      config.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return new WireConfig(config);
  }

  private static void refuses(Object... keysAndValues) {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> config(keysAndValues))
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("s3cret"));
  }

  @Test
  void keysAreConfluents() {
    assertThat(
            new String[] {
              WireConfig.URL,
              WireConfig.AUTO_REGISTER,
              WireConfig.USE_LATEST,
              WireConfig.SPECIFIC_READER,
              WireConfig.AUTH_SOURCE,
              WireConfig.AUTH_USER_INFO,
              WireConfig.SUBJECT_STRATEGY,
              WireConfig.MAX_SCHEMAS,
              WireConfig.CONNECT_TIMEOUT,
              WireConfig.READ_TIMEOUT
            })
        .containsExactly(
            "schema.registry.url",
            "auto.register.schemas",
            "use.latest.version",
            "specific.avro.reader",
            "basic.auth.credentials.source",
            "basic.auth.user.info",
            "value.subject.name.strategy",
            "max.schemas.per.subject",
            "http.connect.timeout.ms",
            "http.read.timeout.ms");
  }

  @Test
  void onlyTheAddressIsNeeded() {
    WireConfig config = config();
    assertThat(config.autoRegister()).isTrue();
    assertThat(config.useLatest()).isFalse();
    assertThat(config.maxSchemas()).isEqualTo(1000);
    assertThat(config.connectTimeout()).isEqualTo(Duration.ofSeconds(2));
    assertThat(config.readTimeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(config.authorization()).isEmpty();
    assertThat(config.tls()).isEmpty();
    assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> new WireConfig(Map.of()));
  }

  @Test
  void addressesAreAListWithoutSlashesOrPasswords() {
    assertThat(config(WireConfig.URL, "http://u:p@one:81/, https://u:p@two/registry/").addresses())
        .containsExactly(URI.create("http://one:81"), URI.create("https://two/registry"));
    assertThat(config(WireConfig.URL, "http://a" + ",http://b".repeat(7)).addresses()).hasSize(8);
    refuses(WireConfig.URL, "http://a" + ",http://b".repeat(8));
    refuses(WireConfig.URL, "");
    refuses(WireConfig.URL, "one:8081");
    refuses(WireConfig.URL, "ftp://u:s3cret@one");
    refuses(WireConfig.URL, "http://u:s3cret@");
    refuses(WireConfig.URL, "http://u:s3cret@one?x=y");
    refuses(WireConfig.URL, "http://u:s3cret@o ne");
    refuses(WireConfig.URL, "mock://scope");
  }

  @Test
  void credentialsComeFromTheSourceThatIsNamed() {
    String basic = "Basic dXNlcjpzM2NyZXQ=";
    assertThat(config(WireConfig.URL, "http://user:s3cret@one").authorization()).contains(basic);
    assertThat(
            config(
                    "basic.auth.credentials.source",
                    "USER_INFO",
                    "basic.auth.user.info",
                    "user:s3cret")
                .authorization())
        .contains(basic);
    assertThat(
            config(
                    "basic.auth.credentials.source",
                    "USER_INFO",
                    "schema.registry.basic.auth.user.info",
                    "user:s3cret")
                .authorization())
        .contains(basic);
  }

  @Test
  void credentialsThatWouldNotBeUsedAreRefused() {
    refuses(WireConfig.AUTH_USER_INFO, "user:s3cret");
    refuses(WireConfig.AUTH_SOURCE, "USER_INFO");
    refuses(WireConfig.AUTH_SOURCE, "USER_INFO", WireConfig.AUTH_USER_INFO, "s3cret");
    refuses(WireConfig.AUTH_SOURCE, "SASL_INHERIT");
    refuses(WireConfig.URL, "http://a:s3cret@one,http://b:s3cret@two");
    refuses(
        WireConfig.URL,
        "http://a:s3cret@one",
        WireConfig.AUTH_SOURCE,
        "USER_INFO",
        WireConfig.AUTH_USER_INFO,
        "b:s3cret");
  }

  @Test
  void whatWouldBehaveOtherwiseThanConfluentsIsRefused() {
    config(
        WireConfig.SUBJECT_STRATEGY,
        "io.confluent.kafka.serializers.subject.TopicNameStrategy",
        WireConfig.SPECIFIC_READER,
        "true");
    config(
        WireConfig.SUBJECT_STRATEGY,
        "io.confluent.kafka.serializers.subject.TopicRecordNameStrategy");
    refuses(
        WireConfig.SUBJECT_STRATEGY, "io.confluent.kafka.serializers.subject.RecordNameStrategy");
    refuses(WireConfig.SUBJECT_STRATEGY, "MyTopicNameStrategy");
    refuses(WireConfig.SPECIFIC_READER, "false");
    refuses(WireConfig.USE_LATEST, "true");
    config(WireConfig.USE_LATEST, "true", WireConfig.AUTO_REGISTER, "false");
  }

  @Test
  void boundsAreChecked() {
    config(WireConfig.MAX_SCHEMAS, 1, WireConfig.CONNECT_TIMEOUT, 1, WireConfig.READ_TIMEOUT, 1);
    config(
        WireConfig.MAX_SCHEMAS,
        100_000,
        WireConfig.CONNECT_TIMEOUT,
        60_000,
        WireConfig.READ_TIMEOUT,
        60_000);
    refuses(WireConfig.MAX_SCHEMAS, 0);
    refuses(WireConfig.MAX_SCHEMAS, 100_001);
    refuses(WireConfig.CONNECT_TIMEOUT, 0);
    refuses(WireConfig.READ_TIMEOUT, 60_001);
    refuses(WireConfig.READ_TIMEOUT, "soon");
  }

  @Test
  void theHostNameCheckCannotBeTurnedOff() {
    WireConfig config = config("schema.registry.ssl.endpoint.identification.algorithm", "");
    assertThatExceptionOfType(ConfigException.class).isThrownBy(config::tls);
  }
}
