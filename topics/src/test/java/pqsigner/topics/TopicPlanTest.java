package pqsigner.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.events.Topics;
import pqsigner.topics.TopicPlan.Grant;
import pqsigner.topics.TopicPlan.On;
import pqsigner.topics.TopicPlan.Right;

class TopicPlanTest {

  private static final Topics TOPICS = new Topics("t.");
  private static final Durability DURABILITY = new Durability((short) 3, 2);
  private static final TopicPlan PLAN = TopicPlan.of(TOPICS, List.of("a", "b"), DURABILITY);

  @Test
  void everyTopicOfTheContractIsPlannedOnce() {
    assertThat(PLAN.topics().stream().map(TopicPlan.Topic::name))
        .containsExactlyInAnyOrder(
            "t.commands.a",
            "t.results.a",
            "t.commands.b",
            "t.results.b",
            "t.jobs",
            "t.jobs-bulk",
            "t.replies",
            "t.replies-bulk",
            "t.retry-5s",
            "t.retry-60s",
            "t.dead-letters");
  }

  @Test
  void aCustodianHasThreeRightsAndNoMore() {
    assertThat(rightsOf("custodian.a"))
        .containsExactlyInAnyOrder(
            new Grant("custodian.a", Right.WRITE, On.TOPIC, "t.commands.a"),
            new Grant("custodian.a", Right.READ, On.TOPIC, "t.results.a"),
            new Grant("custodian.a", Right.READ, On.GROUPS_WITH_PREFIX, "custodian.a."));
  }

  @Test
  void onlyTheGatewayReadsCommandsAndWritesResults() {
    assertThat(holders(Right.READ, "t.commands.")).containsExactly("service.gateway");
    assertThat(holders(Right.WRITE, "t.results.")).containsExactly("service.gateway");
  }

  @Test
  void theOperatorHasNoRightOnTheBroker() {
    assertThat(PLAN.grants()).noneMatch(grant -> grant.principal().startsWith("operator"));
  }

  @Test
  void aDeadLetterTakesTheLargestRecordAndWhatIsAddedToIt() {
    int largest =
        PLAN.topics().stream()
            .filter(t -> !t.name().equals("t.dead-letters"))
            .mapToInt(TopicPlan.Topic::recordBytesMax)
            .max()
            .orElseThrow();
    assertThat(PLAN.topics())
        .filteredOn(t -> t.name().equals("t.dead-letters"))
        .allMatch(t -> t.recordBytesMax() >= largest + 64 * 1024);
  }

  @Test
  void everyRecordHasTheBrokersTime() {
    assertThat(PLAN.topics())
        .allSatisfy(
            topic ->
                assertThat(topic.config())
                    .containsEntry("message.timestamp.type", "LogAppendTime"));
  }

  @Test
  void noGroupIsGivenTwice() {
    var plan = TopicPlan.of(TOPICS, List.of("fund", "fund-2", "gateway-commands", "a"), DURABILITY);
    List<Grant> groups =
        plan.grants().stream()
            .filter(g -> g.on() == On.GROUP || g.on() == On.GROUPS_WITH_PREFIX)
            .toList();
    assertThat(groups)
        .allSatisfy(
            one ->
                assertThat(groups)
                    .filteredOn(other -> !other.equals(one))
                    .noneMatch(
                        other ->
                            one.on() == On.GROUPS_WITH_PREFIX
                                && other.name().startsWith(one.name())));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gateway", "worker", "delay-line", "broker", "operator"})
  void aRolesNameIsNoCustodians(String name) {
    assertThatThrownBy(() -> TopicPlan.of(TOPICS, List.of(name), DURABILITY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("reserved");
  }

  @Test
  void everyTopicIsBoundedInBytesAndInWhatItsRecordsBecome() {
    assertThat(PLAN.topics())
        .allSatisfy(
            topic ->
                assertThat(topic.config())
                    .containsEntry(
                        "max.decompressed.message.bytes", Integer.toString(topic.recordBytesMax()))
                    .hasEntrySatisfying(
                        "retention.bytes",
                        bytes -> assertThat(Long.parseLong(bytes)).isPositive()));
  }

  @Test
  void everyCustodianHasAQuotaAndNoServiceHas() {
    assertThat(PLAN.quotas())
        .map(TopicPlan.Quota::principal)
        .containsExactly("custodian.a", "custodian.b");
  }

  @Test
  void aNameThatIsNoLabelIsRefused() {
    assertThatThrownBy(() -> TopicPlan.of(TOPICS, List.of("a.b"), DURABILITY))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static List<Grant> rightsOf(String principal) {
    return PLAN.grants().stream().filter(g -> g.principal().equals(principal)).toList();
  }

  private static Set<String> holders(Right right, String topicPrefix) {
    return PLAN.grants().stream()
        .filter(g -> g.right() == right && g.name().startsWith(topicPrefix))
        .map(Grant::principal)
        .filter(p -> !p.startsWith("custodian."))
        .collect(Collectors.toSet());
  }
}
