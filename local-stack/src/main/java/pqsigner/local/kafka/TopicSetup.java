package pqsigner.local.kafka;

import java.time.Duration;
import java.util.Collection;
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
import pqsigner.local.process.LaunchException;

/// Applies a [TopicPlan] with an administrator's client. Doing it again changes nothing.
public final class TopicSetup {

  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final short ONE_REPLICA = 1;

  private TopicSetup() {}

  /// Returns when the broker enforces all of it.
  public static void apply(Admin admin, TopicPlan plan) {
    List<NewTopic> topics =
        plan.topics().stream()
            .map(t -> new NewTopic(t.name(), t.partitions(), ONE_REPLICA).configs(t.config()))
            .toList();
    admin.createTopics(topics).values().values().forEach(TopicSetup::awaitUnlessItExists);
    List<AclBinding> bindings = plan.grants().stream().map(TopicSetup::binding).toList();
    await(admin.createAcls(bindings).all());
    awaitEnforced(admin, Set.copyOf(bindings));
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
    throw new LaunchException("the broker does not enforce the access rules");
  }

  private static void awaitUnlessItExists(KafkaFuture<Void> creation) {
    try {
      await(creation);
    } catch (LaunchException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw e;
      }
    }
  }

  static <T> T await(KafkaFuture<T> future) {
    try {
      return future.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      throw new LaunchException("the broker refused to be set up", cause == null ? e : cause);
    } catch (TimeoutException e) {
      throw new LaunchException("the broker did not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LaunchException("interrupted", e);
    }
  }
}
