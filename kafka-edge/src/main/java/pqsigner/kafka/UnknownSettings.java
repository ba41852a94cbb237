package pqsigner.kafka;

import java.util.stream.Collectors;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/// Names unknown settings without their values: a password under a misspelt key is still a
/// password. Spring Boot's own report prints both. Named in `META-INF/spring.factories`.
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
        "Unknown settings: " + names, "docs/configuration.md lists every setting.", cause);
  }
}
