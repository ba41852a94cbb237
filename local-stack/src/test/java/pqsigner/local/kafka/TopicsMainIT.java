package pqsigner.local.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.quota.ClientQuotaFilter;
import org.apache.kafka.common.quota.ClientQuotaFilterComponent;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pqsigner.events.Topics;
import pqsigner.local.LocalStack;
import pqsigner.local.LocalStackOptions;
import pqsigner.local.Part;
import pqsigner.local.pki.PemPair;
import pqsigner.topics.Durability;
import pqsigner.topics.TopicPlan;
import pqsigner.topics.TopicsMain;

/// The program of the chart's job on a real broker and a real registry, which have what the local
/// stack gave them under another prefix.
class TopicsMainIT {

  private static final String HOUSE = "house";

  @TempDir private static Path folder;
  private static LocalStack stack;
  private static Admin admin;
  private static RegistryUnderTest registry;

  private record Outcome(int code, String out, String err) {}

  @BeforeAll
  static void start() throws Exception {
    stack =
        LocalStack.start(
            LocalStackOptions.defaults().only(Part.BROKER, Part.REGISTRY).custodians(HOUSE),
            System.out::println);
    registry = new RegistryUnderTest(stack.registry());
    identity("admin");
    identity("intruder");
    admin =
        Admin.create(
            KafkaClientSettings.of(
                stack.bootstrapServers(), stack.pki().ca(), stack.pki().pair("admin")));
  }

  @AfterAll
  static void stop() {
    admin.close();
    stack.close();
  }

  /// As cert-manager lays a secret out.
  private static void identity(String name) throws Exception {
    PemPair pair = stack.pki().pair(name);
    Path own = Files.createDirectory(folder.resolve(name));
    Files.copy(pair.certificate(), own.resolve("tls.crt"));
    Files.copy(pair.key(), own.resolve("tls.key"));
    Files.copy(stack.pki().ca(), own.resolve("ca.crt"));
  }

  private static List<String> arguments(String prefix, String... custodians) {
    return Stream.concat(
            Stream.of(
                "--bootstrap-servers=" + stack.bootstrapServers(),
                "--topic-prefix=" + prefix,
                "--replication-factor=1",
                "--min-insync-replicas=1",
                "--schema-registry-url=" + stack.registry(),
                "--tls=" + folder.resolve("admin")),
            Stream.of(custodians).map(name -> "--custodian=" + name))
        .toList();
  }

  private static List<String> with(List<String> arguments, String option) {
    String name = option.substring(0, option.indexOf('=') + 1);
    List<String> changed = new ArrayList<>(arguments);
    changed.replaceAll(each -> each.startsWith(name) ? option : each);
    return changed;
  }

  private static Outcome run(List<String> arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    int code =
        TopicsMain.run(
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            arguments.toArray(String[]::new));
    return new Outcome(code, out.toString(), err.toString());
  }

  @Test
  void aFirstRunAppliesThePlanASecondChangesNothingAndAnotherCustodianIsAdded() throws Exception {
    Outcome first = run(arguments("custody.", "fund"));

    assertThat(first).isEqualTo(new Outcome(0, "9 topics, 37 rights, 1 quotas, 10 schemas\n", ""));
    assertIsThePlan("custody.", "fund");
    Map<String, Integer> ids = registry.versions("custody.");
    var uuids = described("custody.").values().stream().map(TopicDescription::topicId).toList();

    assertThat(run(arguments("custody.", "fund"))).isEqualTo(first);
    assertIsThePlan("custody.", "fund");
    assertThat(registry.versions("custody.")).isEqualTo(ids);

    assertThat(run(arguments("custody.", "fund", "trader")))
        .isEqualTo(new Outcome(0, "11 topics, 40 rights, 2 quotas, 14 schemas\n", ""));
    assertIsThePlan("custody.", "fund", "trader");
    assertThat(registry.versions("custody.")).containsAllEntriesOf(ids);
    assertThat(described("custody.").values().stream().map(TopicDescription::topicId))
        .as("nothing was made anew")
        .containsAll(uuids);

    run(arguments("custody.", "trader"));
    assertIsThePlan("custody.", "fund", "trader");
  }

  @Test
  void aTopicWithLessThanThePlanIsToldAndLeftAsItIs() throws Exception {
    String jobs = "short.jobs";
    await(
        admin
            .createTopics(
                List.of(
                    new NewTopic(jobs, 1, (short) 1)
                        .configs(Map.of("retention.ms", "-1", "max.message.bytes", "300000"))))
            .all());

    Outcome outcome = run(arguments("short."));

    assertThat(outcome.code).isEqualTo(1);
    assertThat(outcome.err.lines())
        .singleElement()
        .asString()
        .endsWith("fall short of the plan: short.jobs partitions 1, not 6");
    assertThat(one(described("short."), jobs).partitions()).hasSize(1);
  }

  @Test
  void aTopicThatWasThereGetsTheBoundsThatNobodySetAndKeepsWhatSomebodyDid() throws Exception {
    String jobs = "old.replies";
    String dead = "old.dead-letters";
    await(
        admin
            .createTopics(
                List.of(
                    new NewTopic(jobs, 4, (short) 1)
                        .configs(Map.of("retention.bytes", "1000000000000")),
                    new NewTopic(dead, 3, (short) 1)
                        .configs(
                            Map.of(
                                "retention.ms", "-1",
                                "max.decompressed.message.bytes", "104857600"))))
            .all());

    Outcome outcome = run(arguments("old."));

    assertThat(outcome.err)
        .contains("old.dead-letters max.decompressed.message.bytes 104857600, more than 524288");
    await(admin.deleteTopics(List.of(dead)).all());
    run(arguments("old."));
    assertThat(config(jobs).get("max.decompressed.message.bytes").value()).isEqualTo("262144");
    assertThat(config(jobs).get("retention.bytes").value()).isEqualTo("1000000000000");
    assertThat(config(jobs).get("message.timestamp.type").value()).isEqualTo("LogAppendTime");
  }

  @Test
  void aCustodianIsGivenItsQuotasOnceAndKeepsWhatAnOperatorAgreed() throws Exception {
    run(arguments("quotas.", "quota"));
    assertThat(quotas("quota"))
        .containsExactlyInAnyOrderEntriesOf(plan("quotas.", "quota").quotas().getFirst().limits());

    ClientQuotaEntity user = new ClientQuotaEntity(Map.of("user", "custodian.quota"));
    await(
        admin
            .alterClientQuotas(
                List.of(
                    new ClientQuotaAlteration(
                        user,
                        List.of(new ClientQuotaAlteration.Op("producer_byte_rate", 12_345.0)))))
            .all());
    run(arguments("quotas.", "quota"));
    assertThat(quotas("quota")).containsEntry("producer_byte_rate", 12_345.0);
  }

  private static Map<String, Double> quotas(String custodian) throws Exception {
    return await(
            admin
                .describeClientQuotas(
                    ClientQuotaFilter.containsOnly(
                        List.of(
                            ClientQuotaFilterComponent.ofEntity("user", "custodian." + custodian))))
                .entities())
        .values()
        .iterator()
        .next();
  }

  @Test
  void moreReplicasThanBrokersAreRefusedInOneLine() throws Exception {
    Outcome outcome = run(with(arguments("wide."), "--replication-factor=3"));

    assertThat(outcome.code).isEqualTo(1);
    assertThat(outcome.out).isEmpty();
    assertThat(outcome.err.lines()).singleElement().asString().contains("replication factor");
    assertThat(described("wide.")).isEmpty();
  }

  @Test
  void aStrangersCertificateIsRefusedInOneLine() {
    Outcome outcome = run(with(arguments("stranger."), "--tls=" + folder.resolve("intruder")));

    assertThat(outcome.code).isEqualTo(1);
    assertThat(outcome.err.lines()).singleElement().asString().startsWith("topics: the broker");
  }

  @Test
  void aRegistryThatIsNotThereIsToldInOneLine() {
    Outcome outcome =
        run(with(arguments("custody.", "fund"), "--schema-registry-url=http://127.0.0.1:9"));

    assertThat(outcome.code).isEqualTo(1);
    assertThat(outcome.err.lines()).singleElement().asString().startsWith("topics: the registry");
  }

  private static void assertIsThePlan(String prefix, String... custodians) throws Exception {
    TopicPlan plan = plan(prefix, custodians);
    Map<String, TopicDescription> topics = described(prefix);
    assertThat(topics.keySet())
        .isEqualTo(plan.topics().stream().map(TopicPlan.Topic::name).collect(Collectors.toSet()));
    for (TopicPlan.Topic topic : plan.topics()) {
      assertThat(one(topics, topic.name()).partitions())
          .hasSize(topic.partitions())
          .allMatch(partition -> partition.replicas().size() == 1);
      Config config = config(topic.name());
      topic
          .config()
          .forEach((name, value) -> assertThat(config.get(name).value()).isEqualTo(value));
    }
    assertThat(rights())
        .containsAll(rights(plan))
        .isSubsetOf(union(rights(plan), rights(plan(Topics.DEFAULT_PREFIX, HOUSE))));
    assertThat(registry.versions(prefix).keySet())
        .isEqualTo(
            plan.topics().stream()
                .map(TopicPlan.Topic::name)
                .filter(name -> !name.endsWith("dead-letters"))
                .flatMap(name -> subjects(prefix, name))
                .collect(Collectors.toSet()));
    for (String subject : registry.versions(prefix).keySet()) {
      assertThat(registry.compatibility(subject)).isEqualTo("BACKWARD");
    }
  }

  /// What lies beside results has subjects of its own.
  private static Stream<String> subjects(String prefix, String topic) {
    String beside = topic + "-pqsigner.events.avro.";
    return topic.startsWith(new Topics(prefix).resultsPrefix())
        ? Stream.of(topic + "-value", beside + "Failed", beside + "Conflict")
        : Stream.of(topic + "-value");
  }

  private static TopicPlan plan(String prefix, String... custodians) {
    return TopicPlan.of(new Topics(prefix), List.of(custodians), Durability.ONE_BROKER);
  }

  private static Map<String, TopicDescription> described(String prefix) throws Exception {
    Set<String> names =
        await(admin.listTopics().names()).stream()
            .filter(name -> name.startsWith(prefix))
            .collect(Collectors.toSet());
    return await(admin.describeTopics(names).allTopicNames());
  }

  private static TopicDescription one(Map<String, TopicDescription> topics, String name) {
    return Optional.ofNullable(topics.get(name)).orElseThrow();
  }

  private static Config config(String topic) throws Exception {
    var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    return await(admin.describeConfigs(List.of(resource)).all()).values().iterator().next();
  }

  /// Those of the other tests' prefixes left out.
  private static Set<String> rights() throws Exception {
    return await(admin.describeAcls(AclBindingFilter.ANY).values()).stream()
        .map(TopicsMainIT::right)
        .filter(
            right -> !right.matches(".* (short|wide|stranger|old|quotas|custodian\\.quota)\\..*"))
        .collect(Collectors.toSet());
  }

  private static String right(AclBinding acl) {
    return String.join(
        " ",
        acl.entry().principal(),
        acl.entry().host(),
        acl.entry().permissionType().name(),
        acl.entry().operation().name(),
        acl.pattern().resourceType().name(),
        acl.pattern().patternType().name(),
        acl.pattern().name());
  }

  private static Set<String> rights(TopicPlan plan) {
    return plan.grants().stream()
        .map(
            grant ->
                String.join(
                    " ",
                    "User:" + grant.principal(),
                    "*",
                    "ALLOW",
                    grant.right().name(),
                    switch (grant.on()) {
                      case TOPIC -> "TOPIC LITERAL";
                      case TOPICS_WITH_PREFIX -> "TOPIC PREFIXED";
                      case GROUP -> "GROUP LITERAL";
                      case GROUPS_WITH_PREFIX -> "GROUP PREFIXED";
                    },
                    grant.name()))
        .collect(Collectors.toSet());
  }

  private static Set<String> union(Set<String> one, Set<String> other) {
    return Stream.concat(one.stream(), other.stream()).collect(Collectors.toSet());
  }

  private static <T> T await(KafkaFuture<T> future) throws Exception {
    return future.get(30, TimeUnit.SECONDS);
  }
}
