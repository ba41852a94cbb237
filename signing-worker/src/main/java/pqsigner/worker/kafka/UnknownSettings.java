package pqsigner.worker.kafka;

import java.util.stream.Collectors;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/// Says which keys are no settings, and not what they were set to: a password under a misspelt key
/// is a password. Spring Boot's own report prints both. Named in `META-INF/spring.factories`.
@Order(Ordered.HIGHEST_PRECEDENCE)
final class UnknownSettings
    extends AbstractFailureAnalyzer<UnboundConfigurationPropertiesException> {

  @Override
  protected FailureAnalysis analyze(
      Throwable rootFailure, UnboundConfigurationPropertiesException cause) {
    String names =
        cause.getUnboundProperties().stream()
            .map(property -> property.getName().toString())
            .sorted()
            .collect(Collectors.joining(", "));
    return new FailureAnalysis(
        "No setting is called " + names + ".",
        "See docs/configuration.md for those that there are.",
        cause);
  }
}
