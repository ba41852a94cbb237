package pqsigner.gateway.admission.http;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import pqsigner.gateway.admission.AdmitRequest;
import pqsigner.gateway.custodian.CustodianRules;
import pqsigner.gateway.fairness.AgreedLimits;
import pqsigner.gateway.fairness.InFlight;
import pqsigner.gateway.fairness.Shares;
import pqsigner.gateway.http.ByteBudget;
import pqsigner.gateway.http.HttpAnswers;
import pqsigner.gateway.http.JsonBodies;
import pqsigner.gateway.ledger.Backlog;
import pqsigner.gateway.ledger.ReplayLimit;
import pqsigner.gateway.ledger.RequestLedger;
import pqsigner.gateway.waiting.AdmitAndWait;
import pqsigner.gateway.waiting.PendingReplies;
import pqsigner.gateway.waiting.PendingRepliesLifecycle;

/// Wires the HTTP edge of admission and its waiters.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(HttpSettings.class)
@Import({HttpAdmissionController.class, HttpLookupController.class})
public class HttpAdmissionConfiguration {

  @Bean
  PendingReplies pendingReplies(HttpSettings limits, AgreedLimits agreed, MeterRegistry registry) {
    int max = limits.waitersMax();
    return new PendingReplies(new Shares(max, _ -> agreed.share(max)), registry);
  }

  @Bean
  PendingRepliesLifecycle pendingRepliesLifecycle(PendingReplies pending) {
    return new PendingRepliesLifecycle(pending);
  }

  @Bean
  AdmitAndWait admitAndWait(
      CustodianRules rules,
      AdmitRequest admitRequest,
      PendingReplies pending,
      RequestLedger ledger) {
    return new AdmitAndWait(rules, admitRequest, pending, ledger);
  }

  @Bean
  Throttle throttle(InFlight inFlight, Backlog backlog, HttpSettings limits) {
    return new Throttle(inFlight, backlog, limits);
  }

  /// An operator's bodies come out of the same budget. Whatever the share, one body fits.
  @Bean
  JsonBodies jsonBodies(
      HttpSettings limits, AgreedLimits agreed, HttpAnswers answers, MeterRegistry registry) {
    int max = Math.toIntExact(limits.bodiesBytesMax().toBytes());
    int one = Math.toIntExact(limits.bodyBytesMax().toBytes());
    Shares bytes = new Shares(max, holder -> Math.max(one, agreed.bodyBytes(holder, max)));
    return new JsonBodies(new ByteBudget(bytes, registry), limits.bodyTimeout(), answers);
  }

  @Bean
  EntryAnswers entryAnswers(HttpAnswers answers, ReplayLimit limit) {
    return new EntryAnswers(answers, limit);
  }
}
