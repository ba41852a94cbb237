package pqsigner.gateway.fairness;

import static pqsigner.gateway.custodian.CustodianLimit.BODY_BYTES_MAX;
import static pqsigner.gateway.custodian.CustodianLimit.BULK_MAX;
import static pqsigner.gateway.custodian.CustodianLimit.BURST;
import static pqsigner.gateway.custodian.CustodianLimit.CONNECTIONS_MAX;
import static pqsigner.gateway.custodian.CustodianLimit.INTERACTIVE_MAX;
import static pqsigner.gateway.custodian.CustodianLimit.REQUESTS_PER_SECOND;

import java.util.Map;
import java.util.function.Function;
import pqsigner.gateway.custodian.CustodianLimit;

/// What holds for each custodian now: what the registry says was agreed with it, and otherwise the
/// settings. Asked anew each time, so that a change needs no restart.
public final class AgreedLimits {

  private final FairnessSettings settings;
  private final Function<String, Map<CustodianLimit, Integer>> agreed;

  /// @param agreed with a custodian, by its name; nothing with whoever is no custodian
  public AgreedLimits(
      FairnessSettings settings, Function<String, Map<CustodianLimit, Integer>> agreed) {
    this.settings = settings;
    this.agreed = agreed;
  }

  /// Requests that one custodian may send and have in flight.
  public record Limits(int requestsPerSecond, int burst, int interactiveMax, int bulkMax) {}

  public Limits of(String custodian) {
    Map<CustodianLimit, Integer> own = agreed.apply(custodian);
    return new Limits(
        own.getOrDefault(REQUESTS_PER_SECOND, settings.requestsPerSecond()),
        own.getOrDefault(BURST, settings.burst()),
        own.getOrDefault(INTERACTIVE_MAX, settings.interactiveMax()),
        own.getOrDefault(BULK_MAX, settings.bulkMax()));
  }

  /// What one holder may have of something that all share, at least one of it.
  public int share(int ofAll) {
    return Math.max(1, Math.toIntExact((long) ofAll * settings.sharePercent() / 100));
  }

  /// @param ofAll connections that there are for all
  public int connections(String holder, int ofAll) {
    return agreed.apply(holder).getOrDefault(CONNECTIONS_MAX, share(ofAll));
  }

  /// @param ofAll bytes that there are for all
  public int bodyBytes(String holder, int ofAll) {
    return agreed.apply(holder).getOrDefault(BODY_BYTES_MAX, share(ofAll));
  }
}
