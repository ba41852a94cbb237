package pqsigner.deploy.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.ssl.PemSslBundleProperties;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.support.SpringApplicationJsonEnvironmentPostProcessor;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import pqsigner.delayline.DelayLineSettings;
import pqsigner.gateway.custodian.CallerSettings;
import pqsigner.gateway.custodian.CustodianSettings;
import pqsigner.gateway.dynamodb.DynamoSettings;
import pqsigner.gateway.replies.AttestationSettings;
import pqsigner.worker.credentials.AwsSettings;
import pqsigner.worker.enclave.EnclaveSettings;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A pod's environment, bound by Spring Boot to the services' own settings. A misspelt variable
/// would be ignored in silence.
class SettingsTest {
  private static final String JSON = "SPRING_APPLICATION_JSON";
  private static final String PASSWORD = "PQSIGNER_KAFKA_SERDE_BASIC_AUTH_USER_INFO";

  /// Each variable of the chart and the key that it is meant for.
  private static final Map<String, String> KEYS =
      Map.ofEntries(
          Map.entry("SERVER_PORT", "server.port"),
          Map.entry("PQ_SIGNER_CALLERS_CUSTODIANS", "pq-signer.callers.custodians"),
          Map.entry("PQ_SIGNER_CALLERS_OPERATORS", "pq-signer.callers.operators"),
          Map.entry("SERVER_SSL_CLIENT_AUTH", "server.ssl.client-auth"),
          Map.entry("SPRING_KAFKA_SSL_BUNDLE", "spring.kafka.ssl.bundle"),
          Map.entry("SPRING_KAFKA_BOOTSTRAP_SERVERS", "spring.kafka.bootstrap-servers"),
          Map.entry("SPRING_KAFKA_SECURITY_PROTOCOL", "spring.kafka.security.protocol"),
          Map.entry("MANAGEMENT_SERVER_PORT", "management.server.port"),
          Map.entry("MANAGEMENT_SERVER_ADDRESS", "management.server.address"),
          Map.entry("PQ_SIGNER_KAFKA_TOPIC_PREFIX", "pq-signer.kafka.topic-prefix"),
          Map.entry("PQ_SIGNER_DYNAMODB_REGION", "pq-signer.dynamodb.region"),
          Map.entry("PQ_SIGNER_DYNAMODB_ENDPOINT", "pq-signer.dynamodb.endpoint"),
          Map.entry("PQ_SIGNER_DYNAMODB_REQUESTS_TABLE", "pq-signer.dynamodb.requests-table"),
          Map.entry("PQ_SIGNER_DYNAMODB_KEYS_TABLE", "pq-signer.dynamodb.keys-table"),
          Map.entry("PQ_SIGNER_DYNAMODB_CUSTODIANS_TABLE", "pq-signer.dynamodb.custodians-table"),
          Map.entry("PQ_SIGNER_CUSTODIANS_INITIAL", "pq-signer.custodians.initial"),
          Map.entry("PQ_SIGNER_DYNAMODB_KEY_STATES_TABLE", "pq-signer.dynamodb.key-states-table"),
          Map.entry("PQ_SIGNER_ATTESTATION_KMS_KEY_ARN", "pq-signer.attestation.kms-key-arn"),
          Map.entry("PQ_SIGNER_ATTESTATION_HOST_ROLE_ARN", "pq-signer.attestation.host-role-arn"),
          Map.entry("PQ_SIGNER_AWS_REGION", "pq-signer.aws.region"),
          Map.entry("PQ_SIGNER_ENCLAVE_ADDRESS", "pq-signer.enclave.address"));

  private static final Map<String, String> REGISTRY =
      Map.of(
          "schema.registry.url",
          "https://registry.kafka.example.com",
          "basic.auth.credentials.source",
          "USER_INFO",
          "schema.registry.ssl.truststore.type",
          "PEM",
          "schema.registry.ssl.truststore.location",
          "/tls/registry/ca.crt");

  private static final List<Class<?>> GATEWAY =
      List.of(
          pqsigner.gateway.kafka.KafkaSettings.class,
          DynamoSettings.class,
          AttestationSettings.class,
          CallerSettings.class,
          CustodianSettings.class);
  private static final List<Class<?>> WORKER =
      List.of(pqsigner.worker.kafka.KafkaSettings.class, AwsSettings.class, EnclaveSettings.class);

  @ParameterizedTest
  @ValueSource(strings = {"gateway", "worker", "delay-line"})
  void everyVariableSetsAKeyThatTheServiceHas(String component) throws IOException {
    Map<String, String> variables = environment(Chart.full(), component);
    Set<String> known = keysOfSpring();
    known.addAll(
        switch (component) {
          case "gateway" -> keysOf(GATEWAY);
          case "worker" -> keysOf(WORKER);
          default -> Set.of();
        });

    assertThat(variables).hasSizeGreaterThan(5).containsKey(JSON);
    variables.forEach(
        (variable, value) -> {
          if (!variable.equals(JSON) && !variable.equals(PASSWORD)) {
            String key = KEYS.get(variable);
            assertThat(key).as(variable).isNotNull().isIn(known);
            assertThat(binder(Map.of(variable, value)).bind(key, String.class).get())
                .isEqualTo(value);
          }
        });
  }

  @Test
  void theGatewayReadsWhatTheOperatorSaid() {
    Binder binder = binder(environment(Chart.full(), "gateway"));

    AttestationSettings attestation =
        binder.bind("pq-signer.attestation", AttestationSettings.class).get();
    assertThat(attestation.images())
        .hasSize(2)
        .allMatch(image -> image.pcr0().startsWith("aa0") || image.pcr0().startsWith("bb0"))
        .allMatch(image -> image.pcr16().matches("(aa|bb)3[0-9a-f]{93}"));
    assertThat(attestation.hostRoleArn()).isEqualTo("arn:aws:iam::111122223333:role/nodes");
    assertThat(attestation.kmsKeyArn()).startsWith("arn:aws:kms:eu-central-1:");
    assertThat(attestation.root()).as("the root pinned in the code").isNull();
    DynamoSettings dynamo = binder.bind("pq-signer.dynamodb", DynamoSettings.class).get();
    assertThat(dynamo.region()).isEqualTo("eu-central-1");
    assertThat(dynamo.endpoint())
        .isEqualTo(URI.create("https://vpce-1.dynamodb.eu-central-1.vpce.amazonaws.com"));
    assertThat(dynamo.createTables()).isFalse();
    var kafka = binder.bind("pq-signer.kafka", pqsigner.gateway.kafka.KafkaSettings.class).get();
    assertThat(kafka.topicPrefix()).isEqualTo("custody.");
    assertThat(kafka.serde()).containsExactlyInAnyOrderEntriesOf(REGISTRY);
  }

  @Test
  void theWorkerReadsWhatTheOperatorSaid() {
    Binder binder = binder(environment(Chart.full(), "worker"));

    assertThat(binder.bind("pq-signer.enclave", EnclaveSettings.class).get().address())
        .isEqualTo("vsock:21:5000");
    assertThat(binder.bind("pq-signer.aws", AwsSettings.class).get().region())
        .isEqualTo("eu-central-1");
    var kafka = binder.bind("pq-signer.kafka", pqsigner.worker.kafka.KafkaSettings.class).get();
    assertThat(kafka.topicPrefix()).isEqualTo("custody.");
    assertThat(kafka.serde()).containsExactlyInAnyOrderEntriesOf(REGISTRY);
  }

  @Test
  void theDelayLineReadsTheTopicsNamesAndOfNoRegistry() {
    Map<String, String> environment = environment(Chart.full(), "delay-line");

    assertThat(
            binder(environment)
                .bind("pq-signer.delay-line", DelayLineSettings.class)
                .get()
                .topicPrefix())
        .isEqualTo("custody.");
    assertThat(environment.get(JSON)).doesNotContain("registry");
  }

  /// From a Secret, beside what the JSON document says of the same map.
  @ParameterizedTest
  @ValueSource(strings = {"gateway", "worker"})
  void theRegistrysPasswordComesFromASecretAndReachesTheSerializers(String component) {
    Container container = Chart.minimal().container(component, component);
    assertThat(container.getEnv())
        .filteredOn(variable -> variable.getName().equals(PASSWORD))
        .singleElement()
        .satisfies(
            variable -> {
              assertThat(variable.getValue()).isNull();
              assertThat(variable.getValueFrom().getSecretKeyRef().getName()).isEqualTo("registry");
              assertThat(variable.getValueFrom().getSecretKeyRef().getKey()).isEqualTo("user-info");
            });
    Map<String, String> environment = environment(Chart.minimal(), component);
    environment.put(PASSWORD, "user:password");

    assertThat(
            binder(environment)
                .bind("pq-signer.kafka.serde", Bindable.mapOf(String.class, String.class))
                .get())
        .containsEntry("basic.auth.user.info", "user:password")
        .containsEntry("schema.registry.url", "https://registry.kafka.example.com");
  }

  @Test
  void everyIdentityIsABundleUnderItsExactName() {
    assertThat(bundles("gateway")).containsOnlyKeys("gateway");
    assertThat(bundles("worker")).containsOnlyKeys("worker");
    assertThat(bundles("delay-line")).containsOnlyKeys("delay-line");
    for (String component : List.of("gateway", "worker", "delay-line")) {
      assertThat(environment(Chart.full(), component))
          .containsEntry("SPRING_KAFKA_SSL_BUNDLE", component);
      bundles(component)
          .forEach(
              (name, bundle) -> {
                String folder = "file:/tls/" + name + "/";
                assertThat(bundle.getKeystore().getCertificate()).isEqualTo(folder + "tls.crt");
                assertThat(bundle.getKeystore().getPrivateKey()).isEqualTo(folder + "tls.key");
                assertThat(bundle.getTruststore().getCertificate())
                    .isEqualTo("file:/tls/brokers/ca.crt");
              });
    }
  }

  /// Why the bundles are not set by variables of their own.
  @Test
  void aVariableLosesTheDashOfABundlesName() {
    Binder binder =
        binder(Map.of("SPRING_SSL_BUNDLE_PEM_DELAYLINE_KEYSTORE_CERTIFICATE", "file:/x"));

    assertThat(
            binder.bind("spring.ssl.bundle.pem", Bindable.mapOf(String.class, Object.class)).get())
        .containsOnlyKeys("delayline");
  }

  private static Map<String, PemSslBundleProperties> bundles(String component) {
    return binder(environment(Chart.full(), component))
        .bind("spring.ssl.bundle.pem", Bindable.mapOf(String.class, PemSslBundleProperties.class))
        .get();
  }

  private static Map<String, String> environment(Rendered chart, String component) {
    Map<String, String> environment =
        new HashMap<>(Rendered.environment(chart.container(component, component)));
    environment.values().removeIf(Objects::isNull);
    return environment;
  }

  private static Binder binder(Map<String, String> variables) {
    StandardEnvironment environment = new StandardEnvironment();
    String source = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;
    environment
        .getPropertySources()
        .remove(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME);
    environment
        .getPropertySources()
        .replace(source, new SystemEnvironmentPropertySource(source, new HashMap<>(variables)));
    new SpringApplicationJsonEnvironmentPostProcessor()
        .postProcessEnvironment(environment, new SpringApplication());
    ConfigurationPropertySources.attach(environment);
    return Binder.get(environment);
  }

  private static Set<String> keysOf(List<Class<?>> settings) {
    Set<String> keys = new HashSet<>();
    for (Class<?> each : settings) {
      ConfigurationProperties annotation = each.getAnnotation(ConfigurationProperties.class);
      String prefix = annotation.value() + annotation.prefix();
      for (var component : each.getRecordComponents()) {
        keys.add(prefix + "." + dashed(component.getName()));
      }
    }
    return keys;
  }

  private static String dashed(String name) {
    return Pattern.compile("[A-Z]")
        .matcher(name)
        .replaceAll(found -> "-" + found.group().toLowerCase(java.util.Locale.ROOT));
  }

  /// What Spring's jars say of their own settings.
  private static Set<String> keysOfSpring() throws IOException {
    Set<String> keys = new HashSet<>();
    for (URL url :
        Collections.list(
            SettingsTest.class
                .getClassLoader()
                .getResources("META-INF/spring-configuration-metadata.json"))) {
      try (InputStream in = url.openStream()) {
        for (JsonNode property : JsonMapper.shared().readTree(in).path("properties")) {
          keys.add(property.path("name").asString());
        }
      }
    }
    return keys;
  }
}
