package pqsigner.local.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.quota.ClientQuotaFilter;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import pqsigner.events.Topics;
import pqsigner.local.LocalStack;
import pqsigner.local.LocalStackOptions;
import pqsigner.local.Part;
import pqsigner.topics.CustodianSetup;
import pqsigner.topics.Durability;

/// One custodian at a real broker: taken on, cut off and taken on again, each as often as one
/// likes.
class CustodianSetupIT {

  private static final Topics TOPICS = new Topics(Topics.DEFAULT_PREFIX);
  private static final String FUND = "fund";
  private static final Set<String> OWN =
      Set.of("pq-signer.commands.fund", "pq-signer.results.fund");

  private static LocalStack stack;
  private static Admin admin;
  private static CustodianSetup setup;

  @BeforeAll
  static void start() {
    stack = LocalStack.start(LocalStackOptions.defaults().only(Part.BROKER), System.out::println);
    Map<String, Object> settings =
        KafkaClientSettings.of(
            stack.bootstrapServers(), stack.pki().ca(), stack.pki().pair("admin"));
    admin = Admin.create(settings);
    setup = CustodianSetup.open(settings, TOPICS);
  }

  @AfterAll
  static void stop() {
    setup.close();
    admin.close();
    stack.close();
  }

  private static List<AclBinding> rights(String principal) throws Exception {
    Collection<AclBinding> all = admin.describeAcls(AclBindingFilter.ANY).values().get();
    return all.stream()
        .filter(right -> right.entry().principal().equals("User:" + principal))
        .toList();
  }

  private static Set<String> topics() throws Exception {
    return admin.listTopics().names().get();
  }

  @Test
  void aCustodianComesAndGoesAndLeavesTheOthersAsTheyWere() throws Exception {
    List<AclBinding> neighbour = rights("custodian.custodian-a");
    List<AclBinding> ours = rights("service.gateway");
    assertThat(neighbour).hasSize(3);

    assertThat(setup.admit(FUND, Durability.ONE_BROKER)).isEqualTo(3);
    assertThat(setup.admit(FUND, Durability.ONE_BROKER)).as("again").isEqualTo(3);
    assertThat(topics()).containsAll(OWN);
    List<AclBinding> own = rights("custodian.fund");
    assertThat(own).hasSize(3);

    admin.createAcls(List.of(toReadAll())).all().get();
    setup.admit(FUND, Durability.ONE_BROKER);
    assertThat(rights("custodian.fund"))
        .as("what is not planned is taken away")
        .containsExactlyInAnyOrderElementsOf(own);

    assertThat(setup.cutOff(FUND)).isEqualTo(3);
    assertThat(setup.cutOff(FUND)).as("again").isZero();
    assertThat(rights("custodian.fund")).isEmpty();
    assertThat(topics()).as("results wait in them").containsAll(OWN);

    setup.admit(FUND, Durability.ONE_BROKER);
    assertThat(rights("custodian.fund")).containsExactlyInAnyOrderElementsOf(own);

    setup.cutOff(FUND);
    setup.deleteQuotas(FUND);
    setup.deleteTopics(FUND);
    setup.deleteQuotas(FUND);
    setup.deleteTopics(FUND);
    assertThat(topics()).doesNotContainAnyElementsOf(OWN);
    assertThat(admin.describeClientQuotas(ClientQuotaFilter.all()).entities().get().keySet())
        .noneMatch(entity -> entity.entries().containsValue("custodian.fund"))
        .anyMatch(entity -> entity.entries().containsValue("custodian.custodian-a"));
    assertThat(rights("custodian.custodian-a")).containsExactlyInAnyOrderElementsOf(neighbour);
    assertThat(rights("service.gateway")).containsExactlyInAnyOrderElementsOf(ours);
  }

  private static AclBinding toReadAll() {
    return new AclBinding(
        new ResourcePattern(ResourceType.TOPIC, "pq-signer.results.", PatternType.PREFIXED),
        new AccessControlEntry(
            "User:custodian.fund", "*", AclOperation.READ, AclPermissionType.ALLOW));
  }
}
