package pqsigner.gateway.http;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import pqsigner.gateway.custodian.CallerConfiguration;
import pqsigner.gateway.custodian.CertificateCustodianResolver;
import pqsigner.gateway.fairness.CustodianRateLimit;

/// Wires what all HTTP handlers share.
@Configuration(proxyBeanMethods = false)
@Import({CallerConfiguration.class, HttpErrors.class, HttpDocsController.class})
public class HttpConfiguration {

  @Bean
  HttpAnswers httpAnswers(MeterRegistry registry) {
    return new HttpAnswers(registry);
  }

  @Bean
  HttpRoles httpRoles() {
    return new HttpRoles();
  }

  @Bean
  FilterRegistrationBean<HttpCallerFilter> httpCallerFilter(
      CertificateCustodianResolver resolver, CustodianRateLimit rate, HttpAnswers answers) {
    FilterRegistrationBean<HttpCallerFilter> filter =
        new FilterRegistrationBean<>(new HttpCallerFilter(resolver, rate, answers));
    filter.setOrder(Ordered.HIGHEST_PRECEDENCE);
    return filter;
  }

  /// Added after Boot's own report valve, so that it is the inner one and speaks first.
  @Bean
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> tomcatAnswers(HttpAnswers answers) {
    return new TomcatAnswers(answers);
  }

  private record TomcatAnswers(HttpAnswers answers)
      implements WebServerFactoryCustomizer<TomcatServletWebServerFactory>, Ordered {

    @Override
    public void customize(TomcatServletWebServerFactory factory) {
      factory.addContextCustomizers(
          context -> context.getParent().getPipeline().addValve(new TomcatProblemValve(answers)));
      factory.addConnectorCustomizers(
          connector -> {
            // A client that asks before it sends is told 413 or 415 instead of "continue".
            connector.setProperty("continueResponseTiming", "onRead");
            // An id may hold a slash; the lookups decode the raw path themselves.
            connector.setEncodedSolidusHandling("passthrough");
            connector.setEncodedReverseSolidusHandling("passthrough");
          });
    }

    @Override
    public int getOrder() {
      return Ordered.LOWEST_PRECEDENCE;
    }
  }
}
