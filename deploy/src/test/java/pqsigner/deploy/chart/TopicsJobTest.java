package pqsigner.deploy.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import pqsigner.deploy.images.Dockerfile;
import pqsigner.deploy.images.Images;
import pqsigner.events.Topics;
import pqsigner.topics.Durability;
import pqsigner.topics.TopicPlan;
import pqsigner.topics.TopicsMain;
import tools.jackson.databind.JsonNode;

/// What the chart passes to its job is what the job's own parser makes the operator's plan of.
class TopicsJobTest {
  private static final Durability DURABILITY = new Durability((short) 3, 2);

  static Stream<Rendered> everyWayWithTopics() {
    return Stream.of(Chart.render("topics"), Chart.render("msk", "topics"), Chart.full());
  }

  private static String[] arguments(Rendered chart) {
    return chart.container("topics", "topics").getArgs().toArray(String[]::new);
  }

  @ParameterizedTest
  @MethodSource("everyWayWithTopics")
  void theArgumentsAreThoseOfTheProgram(Rendered chart) {
    assertThat(TopicsMain.plan(arguments(chart)).topics())
        .isNotEmpty()
        .allSatisfy(topic -> assertThat(topic.durability()).isEqualTo(DURABILITY));
  }

  @Test
  void thePlanIsTheOperators() {
    JsonNode values = Chart.fullValues();
    List<String> custodians =
        values.get("custodians").valueStream().map(JsonNode::asString).toList();

    assertThat(TopicsMain.plan(arguments(Chart.full())))
        .isEqualTo(
            TopicPlan.of(
                new Topics(values.at("/kafka/topicPrefix").asString()), custodians, DURABILITY));
    assertThat(custodians).isNotEmpty();
  }

  /// The registry is asked as the services ask it; a password is in no argument.
  @ParameterizedTest
  @MethodSource("everyWayWithTopics")
  void theRegistrysCredentialsComeFromTheSecretOfTheServices(Rendered chart) {
    assertThat(chart.container("topics", "topics").getEnv())
        .filteredOn(variable -> variable.getName().equals("SCHEMA_REGISTRY_USER_INFO"))
        .singleElement()
        .extracting(variable -> variable.getValueFrom().getSecretKeyRef())
        .isEqualTo(
            chart.container("gateway", "gateway").getEnv().stream()
                .filter(variable -> variable.getName().endsWith("BASIC_AUTH_USER_INFO"))
                .findFirst()
                .orElseThrow()
                .getValueFrom()
                .getSecretKeyRef());
  }

  /// The image's command is the program, so that the arguments alone are the chart's.
  @Test
  void theImageStartsTheProgram() {
    var file = Images.at("deploy/images/topics.Dockerfile");

    assertThat(Chart.full().container("topics", "topics").getCommand()).isEmpty();
    assertThat(file.stage("").instructions())
        .filteredOn(each -> each.keyword().equals("ENTRYPOINT"))
        .singleElement()
        .extracting(Dockerfile.Instruction::arguments)
        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
        .endsWith(TopicsMain.class.getName());
    assertThat(Chart.fullValues().at("/topics/image/name").asString()).isEqualTo(file.name());
  }

  @Test
  void theFolderHoldsTheAdministratorsPairAndTheAuthoritiesOfTheBrokers() {
    Volume msk = tls(Chart.render("msk", "topics"));

    assertThat(msk.getSecret()).isNull();
    List<VolumeProjection> sources = msk.getProjected().getSources();
    assertThat(sources).hasSize(2);
    assertThat(sources.get(0).getSecret().getName()).isEqualTo("signer-admin-tls");
    assertThat(sources.get(0).getSecret().getItems())
        .allMatch(item -> item.getKey().equals(item.getPath()))
        .extracting(item -> item.getPath())
        .containsExactly("tls.crt", "tls.key");
    assertThat(sources.get(1).getConfigMap().getName()).isEqualTo("amazon-trust-services");
    assertThat(sources.get(1).getConfigMap().getItems())
        .extracting(item -> item.getPath())
        .containsExactly("ca.crt");
    assertThat(msk.getProjected().getDefaultMode()).isEqualTo(0440);
  }

  private static Volume tls(Rendered chart) {
    return chart.pod("topics").getSpec().getVolumes().stream()
        .filter(volume -> volume.getName().equals("tls"))
        .findFirst()
        .orElseThrow();
  }
}
