package pqsigner.local.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import pqsigner.events.Topics;
import pqsigner.topics.Durability;
import pqsigner.topics.TopicPlan;

/// Whoever installs by hand makes what the local stack makes, and grants no more.
class RunbookTopicsTest {

  private static final Path PAGE = Path.of("../docs/runbooks/install-aws.md");
  private static final TopicPlan PLAN =
      TopicPlan.of(
          new Topics(Topics.DEFAULT_PREFIX), List.of("custodian-a"), new Durability((short) 3, 2));

  private static List<List<String>> rows(String pattern) throws IOException {
    return Pattern.compile("(?m)^" + pattern + "$")
        .matcher(Files.readString(PAGE))
        .results()
        .map(RunbookTopicsTest::groups)
        .toList();
  }

  private static List<String> groups(MatchResult row) {
    return java.util.stream.IntStream.rangeClosed(1, row.groupCount())
        .mapToObj(row::group)
        .toList();
  }

  @Test
  void theRunbooksTopicsAreThePlans() throws IOException {
    assertThat(rows("\\| `(.+?)` \\| (\\d+) \\| (\\d+) \\| (\\d+) \\| (\\d+) \\|"))
        .containsExactlyInAnyOrderElementsOf(
            PLAN.topics().stream()
                .map(
                    topic ->
                        List.of(
                            topic.name(),
                            Integer.toString(topic.partitions()),
                            Integer.toString(topic.recordBytesMax()),
                            Long.toString(topic.kept().toMillis()),
                            Long.toString(topic.bytesKept())))
                .toList());
  }

  @Test
  void theRunbooksRightsAreThePlans() throws IOException {
    assertThat(rows("\\| `(.+?)` \\| (READ|WRITE|DESCRIBE) \\| ([A-Z_]+) \\| `(.+?)` \\|"))
        .containsExactlyInAnyOrderElementsOf(
            PLAN.grants().stream()
                .map(
                    grant ->
                        List.of(
                            grant.principal(),
                            grant.right().name(),
                            grant.on().name(),
                            grant.name()))
                .toList());
  }

  @Test
  void theRunbookMapsPrincipalsAsTheLocalBrokerDoes() throws IOException {
    assertThat(Files.readString(PAGE))
        .contains("ssl.principal.mapping.rules=" + BrokerSettings.PRINCIPAL_MAPPING + "`");
  }
}
