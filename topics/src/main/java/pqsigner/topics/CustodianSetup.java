package pqsigner.topics;

import java.net.URI;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntryFilter;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.resource.ResourcePatternFilter;
import org.jspecify.annotations.Nullable;
import pqsigner.events.Topics;

/// One custodian's topics, rights, quotas and schemas at the brokers, as an administrator. Every
/// step may be repeated: what was half done is completed.
///
/// Rights are those of the principal `custodian.<name>`. Unlike the topics program, which only
/// adds, this takes away what is not planned: it is how a custodian is cut off.
public final class CustodianSetup implements AutoCloseable {

  private final Admin admin;
  private final Topics topics;

  private CustodianSetup(Admin admin, Topics topics) {
    this.admin = admin;
    this.topics = topics;
  }

  /// @param administrator as [MutualTls] gives it
  public static CustodianSetup open(Map<String, Object> administrator, Topics topics) {
    return new CustodianSetup(Admin.create(administrator), topics);
  }

  /// Registers the schemas of its topics.
  ///
  /// @param config credentials and TLS of the registry, by Confluent's keys; null for none
  /// @throws SetupException when the registry does not take them
  public void schemas(String custodian, URI registry, @Nullable Path config) {
    SchemaSetup.apply(
        SchemaSetup.registry(registry, config, System.getenv(TopicsMain.USER_INFO), null),
        topics,
        List.of(custodian));
  }

  /// Topics and quotas that are missing, and exactly the rights that are planned.
  ///
  /// @return rights that it has now
  /// @throws SetupException when a topic that is there falls short of the plan, or a broker refuses
  public int admit(String custodian, Durability durability) {
    TopicPlan plan = TopicPlan.ofCustodian(topics, custodian, durability);
    TopicSetup.apply(admin, plan);
    Set<AclBinding> planned =
        plan.grants().stream().map(TopicSetup::binding).collect(Collectors.toSet());
    List<AclBindingFilter> beyond =
        present(custodian).stream()
            .filter(right -> !planned.contains(right))
            .map(AclBinding::toFilter)
            .toList();
    if (!beyond.isEmpty()) {
      TopicSetup.await(admin.deleteAcls(beyond).all());
    }
    return planned.size();
  }

  /// Takes all its rights away. Its topics stay, with what is in them.
  ///
  /// @return how many it had
  /// @throws SetupException when a broker refuses
  public int cutOff(String custodian) {
    return TopicSetup.await(admin.deleteAcls(List.of(rightsOf(custodian))).all()).size();
  }

  /// Deletes its topics: whatever it did not read by now is gone.
  ///
  /// @throws SetupException when a broker refuses
  public void deleteTopics(String custodian) {
    for (String topic : List.of(topics.commands(custodian), topics.results(custodian))) {
      try {
        TopicSetup.await(admin.deleteTopics(List.of(topic)).all());
      } catch (SetupException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
          throw e;
        }
      }
    }
  }

  /// @throws SetupException when a broker refuses
  public void deleteQuotas(String custodian) {
    String principal = TopicPlan.principal(custodian);
    List<ClientQuotaAlteration.Op> none =
        TopicPlan.Quota.ofCustodian(principal).limits().keySet().stream()
            .map(name -> new ClientQuotaAlteration.Op(name, null))
            .toList();
    TopicSetup.await(
        admin
            .alterClientQuotas(
                List.of(
                    new ClientQuotaAlteration(
                        new ClientQuotaEntity(Map.of(ClientQuotaEntity.USER, principal)), none)))
            .all());
  }

  private Collection<AclBinding> present(String custodian) {
    return TopicSetup.await(admin.describeAcls(rightsOf(custodian)).values());
  }

  private static AclBindingFilter rightsOf(String custodian) {
    return new AclBindingFilter(
        ResourcePatternFilter.ANY,
        new AccessControlEntryFilter(
            "User:" + TopicPlan.principal(custodian),
            null,
            AclOperation.ANY,
            AclPermissionType.ALLOW));
  }

  @Override
  public void close() {
    admin.close();
  }
}
