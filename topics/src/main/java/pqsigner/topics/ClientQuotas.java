package pqsigner.topics;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.quota.ClientQuotaFilter;
import org.apache.kafka.common.quota.ClientQuotaFilterComponent;

/// Gives principals the quotas that they do not have. One that an operator has set stays as it is.
final class ClientQuotas {

  private ClientQuotas() {}

  static void add(Admin admin, List<TopicPlan.Quota> planned) {
    List<ClientQuotaAlteration> missing =
        planned.stream()
            .map(quota -> alteration(quota, present(admin, quota.principal())))
            .filter(alteration -> !alteration.ops().isEmpty())
            .toList();
    if (!missing.isEmpty()) {
      TopicSetup.await(admin.alterClientQuotas(missing).all());
    }
  }

  private static Map<String, Double> present(Admin admin, String principal) {
    ClientQuotaFilter user =
        ClientQuotaFilter.containsOnly(
            List.of(ClientQuotaFilterComponent.ofEntity(ClientQuotaEntity.USER, principal)));
    return TopicSetup.await(admin.describeClientQuotas(user).entities())
        .getOrDefault(entity(principal), Map.of());
  }

  private static ClientQuotaAlteration alteration(
      TopicPlan.Quota quota, Map<String, Double> present) {
    List<ClientQuotaAlteration.Op> missing = new ArrayList<>();
    quota
        .limits()
        .forEach(
            (name, value) -> {
              if (!present.containsKey(name)) {
                missing.add(new ClientQuotaAlteration.Op(name, value));
              }
            });
    return new ClientQuotaAlteration(entity(quota.principal()), missing);
  }

  private static ClientQuotaEntity entity(String principal) {
    return new ClientQuotaEntity(Map.of(ClientQuotaEntity.USER, principal));
  }
}
