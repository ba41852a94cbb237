package pqsigner.gateway.custodian.http;

import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import pqsigner.events.Algorithm;
import pqsigner.gateway.custodian.CustodianTerms;
import pqsigner.gateway.custodian.RegisteredCustodian;

/// What an operator sees of custodians.
final class CustodianBody {

  private CustodianBody() {}

  /// @param limits those that were agreed
  /// @param algorithms left out: all
  /// @param mu left out: as the gateway's setting says
  /// @param pins left out: none
  record Custodian(
      String name,
      String state,
      Map<String, Integer> limits,
      @Nullable List<String> algorithms,
      @Nullable Boolean mu,
      boolean context,
      @Nullable List<String> pins,
      Instant createdAt,
      Instant changedAt,
      String changedBy,
      long revision) {}

  record Custodians(List<Custodian> custodians) {}

  static Custodians all(List<RegisteredCustodian> custodians) {
    return new Custodians(
        custodians.stream()
            .sorted(Comparator.comparing(RegisteredCustodian::name))
            .map(CustodianBody::of)
            .toList());
  }

  static Custodian of(RegisteredCustodian custodian) {
    CustodianTerms terms = custodian.terms();
    Map<String, Integer> limits = new LinkedHashMap<>();
    terms.limits().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(limit -> limits.put(limit.getKey().label(), limit.getValue()));
    return new Custodian(
        custodian.name(),
        terms.state().name(),
        limits,
        orAbsent(terms.algorithms().stream().map(Algorithm::label).sorted().toList()),
        terms.mu(),
        terms.context(),
        orAbsent(terms.pins().stream().sorted().toList()),
        custodian.createdAt(),
        custodian.changedAt(),
        custodian.changedBy(),
        custodian.revision());
  }

  private static @Nullable List<String> orAbsent(List<String> values) {
    return values.isEmpty() ? null : values;
  }
}
