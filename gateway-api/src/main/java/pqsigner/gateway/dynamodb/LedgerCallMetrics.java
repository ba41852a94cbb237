package pqsigner.gateway.dynamodb;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Objects;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/// One timer sample for each call of DynamoDB, all its retries included:
/// `pq.signer.gateway.ledger.calls{operation, outcome}`. A `conflict` is an answer, that somebody
/// else was first; `throttled` and `unavailable` are what the callers are told `overloaded` for.
final class LedgerCallMetrics implements ExecutionInterceptor {

  private static final ExecutionAttribute<Timer.Sample> SAMPLE =
      new ExecutionAttribute<>("pq-signer.sample");

  private final MeterRegistry registry;

  LedgerCallMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
    attributes.putAttribute(SAMPLE, Timer.start(registry));
  }

  @Override
  public void afterExecution(Context.AfterExecution context, ExecutionAttributes attributes) {
    stop(attributes, "ok");
  }

  @Override
  public void onExecutionFailure(Context.FailedExecution context, ExecutionAttributes attributes) {
    stop(attributes, outcome(context.exception()));
  }

  private static String outcome(Throwable failure) {
    return switch (failure) {
      case ConditionalCheckFailedException _, TransactionCanceledException _ -> "conflict";
      case AwsServiceException said when said.isThrottlingException() -> "throttled";
      default -> "unavailable";
    };
  }

  private void stop(ExecutionAttributes attributes, String outcome) {
    Timer.Sample sample = attributes.getAttribute(SAMPLE);
    if (sample != null) {
      sample.stop(
          Timer.builder("pq.signer.gateway.ledger.calls")
              .description("DynamoDB calls, retries included")
              .tag(
                  "operation",
                  Objects.requireNonNullElse(
                      attributes.getAttribute(SdkExecutionAttribute.OPERATION_NAME), "unknown"))
              .tag("outcome", outcome)
              .register(registry));
    }
  }
}
