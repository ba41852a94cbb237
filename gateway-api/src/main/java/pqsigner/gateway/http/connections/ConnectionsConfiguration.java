package pqsigner.gateway.http.connections;

import io.micrometer.core.instrument.MeterRegistry;
import java.nio.channels.SocketChannel;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Function;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import pqsigner.gateway.custodian.Caller;
import pqsigner.gateway.custodian.CertificateCustodianResolver;
import pqsigner.gateway.fairness.AgreedLimits;

/// Puts the bounds between the web server and the network.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ConnectionSettings.class)
public class ConnectionsConfiguration {

  @Bean
  Connections<SocketChannel> connections(ConnectionSettings limits, AgreedLimits agreed) {
    return new Connections<>(
        limits, holder -> agreed.connections(holder, limits.authenticatedMax()), System::nanoTime);
  }

  @Bean
  ConnectionMetrics connectionMetrics(
      Connections<SocketChannel> connections, ConnectionSettings limits, MeterRegistry registry) {
    return new ConnectionMetrics(connections, limits, registry);
  }

  @Bean
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> boundedConnections(
      Connections<SocketChannel> connections,
      ConnectionMetrics metrics,
      ConnectionSettings limits,
      CertificateCustodianResolver resolver) {
    // All that are not served share one place, however many names an authority has given out, and
    // take none from a custodian whose certificate they stole.
    Function<List<X509Certificate>, String> holderOf =
        chain ->
            metrics.named(
                resolver
                    .resolve(chain)
                    .filter(caller -> resolver.wasServed(caller, chain))
                    .map(Caller::holder)
                    .orElse(BoundedEndpoint.NOBODY));
    return factory -> {
      factory.setProtocol(BoundedHttpProtocol.class.getName());
      factory.addConnectorCustomizers(
          connector -> {
            if (connector.getProtocolHandler() instanceof BoundedHttpProtocol protocol) {
              protocol.setMaxConnections(limits.connectionsMax());
              protocol.bound(connections, holderOf);
            }
          });
    };
  }
}
