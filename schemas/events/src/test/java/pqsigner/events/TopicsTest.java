package pqsigner.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicsTest {
  private final Topics topics = new Topics(Topics.DEFAULT_PREFIX);

  @Test
  void theNamesAreThoseThatAclsAndCustodiansUse() {
    assertThat(topics.commandsPrefix()).isEqualTo("pq-signer.commands.");
    assertThat(topics.commands("custodian-a")).isEqualTo("pq-signer.commands.custodian-a");
    assertThat(topics.resultsPrefix()).isEqualTo("pq-signer.results.");
    assertThat(topics.results("custodian-a")).isEqualTo("pq-signer.results.custodian-a");
    assertThat(topics.jobs()).isEqualTo("pq-signer.jobs");
    assertThat(topics.replies()).isEqualTo("pq-signer.replies");
    assertThat(topics.bulkJobs()).isEqualTo("pq-signer.jobs-bulk");
    assertThat(topics.bulkReplies()).isEqualTo("pq-signer.replies-bulk");
    assertThat(topics.retry5s()).isEqualTo("pq-signer.retry-5s");
    assertThat(topics.retry60s()).isEqualTo("pq-signer.retry-60s");
    assertThat(topics.deadLetters()).isEqualTo("pq-signer.dead-letters");
  }

  @Test
  void aReplyTakesTheWayThatItsJobTook() {
    assertThat(topics.repliesTo(topics.jobs(Priority.INTERACTIVE))).isEqualTo(topics.replies());
    assertThat(topics.repliesTo(topics.jobs(Priority.BULK))).isEqualTo(topics.bulkReplies());
  }

  @Test
  void aPrefixMayBeEmptyAndMayNotBeWhatKafkaRefuses() {
    assertThat(new Topics("").jobs()).isEqualTo("jobs");
    assertThat(new Topics("x".repeat(100)).jobs()).hasSize(104);
    assertThatIllegalArgumentException().isThrownBy(() -> new Topics("x".repeat(101)));
    assertThatIllegalArgumentException().isThrownBy(() -> new Topics("pq signer."));
    assertThatIllegalArgumentException().isThrownBy(() -> new Topics("pq/signer."));
  }

  @Test
  void theCustodianOfACommandIsItsTopic() {
    String longest = "c".repeat(63);
    assertThat(topics.custodianOf("pq-signer.commands.custodian-a")).contains("custodian-a");
    assertThat(topics.custodianOf("pq-signer.commands.0")).contains("0");
    assertThat(topics.custodianOf(topics.commands(longest))).contains(longest);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pq-signer.commands.",
        "pq-signer.commands.-a",
        "pq-signer.commands.A",
        "pq-signer.commands.a.b",
        "pq-signer.commands.a_b",
        "pq-signer.commands.a\n",
        "pq-signer.commands.ä",
        "pq-signer.results.custodian-a",
        "x.pq-signer.commands.custodian-a",
        "commands.custodian-a",
        ""
      })
  void anyOtherTopicHasNoCustodian(String topic) {
    assertThat(topics.custodianOf(topic)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gateway",
        "worker",
        "delay",
        "delay-line",
        "operator",
        "broker",
        "topics",
        "admin",
        "enclave",
        "service",
        "custodian"
      })
  void noCustodianTakesTheNameOfARole(String name) {
    assertThat(Topics.isCustodian(name)).isFalse();
    assertThat(topics.custodianOf(topics.commands(name))).isEmpty();
    assertThat(Topics.isCustodian(name + "-1")).isTrue();
  }

  @Test
  void noCustodiansGroupPrefixBeginsAnothersOrOneOfOurGroups() {
    assertThat(Topics.groupPrefix("fund")).isEqualTo("custodian.fund.");
    assertThat(Topics.groupPrefix("fund-2")).doesNotStartWith(Topics.groupPrefix("fund"));
    assertThat("gateway-replies").doesNotStartWith(Topics.groupPrefix("gateway"));
  }

  @Test
  void aCustodianNameOneTooLongIsNone() {
    assertThat(topics.custodianOf(topics.commands("c".repeat(64)))).isEmpty();
  }
}
