package pqsigner.gateway.admission.http;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import pqsigner.events.Priority;
import pqsigner.gateway.fairness.CustodianRateLimit;
import pqsigner.gateway.fairness.InFlight;
import pqsigner.gateway.http.HttpAnswers;
import pqsigner.gateway.ledger.Backlog;
import pqsigner.gateway.ledger.ReplayLimit;
import pqsigner.gateway.waiting.PendingReplies;
import pqsigner.gateway.waiting.PendingRepliesLifecycle;
import pqsigner.gateway.waiting.ReplyAddress;

/// Wires the HTTP edge of admission and its waiters.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(HttpProperties.class)
@Import({HttpAdmissionController.class, HttpLookupController.class})
public class HttpAdmissionConfiguration {

  @Bean
  PendingReplies pendingReplies(HttpProperties limits, MeterRegistry registry) {
    return new PendingReplies(limits.waitersMax(), registry);
  }

  @Bean
  PendingRepliesLifecycle pendingRepliesLifecycle(PendingReplies pending) {
    return new PendingRepliesLifecycle(pending);
  }

  @Bean
  HttpAdmissionController.Waiting waiting(PendingReplies replies, ReplyAddress address) {
    return new HttpAdmissionController.Waiting(
        replies, () -> address.ownedPartition(Priority.INTERACTIVE));
  }

  @Bean
  Throttle throttle(
      CustodianRateLimit rate,
      InFlight inFlight,
      Backlog backlog,
      HttpProperties limits,
      MeterRegistry registry) {
    return new Throttle(rate, inFlight, backlog, limits, registry);
  }

  @Bean
  EntryAnswers entryAnswers(HttpAnswers answers, ReplayLimit limit) {
    return new EntryAnswers(answers, limit);
  }

  @Bean
  HttpAdmissionController.Edge httpEdge(
      HttpProperties limits,
      Throttle throttle,
      HttpAnswers answers,
      EntryAnswers entries,
      MeterRegistry registry) {
    return new HttpAdmissionController.Edge(limits, throttle, answers, entries, registry);
  }
}
