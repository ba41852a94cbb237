package pqsigner.deploy.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.SeccompProfile;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.deploy.Yaml;
import pqsigner.protocol.transport.EndpointAddress;

/// What each pod may do on its node, who it is, and how it is found healthy.
class PodTest {
  private static final String ROLE = "eks.amazonaws.com/role-arn";
  private static final String NITRO = "aws.ec2.nitro/nitro_enclaves";

  static Stream<Rendered> everyWay() {
    return Chart.everyWay();
  }

  @ParameterizedTest
  @MethodSource("everyWay")
  void everyPodIsWhatPodSecurityCallsRestricted(Rendered chart) {
    assertThat(chart.pods()).hasSizeBetween(3, 4);
    chart
        .pods()
        .values()
        .forEach(
            pod -> {
              PodSpec spec = pod.getSpec();
              assertThat(spec.getSecurityContext().getRunAsNonRoot()).isTrue();
              assertThat(spec.getSecurityContext().getRunAsUser()).isPositive();
              assertThat(spec.getAutomountServiceAccountToken()).isFalse();
              assertThat(spec.getHostNetwork()).isNull();
              assertThat(spec.getHostPID()).isNull();
              assertThat(spec.getHostIPC()).isNull();
              assertThat(spec.getInitContainers()).isEmpty();
              assertThat(spec.getVolumes())
                  .allMatch(
                      volume ->
                          Stream.of(
                                      volume.getSecret(),
                                      volume.getEmptyDir(),
                                      volume.getConfigMap(),
                                      volume.getProjected())
                                  .filter(Objects::nonNull)
                                  .count()
                              == 1);
              assertThat(spec.getContainers()).isNotEmpty().allSatisfy(PodTest::isConfined);
            });
  }

  /// The runtimes' own profile denies AF_VSOCK, by which the worker's pod reaches its enclave.
  @ParameterizedTest
  @MethodSource("everyWay")
  void theWorkersPodHasTheProfileThatPermitsVsockAndAllOthersTheRuntimes(Rendered chart) {
    chart
        .pods()
        .forEach(
            (component, pod) -> {
              SeccompProfile profile = pod.getSpec().getSecurityContext().getSeccompProfile();
              boolean worker = component.equals("worker");
              assertThat(profile.getType()).isEqualTo(worker ? "Localhost" : "RuntimeDefault");
              assertThat(profile.getLocalhostProfile())
                  .isEqualTo(worker ? "pq-signer/vsock.json" : null);
            });
  }

  /// Gateway, delay line and administrator may write jobs; whoever takes a Nitro node over reads
  /// the secrets of every pod that runs there.
  @ParameterizedTest
  @MethodSource("everyWay")
  void nothingThatMayWriteJobsIsPlacedWhereEnclavesRun(Rendered chart) {
    Map<String, String> nitro = chart.pod("worker").getSpec().getNodeSelector();
    assertThat(nitro).isNotEmpty();
    chart
        .pods()
        .forEach(
            (component, pod) -> {
              if (!component.equals("worker")) {
                assertThat(
                        pod
                            .getSpec()
                            .getAffinity()
                            .getNodeAffinity()
                            .getRequiredDuringSchedulingIgnoredDuringExecution()
                            .getNodeSelectorTerms()
                            .stream()
                            .map(term -> term.getMatchExpressions().toString()))
                    .as(component)
                    .hasSameSizeAs(nitro.keySet())
                    .allMatch(term -> term.contains("operator=NotIn"))
                    .allMatch(
                        term ->
                            nitro.entrySet().stream()
                                .anyMatch(
                                    label ->
                                        term.contains("key=" + label.getKey())
                                            && term.contains("[" + label.getValue() + "]")));
              }
            });
  }

  @ParameterizedTest
  @MethodSource("everyWay")
  void theWorkersPodHasNothingOfTheDelayLine(Rendered chart) {
    assertThat(Serialization.asJson(chart.pod("worker"))).doesNotContain("delay-line");
    assertThat(Serialization.asJson(chart.pod("delay-line")))
        .doesNotContain("worker", "AWS_", "schema.registry", "enclave.address");
  }

  private static void isConfined(Container container) {
    assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
    assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
    assertThat(container.getSecurityContext().getPrivileged()).isNull();
    assertThat(container.getSecurityContext().getRunAsUser()).isNull();
    assertThat(container.getSecurityContext().getRunAsNonRoot()).isNull();
    assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
    assertThat(container.getSecurityContext().getCapabilities().getAdd()).isEmpty();
    assertThat(container.getResources().getRequests()).containsKeys("cpu", "memory");
    assertThat(container.getResources().getLimits()).containsKey("memory");
    assertThat(container.getResources().getLimits().get("memory"))
        .as("memory that was not asked for is memory that can be missing")
        .isEqualTo(container.getResources().getRequests().get("memory"));
    assertThat(container.getImage()).matches("[^:@ ]+(:[^:@ ]+|@sha256:[0-9a-f]{64})");
    assertThat(container.getEnvFrom()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("everyWay")
  void everyVolumeIsMountedAndEveryDirectoryBounded(Rendered chart) {
    chart
        .pods()
        .values()
        .forEach(
            pod -> {
              List<String> mounted =
                  pod.getSpec().getContainers().stream()
                      .flatMap(container -> container.getVolumeMounts().stream())
                      .map(mount -> mount.getName())
                      .toList();
              assertThat(pod.getSpec().getVolumes())
                  .extracting(Volume::getName)
                  .containsExactlyInAnyOrderElementsOf(mounted);
              assertThat(pod.getSpec().getVolumes())
                  .filteredOn(volume -> volume.getEmptyDir() != null)
                  .allMatch(
                      volume ->
                          volume.getEmptyDir().getSizeLimit() != null
                              ^ "HugePages-2Mi".equals(volume.getEmptyDir().getMedium()));
            });
  }

  @ParameterizedTest
  @MethodSource("everyWay")
  void noTwoPodsShareAnAccountAndNoTwoAccountsARole(Rendered chart) {
    Map<String, ServiceAccount> accounts =
        chart.all(ServiceAccount.class).stream()
            .collect(java.util.stream.Collectors.toMap(a -> a.getMetadata().getName(), a -> a));

    chart
        .pods()
        .forEach(
            (component, pod) ->
                assertThat(pod.getSpec().getServiceAccountName())
                    .isEqualTo("pq-signer-" + component)
                    .isIn(accounts.keySet()));
    assertThat(accounts).hasSameSizeAs(chart.pods());
    assertThat(accounts.values()).allMatch(a -> !a.getAutomountServiceAccountToken());
    assertThat(role(accounts, "gateway")).endsWith("role/pq-signer-gateway");
    assertThat(role(accounts, "worker")).endsWith("role/pq-signer-nitro-host");
    assertThat(accounts.values().stream().filter(a -> a.getMetadata().getAnnotations().isEmpty()))
        .extracting(account -> account.getMetadata().getName())
        .isSubsetOf("pq-signer-topics", "pq-signer-delay-line");
  }

  private static String role(Map<String, ServiceAccount> accounts, String component) {
    ServiceAccount account = accounts.get("pq-signer-" + component);
    assertThat(account).isNotNull();
    return account.getMetadata().getAnnotations().getOrDefault(ROLE, "");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gateway", "worker", "delay-line"})
  void probesAskTheManagementPort(String component) {
    Container container = Chart.full().container(component, component);
    ContainerPort management =
        container.getPorts().stream()
            .filter(port -> port.getName().equals("management"))
            .findFirst()
            .orElseThrow();

    assertThat(Rendered.environment(container))
        .containsEntry("MANAGEMENT_SERVER_PORT", management.getContainerPort().toString())
        .as("the kubelet is not on loopback")
        .containsEntry("MANAGEMENT_SERVER_ADDRESS", "0.0.0.0");
    assertThat(path(container.getReadinessProbe())).isEqualTo("/actuator/health/readiness");
    assertThat(path(container.getLivenessProbe())).isEqualTo("/actuator/health/liveness");
    assertThat(path(container.getStartupProbe())).isEqualTo("/actuator/health/liveness");
  }

  private static String path(Probe probe) {
    assertThat(probe.getHttpGet().getPort().getStrVal()).isEqualTo("management");
    assertThat(probe.getHttpGet().getScheme()).isNull();
    return probe.getHttpGet().getPath();
  }

  /// The applications say in their own configuration how long they take to stop.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "gateway:../gateway-api/src/main/resources/application.yaml",
        "worker:../signing-worker/src/main/resources/application.yaml",
        "delay-line:../signing-worker/src/main/resources/delay-line.yaml"
      })
  void aPodIsGivenLongerToStopThanItsProcessTakes(String componentAndFile) {
    String component = componentAndFile.substring(0, componentAndFile.indexOf(':'));
    String file = componentAndFile.substring(component.length() + 1);
    String phase =
        Yaml.file(java.nio.file.Path.of(file))
            .at("/spring/lifecycle/timeout-per-shutdown-phase")
            .asString();

    assertThat(phase).matches("[0-9]+s");
    assertThat(Chart.minimal().pod(component).getSpec().getTerminationGracePeriodSeconds())
        .isGreaterThan(Long.parseLong(phase.replace("s", "")));
  }

  @ParameterizedTest
  @MethodSource("everyWay")
  void theWorkersPodHasOneEnclaveAndItsMemoryInHugePages(Rendered chart) {
    Container enclave = chart.container("worker", "enclave");
    String memory = argument(enclave, "--memory");
    Map<String, Quantity> requests = enclave.getResources().getRequests();

    assertThat(requests).containsEntry(NITRO, new Quantity("1"));
    assertThat(requests).containsEntry("hugepages-2Mi", new Quantity(memory, "Mi"));
    for (String resource : List.of(NITRO, "hugepages-2Mi")) {
      assertThat(enclave.getResources().getLimits().get(resource))
          .as("neither can be overcommitted: Kubernetes wants the limit equal")
          .isEqualTo(requests.get(resource));
    }
    assertThat(chart.container("worker", "worker").getResources().getRequests())
        .doesNotContainKey(NITRO);
    assertThat(enclave.getArgs()).noneMatch(argument -> argument.contains("debug"));
  }

  @ParameterizedTest
  @MethodSource("everyWay")
  void theWorkerCallsTheEnclaveThatThePodStarts(Rendered chart) {
    String address =
        Rendered.environment(chart.container("worker", "worker")).get("PQ_SIGNER_ENCLAVE_ADDRESS");

    assertThat(address).isNotNull();
    assertThat(EndpointAddress.parse(address))
        .isEqualTo(
            new EndpointAddress.Vsock(
                Integer.parseInt(argument(chart.container("worker", "enclave"), "--enclave-cid")),
                builtPort()));
  }

  /// The port is in the image's command line, where the image's builder puts it by default.
  private static int builtPort() {
    String builder = "../enclave-image/src/main/java/pqsigner/image/ImageMain.java";
    return Pattern.compile("\"--listen\", \"vsock:any:([0-9]+)\"")
        .matcher(Yaml.text(java.nio.file.Path.of(builder)))
        .results()
        .map((MatchResult found) -> Integer.parseInt(found.group(1)))
        .findFirst()
        .orElseThrow();
  }

  private static String argument(Container container, String name) {
    List<String> values =
        container.getArgs().stream()
            .filter(argument -> argument.startsWith(name + "="))
            .map(argument -> argument.substring(name.length() + 1))
            .toList();
    assertThat(values).as(name).hasSize(1);
    return values.getFirst();
  }

  @Test
  void theProxyHasOneDestinationAndItIsTheRegionsKms() {
    Container proxy = Chart.full().container("worker", "kms-proxy");

    assertThat(proxy.getCommand()).isEmpty();
    assertThat(proxy.getArgs())
        .containsExactly("vsock-proxy", "8000", "kms.eu-central-1.amazonaws.com", "443");
    assertThat(proxy.getEnv()).isEmpty();
  }

  @Test
  void noTwoWorkersShareANodeBecauseAnEnclavesCidIsFixed() {
    var terms =
        Chart.full()
            .pod("worker")
            .getSpec()
            .getAffinity()
            .getPodAntiAffinity()
            .getRequiredDuringSchedulingIgnoredDuringExecution();

    assertThat(terms)
        .singleElement()
        .satisfies(
            term -> {
              assertThat(term.getTopologyKey()).isEqualTo("kubernetes.io/hostname");
              assertThat(Chart.full().pod("worker").getMetadata().getLabels())
                  .containsAllEntriesOf(term.getLabelSelector().getMatchLabels());
            });
  }
}
