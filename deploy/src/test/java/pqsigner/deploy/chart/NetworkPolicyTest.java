package pqsigner.deploy.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each allowed arrow as text, so that one more is one more line here.
class NetworkPolicyTest {
  private static final String DNS = "pods of any namespace {k8s-app=kube-dns}";

  static Stream<Rendered> everyWay() {
    return Chart.everyWay();
  }

  @ParameterizedTest
  @MethodSource("everyWay")
  void everyPodHasOnePolicyWhichDeniesWhatItDoesNotName(Rendered chart) {
    List<NetworkPolicy> policies = chart.all(NetworkPolicy.class);
    chart
        .pods()
        .forEach(
            (component, pod) ->
                assertThat(policies)
                    .filteredOn(
                        policy ->
                            pod.getMetadata()
                                .getLabels()
                                .entrySet()
                                .containsAll(
                                    policy.getSpec().getPodSelector().getMatchLabels().entrySet()))
                    .singleElement()
                    .extracting(policy -> policy.getMetadata().getName())
                    .isEqualTo(Chart.RELEASE + "-" + component));
    assertThat(policies)
        .hasSameSizeAs(chart.pods().keySet())
        .allSatisfy(
            policy -> {
              assertThat(policy.getSpec().getPolicyTypes())
                  .containsExactlyInAnyOrder("Ingress", "Egress");
              assertThat(policy.getSpec().getPodSelector().getMatchLabels()).hasSize(3);
              assertThat(policy.getSpec().getPodSelector().getMatchExpressions()).isEmpty();
            });
  }

  @Test
  void withoutMonitoringNobodyReachesTheWorkerAndTheGatewayOnlyByItsApi() {
    assertThat(arrows(Chart.minimal(), "worker")).noneMatch(arrow -> arrow.startsWith("from"));
    assertThat(arrows(Chart.minimal(), "gateway"))
        .filteredOn(arrow -> arrow.startsWith("from"))
        .containsExactly("from 10.8.0.0/24: TCP 8443");
    assertThat(arrows(Chart.minimal(), "delay-line")).noneMatch(arrow -> arrow.startsWith("from"));
  }

  @Test
  void theGatewayHasTheseArrows() {
    assertThat(arrows(Chart.full(), "gateway"))
        .containsExactlyInAnyOrder(
            "from namespace {kubernetes.io/metadata.name=custodians}: TCP 9443",
            "from 10.9.0.0/24: TCP 9443",
            "from namespace {kubernetes.io/metadata.name=monitoring}: TCP 8081",
            "to " + DNS + ": UDP 53",
            "to " + DNS + ": TCP 53",
            "to 10.1.0.0/16: TCP 9094",
            "to 10.2.0.0/16: TCP 9094",
            "to 10.1.0.0/16: TCP 8081",
            "to 10.2.0.0/16: TCP 8081",
            "to 10.5.1.0/24: TCP 443",
            "to 10.5.3.0/24: TCP 443");
  }

  @Test
  void theWorkerHasTheseArrows() {
    assertThat(arrows(Chart.full(), "worker"))
        .containsExactlyInAnyOrder(
            "from namespace {kubernetes.io/metadata.name=monitoring}: TCP 9091",
            "to " + DNS + ": UDP 53",
            "to " + DNS + ": TCP 53",
            "to 10.1.0.0/16: TCP 9094",
            "to 10.2.0.0/16: TCP 9094",
            "to 10.1.0.0/16: TCP 8081",
            "to 10.2.0.0/16: TCP 8081",
            "to 10.5.2.0/24: TCP 443",
            "to 10.5.1.0/24: TCP 443",
            "to 10.5.3.0/24: TCP 443");
  }

  /// Neither AWS nor the registry: it copies records between topics.
  @Test
  void theDelayLineReachesTheBrokersAndNothingElse() {
    assertThat(arrows(Chart.full(), "delay-line"))
        .containsExactlyInAnyOrder(
            "from namespace {kubernetes.io/metadata.name=monitoring}: TCP 9096",
            "to " + DNS + ": UDP 53",
            "to " + DNS + ": TCP 53",
            "to 10.1.0.0/16: TCP 9094",
            "to 10.2.0.0/16: TCP 9094");
  }

  @Test
  void eachServiceReachesItsOwnPartOfAwsOnly() {
    assertThat(arrows(Chart.minimal(), "gateway"))
        .contains("to 10.5.1.0/24: TCP 443", "to 10.5.3.0/24: TCP 443")
        .doesNotContain("to 10.5.2.0/24: TCP 443");
    assertThat(arrows(Chart.minimal(), "worker"))
        .contains("to 10.5.2.0/24: TCP 443", "to 10.5.3.0/24: TCP 443")
        .doesNotContain("to 10.5.1.0/24: TCP 443");
  }

  @ParameterizedTest
  @MethodSource("everyWay")
  void nothingIsOpenToAnywhereUnlessTheOperatorSaysSo(Rendered chart) {
    for (String component : chart.pods().keySet()) {
      assertThat(arrows(chart, component)).noneMatch(arrow -> arrow.contains("anywhere"));
    }
  }

  @Test
  void theTopicsJobReachesKafkaAndItsRegistryAndNothingElse() {
    assertThat(arrows(Chart.render("topics"), "topics"))
        .containsExactlyInAnyOrder(
            "to " + DNS + ": UDP 53",
            "to " + DNS + ": TCP 53",
            "to 10.1.0.0/16: TCP 9094",
            "to 10.1.0.0/16: TCP 443");
  }

  @Test
  void thePortsThatAreOpenAreThoseThatAreListenedOn() {
    Rendered chart = Chart.full();
    assertThat(chart.container("gateway", "gateway").getPorts())
        .extracting(port -> port.getName() + " " + port.getContainerPort())
        .containsExactly("https 9443", "management 8081");
    assertThat(chart.container("worker", "worker").getPorts())
        .extracting(port -> port.getName() + " " + port.getContainerPort())
        .containsExactly("management 9091");
    assertThat(Rendered.environment(chart.container("gateway", "gateway")))
        .containsEntry("SERVER_PORT", "9443");
  }

  private static Set<String> arrows(Rendered chart, String component) {
    NetworkPolicy policy = chart.one(NetworkPolicy.class, component);
    Set<String> arrows = new TreeSet<>();
    policy.getSpec().getIngress().forEach(r -> add(arrows, "from ", r.getFrom(), r.getPorts()));
    policy.getSpec().getEgress().forEach(r -> add(arrows, "to ", r.getTo(), r.getPorts()));
    return arrows;
  }

  private static void add(
      Set<String> arrows,
      String direction,
      List<NetworkPolicyPeer> peers,
      List<NetworkPolicyPort> ports) {
    assertThat(ports).as("a rule without ports opens all of them").isNotEmpty();
    List<String> ends =
        peers.isEmpty()
            ? List.of("anywhere")
            : peers.stream().map(NetworkPolicyTest::text).toList();
    for (String end : ends) {
      for (NetworkPolicyPort port : ports) {
        assertThat(port.getEndPort()).isNull();
        String arrow =
            direction + end + ": " + port.getProtocol() + " " + port.getPort().getValue();
        assertThat(arrows.add(arrow)).as("twice: %s", arrow).isTrue();
      }
    }
  }

  private static String text(NetworkPolicyPeer peer) {
    if (peer.getIpBlock() != null) {
      return peer.getIpBlock().getCidr();
    }
    var namespace = peer.getNamespaceSelector().getMatchLabels();
    return peer.getPodSelector() == null
        ? "namespace " + namespace
        : "pods of "
            + (namespace.isEmpty() ? "any namespace " : "namespace " + namespace)
            + peer.getPodSelector().getMatchLabels();
  }
}
