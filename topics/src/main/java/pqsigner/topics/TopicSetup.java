package pqsigner.topics;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/// Applies a [TopicPlan] with an administrator's client. Doing it again changes nothing, a longer
/// plan adds what is new, and nothing that somebody has set is ever deleted or altered.
public final class TopicSetup {

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private TopicSetup() {}

  /// Returns when the broker enforces all of it.
  ///
  /// @throws SetupException also when a topic was there before and falls short of the plan, or when
  ///   a broker cannot enforce it
  public static void apply(Admin admin, TopicPlan plan) {
    BrokerCheck.require(admin);
    List<NewTopic> topics = plan.topics().stream().map(TopicSetup::newTopic).toList();
    Set<String> before = new HashSet<>();
    admin
        .createTopics(topics)
        .values()
        .forEach(
            (name, creation) -> {
              if (!created(creation)) {
                before.add(name);
              }
            });
    ExistingTopics.check(
        admin, plan.topics().stream().filter(t -> before.contains(t.name())).toList());
    List<AclBinding> bindings = plan.grants().stream().map(TopicSetup::binding).toList();
    await(admin.createAcls(bindings).all());
    ClientQuotas.add(admin, plan.quotas());
    awaitEnforced(admin, Set.copyOf(bindings));
  }

  static NewTopic newTopic(TopicPlan.Topic topic) {
    return new NewTopic(topic.name(), topic.partitions(), topic.durability().replicationFactor())
        .configs(topic.config());
  }

  static AclBinding binding(TopicPlan.Grant grant) {
    ResourceType type =
        switch (grant.on()) {
          case TOPIC, TOPICS_WITH_PREFIX -> ResourceType.TOPIC;
          case GROUP, GROUPS_WITH_PREFIX -> ResourceType.GROUP;
        };
    PatternType pattern =
        switch (grant.on()) {
          case TOPIC, GROUP -> PatternType.LITERAL;
          case TOPICS_WITH_PREFIX, GROUPS_WITH_PREFIX -> PatternType.PREFIXED;
        };
    AclOperation operation =
        switch (grant.right()) {
          case READ -> AclOperation.READ;
          case WRITE -> AclOperation.WRITE;
          case DESCRIBE -> AclOperation.DESCRIBE;
        };
    return new AclBinding(
        new ResourcePattern(type, grant.name(), pattern),
        new AccessControlEntry(
            "User:" + grant.principal(), "*", operation, AclPermissionType.ALLOW));
  }

  /// The controller has accepted them; the broker's authorizer learns of them a moment later.
  private static void awaitEnforced(Admin admin, Set<AclBinding> wanted) {
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    Collection<AclBinding> present;
    do {
      present = await(admin.describeAcls(AclBindingFilter.ANY).values());
      if (present.containsAll(wanted)) {
        return;
      }
    } while (System.nanoTime() - deadline < 0);
    throw new SetupException("the broker does not enforce access rules");
  }

  /// Whether it was not there before.
  private static boolean created(KafkaFuture<Void> creation) {
    try {
      await(creation);
      return true;
    } catch (SetupException e) {
      if (e.getCause() instanceof TopicExistsException) {
        return false;
      }
      throw e;
    }
  }

  /// @throws SetupException when the broker refuses or does not answer in time
  public static <T> T await(KafkaFuture<T> future) {
    try {
      return future.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof org.apache.kafka.common.errors.TimeoutException) {
        throw new SetupException("the broker did not answer", cause);
      }
      throw new SetupException("the broker refused the set-up", cause == null ? e : cause);
    } catch (TimeoutException e) {
      throw new SetupException("the broker did not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SetupException("interrupted", e);
    }
  }
}
