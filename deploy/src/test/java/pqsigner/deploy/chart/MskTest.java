package pqsigner.deploy.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Volume;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Mutual TLS with brokers whose own certificates are of other authorities than the clients'.
class MskTest {
  private static final Rendered MSK = Chart.render("msk");

  private static Map<String, String> environment(String component) {
    return Rendered.environment(MSK.container(component, component));
  }

  private static String setting(String component, String key) {
    JsonNode json =
        JsonMapper.shared().readTree(environment(component).get("SPRING_APPLICATION_JSON"));
    return json.path(key).asString();
  }

  @ParameterizedTest
  @CsvSource({
    "gateway, gateway-kafka, gateway",
    "worker, worker, worker",
    "worker, delay-line, delay-line"
  })
  void aKafkaClientShowsItsOwnCertificateAndTrustsTheBrokersAuthorities(
      String component, String bundle, String identity) {
    String prefix = "spring.ssl.bundle.pem." + bundle + ".";

    assertThat(setting(component, prefix + "keystore.certificate"))
        .isEqualTo("file:/tls/" + identity + "/tls.crt");
    assertThat(setting(component, prefix + "keystore.private-key"))
        .isEqualTo("file:/tls/" + identity + "/tls.key");
    assertThat(setting(component, prefix + "truststore.certificate"))
        .isEqualTo("file:/tls/brokers/ca.crt");
  }

  @Test
  void theClientsAreToldSoAndSpeakTls() {
    assertThat(environment("gateway"))
        .containsEntry("SPRING_KAFKA_SSL_BUNDLE", "gateway-kafka")
        .containsEntry("SPRING_KAFKA_SECURITY_PROTOCOL", "SSL");
    assertThat(environment("worker"))
        .containsEntry("SPRING_KAFKA_SSL_BUNDLE", "worker")
        .containsEntry("SPRING_KAFKA_SECURITY_PROTOCOL", "SSL");
  }

  /// Whoever has a certificate of a public authority is nobody's custodian.
  @Test
  void theBrokersAuthoritiesVouchForNoCaller() {
    assertThat(environment("gateway")).containsEntry("SERVER_SSL_BUNDLE", "gateway");
    assertThat(setting("gateway", "spring.ssl.bundle.pem.gateway.truststore.certificate"))
        .isEqualTo("file:/tls/gateway/ca.crt");
  }

  @ParameterizedTest
  @CsvSource({"gateway", "worker"})
  void theAuthoritiesAreMountedFromTheConfigMap(String component) {
    Volume volume =
        MSK.pod(component).getSpec().getVolumes().stream()
            .filter(each -> each.getName().equals("brokers"))
            .findFirst()
            .orElseThrow();

    assertThat(volume.getConfigMap().getName()).isEqualTo("amazon-trust-services");
    assertThat(volume.getConfigMap().getItems())
        .singleElement()
        .satisfies(
            item -> {
              assertThat(item.getKey()).isEqualTo("ca.crt");
              assertThat(item.getPath()).isEqualTo("ca.crt");
            });
    assertThat(MSK.container(component, component).getVolumeMounts())
        .anySatisfy(
            mount -> {
              assertThat(mount.getName()).isEqualTo("brokers");
              assertThat(mount.getMountPath()).isEqualTo("/tls/brokers");
              assertThat(mount.getReadOnly()).isTrue();
            });
  }

  @Test
  void withoutThemOneAuthorityVouchesForAll() {
    Rendered minimal = Chart.minimal();
    for (String component : List.of("gateway", "worker")) {
      assertThat(minimal.pod(component).getSpec().getVolumes())
          .noneMatch(volume -> volume.getName().equals("brokers"));
      assertThat(
              Rendered.environment(minimal.container(component, component))
                  .get("SPRING_APPLICATION_JSON"))
          .doesNotContain("brokers", "gateway-kafka");
    }
  }

  @Test
  void aConfigMapsNameIsOne() {
    assertThatThrownBy(() -> Chart.renderWith(Map.of("kafka.brokerCa.configMap", "Amazon CA")))
        .hasMessageContaining("/kafka/brokerCa/configMap");
  }
}
