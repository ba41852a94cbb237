package pqsigner.deploy.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.SecretProjection;
import io.fabric8.kubernetes.api.model.SecretVolumeSource;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The chart as a whole: that Helm likes it, and that each document is what it says it is.
class ChartTest {

  static Stream<Rendered> everyWay() {
    return Chart.everyWay();
  }

  @Test
  void helmFindsNothingToSay(@TempDir Path folder) throws IOException {
    LintResult result = lint(folder, Chart.fullValues().toString());

    assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
    assertThat(result.getMessages()).noneMatch(message -> message.contains("[WARNING]"));
  }

  @Test
  void helmRefusesTheChartAsItStandsBecauseNobodyHasSaidWhereItRuns(@TempDir Path folder)
      throws IOException {
    String own = Files.readString(Chart.FOLDER.resolve("values.yaml"));

    assertThat(lint(folder, own).isFailed()).isTrue();
  }

  /// Lint takes no values: they go into a copy.
  private static LintResult lint(Path folder, String values) throws IOException {
    try (Stream<Path> files = Files.walk(Chart.FOLDER)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = folder.resolve(Chart.FOLDER.relativize(file));
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
    Files.writeString(folder.resolve("values.yaml"), values);
    return new Helm(folder).lint().strict().call();
  }

  @ParameterizedTest
  @MethodSource("everyWay")
  void everyFieldIsOneThatKubernetesKnows(Rendered chart) {
    assertThat(chart.objects()).isNotEmpty();
    assertThat(chart.objects()).allSatisfy(each -> assertThat(UnknownFields.of(each)).isEmpty());
  }

  @Test
  void aFieldThatKubernetesDoesNotKnowIsFoundAtAnyDepth() {
    HasMetadata misspelt =
        Rendered.parse(
            """
            {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "x"},
             "spec": {"template": {"spec": {"containers": [
               {"name": "x", "securityContext": {"readOnlyRootFileSystem": true}}]}}}}
            """);

    assertThat(UnknownFields.of(misspelt))
        .singleElement()
        .asString()
        .endsWith("SecurityContext.readOnlyRootFileSystem");
  }

  @Test
  void theChartIsTheseObjectsAndNoOthers() {
    Set<String> objects =
        Chart.full().objects().stream()
            .map(each -> each.getKind() + "/" + each.getMetadata().getName())
            .collect(Collectors.toSet());

    assertThat(objects)
        .containsExactlyInAnyOrder(
            "ServiceAccount/pq-signer-gateway",
            "ServiceAccount/pq-signer-worker",
            "ServiceAccount/pq-signer-delay-line",
            "ServiceAccount/pq-signer-topics",
            "Deployment/signer-gateway",
            "Deployment/signer-worker",
            "Deployment/signer-delay-line",
            "Job/signer-topics-1",
            "Service/signer-gateway",
            "HorizontalPodAutoscaler/signer-gateway",
            "PodDisruptionBudget/signer-gateway",
            "PodDisruptionBudget/signer-worker",
            "PodDisruptionBudget/signer-delay-line",
            "NetworkPolicy/signer-gateway",
            "NetworkPolicy/signer-worker",
            "NetworkPolicy/signer-delay-line",
            "NetworkPolicy/signer-topics",
            "Certificate/signer-gateway",
            "Certificate/signer-worker",
            "Certificate/signer-delay-line",
            "Certificate/signer-admin");
  }

  @Test
  void withoutTopicsNothingOfTheAdministratorIsLeft() {
    assertThat(Chart.minimal().objects())
        .noneMatch(each -> each.getMetadata().getName().matches(".*(topics|admin).*"));
  }

  @ParameterizedTest
  @MethodSource("everyWay")
  void whatPointsAtAPodPointsAtOneThatIsThere(Rendered chart) {
    for (Deployment deployment : chart.all(Deployment.class)) {
      assertThat(deployment.getSpec().getTemplate().getMetadata().getLabels())
          .containsAllEntriesOf(deployment.getSpec().getSelector().getMatchLabels());
    }
    for (PodDisruptionBudget budget : chart.all(PodDisruptionBudget.class)) {
      assertThat(selected(chart, budget.getSpec().getSelector().getMatchLabels()))
          .containsExactly(component(budget));
    }
    Service service = chart.one(Service.class, "gateway");
    assertThat(selected(chart, service.getSpec().getSelector())).containsExactly("gateway");
    assertThat(service.getSpec().getPorts())
        .singleElement()
        .satisfies(port -> assertThat(port.getTargetPort().getStrVal()).isEqualTo("https"));
    assertThat(
            chart
                .one(HorizontalPodAutoscaler.class, "gateway")
                .getSpec()
                .getScaleTargetRef()
                .getName())
        .isEqualTo(chart.one(Deployment.class, "gateway").getMetadata().getName());
    assertThat(chart.one(Deployment.class, "gateway").getSpec().getReplicas())
        .as("two would fight over it")
        .isNull();
  }

  private static List<String> selected(Rendered chart, Map<String, String> labels) {
    return chart.pods().entrySet().stream()
        .filter(
            pod ->
                pod.getValue().getMetadata().getLabels().entrySet().containsAll(labels.entrySet()))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static String component(HasMetadata each) {
    return each.getMetadata().getName().substring(Chart.RELEASE.length() + 1);
  }

  @Test
  void anImageIsNamedByTagOrByDigest() {
    assertThat(Chart.minimal().container("gateway", "gateway").getImage())
        .isEqualTo("registry.example.com/pq-signer/gateway:0.1.0");
    assertThat(Chart.render("digests").container("gateway", "gateway").getImage())
        .isEqualTo("registry.example.com/pq-signer/gateway@sha256:" + "a".repeat(64));
  }

  /// The certificate is the identity: Kafka's principals and the gateway's roles are read from it.
  @ParameterizedTest
  @MethodSource("everyWay")
  void everyCertificateIsAServicesAndIsMountedByItsPodOnly(Rendered chart) {
    for (GenericKubernetesResource each : chart.all(GenericKubernetesResource.class)) {
      assertThat(each.getApiVersion()).isEqualTo("cert-manager.io/v1");
      String name = component(each);
      assertThat(each.<String>get("spec", "commonName")).isEqualTo(name);
      assertThat(each.<List<String>>get("spec", "subject", "organizationalUnits"))
          .containsExactly("service");
      assertThat(each.<List<String>>get("spec", "usages"))
          .contains("client auth")
          .hasSize(name.equals("gateway") ? 2 : 1);
      String secret = each.get("spec", "secretName");
      assertThat(mounting(chart, secret))
          .containsExactly(
              switch (name) {
                case "admin" -> "topics/topics:/tls/admin";
                default -> name + "/" + name + ":/tls/" + name;
              });
    }
  }

  private static List<String> mounting(Rendered chart, String secret) {
    return chart.pods().entrySet().stream()
        .flatMap(
            pod ->
                pod.getValue().getSpec().getVolumes().stream()
                    .filter(volume -> secrets(volume).contains(secret))
                    .flatMap(
                        volume ->
                            pod.getValue().getSpec().getContainers().stream()
                                .flatMap(
                                    container ->
                                        container.getVolumeMounts().stream()
                                            .filter(m -> m.getName().equals(volume.getName()))
                                            .map(
                                                m ->
                                                    pod.getKey()
                                                        + "/"
                                                        + container.getName()
                                                        + ":"
                                                        + m.getMountPath()))))
        .toList();
  }

  private static List<String> secrets(Volume volume) {
    return volume.getProjected() == null
        ? Stream.ofNullable(volume.getSecret()).map(SecretVolumeSource::getSecretName).toList()
        : volume.getProjected().getSources().stream()
            .map(VolumeProjection::getSecret)
            .filter(Objects::nonNull)
            .map(SecretProjection::getName)
            .toList();
  }

  /// Whoever may ask the issuer for a certificate can be any service: other namespaces may not.
  @Test
  void theIssuerIsThisNamespacesUnlessTheOperatorSaysOtherwise() {
    assertThat(Chart.minimal().all(GenericKubernetesResource.class))
        .isNotEmpty()
        .allSatisfy(
            certificate -> {
              assertThat(certificate.<String>get("spec", "issuerRef", "kind")).isEqualTo("Issuer");
              assertThat(certificate.<String>get("spec", "issuerRef", "name"))
                  .isEqualTo("pq-signer-services");
            });
  }

  @Test
  void theGatewaysCertificateCarriesTheNamesItIsCalledBy() {
    GenericKubernetesResource certificate =
        Chart.render("callers").one(GenericKubernetesResource.class, "gateway");

    assertThat(certificate.<List<String>>get("spec", "dnsNames"))
        .containsExactly(
            "signer-gateway.pq-signer.svc",
            "signer-gateway.pq-signer.svc.cluster.local",
            "signer.example.com");
  }

  @Test
  void brokersOnAPortThatTheNetworkPoliciesDoNotOpenAreRefused() {
    assertThatThrownBy(() -> Chart.renderWith(Map.of("kafka.port", 9092)))
        .hasMessageContaining("kafka.port");
  }

  @Test
  void fewerAtMostThanAtLeastIsRefused() {
    assertThatThrownBy(() -> Chart.renderWith(Map.of("gateway.replicas.min", 9)))
        .hasMessageContaining("gateway.replicas.min");
  }
}
