package pqsigner.deploy.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Volume;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
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
  @ValueSource(strings = {"gateway", "worker", "delay-line"})
  void aKafkaClientShowsItsOwnCertificateAndTrustsTheBrokersAuthorities(String component) {
    String prefix = "spring.ssl.bundle.pem." + component + ".";

    assertThat(setting(component, prefix + "keystore.certificate"))
        .isEqualTo("file:/tls/" + component + "/tls.crt");
    assertThat(setting(component, prefix + "keystore.private-key"))
        .isEqualTo("file:/tls/" + component + "/tls.key");
    assertThat(setting(component, prefix + "truststore.certificate"))
        .isEqualTo("file:/tls/brokers/ca.crt");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gateway", "worker", "delay-line"})
  void theClientsAreToldSoAndSpeakTls(String component) {
    assertThat(environment(component))
        .containsEntry("SPRING_KAFKA_SSL_BUNDLE", component)
        .containsEntry("SPRING_KAFKA_SECURITY_PROTOCOL", "SSL");
  }

  /// Whoever has a certificate of a public authority is nobody's custodian, and whoever has one of
  /// the services' issuer is neither custodian nor operator.
  @Test
  void callersAreVouchedForByTheirOwnAuthoritiesAlone() {
    assertThat(environment("gateway"))
        .containsEntry("PQ_SIGNER_CALLERS_CUSTODIANS", "/tls/callers/custodians.crt")
        .containsEntry("PQ_SIGNER_CALLERS_OPERATORS", "/tls/callers/operators.crt")
        .doesNotContainKey("SERVER_SSL_BUNDLE");
    Volume callers =
        MSK.pod("gateway").getSpec().getVolumes().stream()
            .filter(each -> each.getName().equals("callers"))
            .findFirst()
            .orElseThrow();
    assertThat(callers.getConfigMap().getName()).isEqualTo("pq-signer-callers");
    assertThat(callers.getConfigMap().getItems())
        .extracting(item -> item.getKey() + " " + item.getPath())
        .containsExactly("custodians.crt custodians.crt", "operators.crt operators.crt");
    assertThat(MSK.container("gateway", "gateway").getVolumeMounts())
        .anyMatch(m -> m.getName().equals("callers") && m.getMountPath().equals("/tls/callers"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gateway", "worker", "delay-line"})
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
  void aConfigMapsNameIsOne() {
    assertThatThrownBy(() -> Chart.renderWith(Map.of("kafka.brokerCa.configMap", "Amazon CA")))
        .hasMessageContaining("/kafka/brokerCa/configMap");
  }
}
