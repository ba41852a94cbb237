package pqsigner.gateway.custodian.dynamodb;

import static pqsigner.gateway.dynamodb.Attributes.flag;
import static pqsigner.gateway.dynamodb.Attributes.flagOrNull;
import static pqsigner.gateway.dynamodb.Attributes.number;
import static pqsigner.gateway.dynamodb.Attributes.text;
import static pqsigner.gateway.dynamodb.Attributes.time;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import pqsigner.events.Algorithm;
import pqsigner.gateway.custodian.CustodianLimit;
import pqsigner.gateway.custodian.CustodianTerms;
import pqsigner.gateway.custodian.CustodianTerms.State;
import pqsigner.gateway.custodian.RegisteredCustodian;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// A custodian as the package draws it.
final class CustodianItem {

  private CustodianItem() {}

  static Map<String, AttributeValue> of(RegisteredCustodian custodian) {
    CustodianTerms terms = custodian.terms();
    Map<String, AttributeValue> item = new HashMap<>();
    item.put("custodian", text(custodian.name()));
    item.put("standing", text(terms.state().name()));
    terms.limits().forEach((limit, value) -> item.put(limit.label(), number(value)));
    put(item, "algorithms", terms.algorithms().stream().map(Algorithm::label).sorted().toList());
    if (terms.mu() != null) {
      item.put("mu", AttributeValue.fromBool(terms.mu()));
    }
    item.put("context", AttributeValue.fromBool(terms.context()));
    put(item, "pins", terms.pins().stream().sorted().toList());
    item.put("created_at", time(custodian.createdAt()));
    item.put("changed_at", time(custodian.changedAt()));
    item.put("changed_by", text(custodian.changedBy()));
    item.put("revision", number(custodian.revision()));
    return item;
  }

  /// DynamoDB has no empty sets.
  private static void put(Map<String, AttributeValue> item, String name, List<String> values) {
    if (!values.isEmpty()) {
      item.put(name, AttributeValue.fromSs(values));
    }
  }

  static RegisteredCustodian read(Map<String, AttributeValue> item) {
    return new RegisteredCustodian(
        text(item, "custodian"),
        new CustodianTerms(
            State.valueOf(text(item, "standing")),
            limits(item),
            texts(item, "algorithms").stream()
                .map(label -> Algorithm.of(label).orElseThrow())
                .collect(Collectors.toUnmodifiableSet()),
            flagOrNull(item, "mu"),
            flag(item, "context"),
            texts(item, "pins")),
        time(item, "created_at"),
        time(item, "changed_at"),
        text(item, "changed_by"),
        number(item, "revision"));
  }

  private static Map<CustodianLimit, Integer> limits(Map<String, AttributeValue> item) {
    return Arrays.stream(CustodianLimit.values())
        .filter(limit -> item.containsKey(limit.label()))
        .collect(
            Collectors.toUnmodifiableMap(
                limit -> limit, limit -> Math.toIntExact(number(item, limit.label()))));
  }

  private static Set<String> texts(Map<String, AttributeValue> item, String name) {
    AttributeValue value = item.get(name);
    return value == null ? Set.of() : Set.copyOf(value.ss());
  }
}
