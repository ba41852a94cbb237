package pqsigner.worker.enclave;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import pqsigner.protocol.EnclaveStats;
import pqsigner.protocol.EnclaveStats.KmsCalls;
import pqsigner.protocol.EnclaveStats.Operation;
import pqsigner.protocol.EnclaveStats.Resource;
import pqsigner.protocol.EnclaveStats.Usage;
import pqsigner.protocol.Refusal;

/// What the enclave last reported about itself, with each heartbeat. The worker shows it, since
/// nobody else can ask an enclave; while there is none it shows the last report.
public final class EnclaveMetrics implements EnclaveSession.Observer {
  /// How a call to the KMS can end without a data key.
  private static final Set<Refusal> EXPECTED =
      EnumSet.of(
          Refusal.DEADLINE_EXCEEDED,
          Refusal.KMS_DENIED,
          Refusal.KMS_UNAVAILABLE,
          Refusal.KMS_THROTTLED,
          Refusal.KEY_RECORD_REJECTED,
          Refusal.CREDENTIALS_REFUSED);

  /// What an enclave can have against credentials.
  private static final Set<Refusal> AGAINST_CREDENTIALS =
      EnumSet.of(
          Refusal.CREDENTIALS_REFUSED,
          Refusal.KMS_DENIED,
          Refusal.KMS_UNAVAILABLE,
          Refusal.KMS_THROTTLED);

  private final MeterRegistry registry;
  private final Counter lateAnswers;
  private volatile EnclaveStats last = EnclaveStats.NONE;

  public EnclaveMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.lateAnswers =
        Counter.builder("pq.signer.worker.enclave.late.answers")
            .description("Answers that came too late")
            .register(registry);
    for (Operation operation : Operation.values()) {
      kms(operation, null);
      EXPECTED.forEach(refusal -> kms(operation, refusal));
    }
    AGAINST_CREDENTIALS.forEach(this::refusedCredentials);
    for (Resource resource : Resource.values()) {
      usage("pq.signer.enclave.usage", "In use inside the enclave", resource, Usage::used);
      usage("pq.signer.enclave.usage.limit", "Bound of that use", resource, Usage::limit);
    }
  }

  @Override
  public void lateAnswer() {
    lateAnswers.increment();
  }

  @Override
  public void credentialsRefused(Refusal refusal) {
    refusedCredentials(refusal).increment();
  }

  private Counter refusedCredentials(Refusal refusal) {
    return Counter.builder("pq.signer.worker.credentials.refused")
        .description("Credentials that the enclave refused, by KMS's objection")
        .tag("code", label(refusal))
        .register(registry);
  }

  @Override
  public void stats(EnclaveStats stats) {
    last = stats;
    stats.kms().forEach(calls -> kms(calls.operation(), calls.refusal()));
  }

  private void kms(Operation operation, @Nullable Refusal refusal) {
    FunctionTimer.builder(
            "pq.signer.enclave.kms.calls",
            this,
            metrics -> metrics.kms(operation, refusal, KmsCalls::calls),
            metrics -> metrics.kms(operation, refusal, KmsCalls::micros),
            TimeUnit.MICROSECONDS)
        .description("KMS calls by the enclave since it booted")
        .tags(
            Tags.of(
                "operation",
                label(operation),
                "outcome",
                refusal == null ? "released" : label(refusal)))
        .register(registry);
  }

  private long kms(
      Operation operation, @Nullable Refusal refusal, ToLongFunction<KmsCalls> number) {
    for (KmsCalls calls : last.kms()) {
      if (calls.operation() == operation && calls.refusal() == refusal) {
        return number.applyAsLong(calls);
      }
    }
    return 0;
  }

  private void usage(String name, String help, Resource resource, ToLongFunction<Usage> number) {
    Gauge.builder(name, this, metrics -> metrics.usage(resource, number))
        .description(help)
        .tag("resource", label(resource))
        .register(registry);
  }

  private double usage(Resource resource, ToLongFunction<Usage> number) {
    for (Usage usage : last.usages()) {
      if (usage.resource() == resource) {
        return number.applyAsLong(usage);
      }
    }
    return Double.NaN;
  }

  static String label(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
