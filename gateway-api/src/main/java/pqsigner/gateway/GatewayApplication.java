package pqsigner.gateway;

import java.time.Clock;
import java.time.InstantSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.error.ErrorMvcAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.context.annotation.Configuration;

/// Starts the gateway. Each feature wires itself in a `...Configuration`; nothing else is scanned
/// for, so a class does not become a part of the gateway by lying about.
///
/// Boot's error page is left out: `TomcatProblemValve` answers instead.
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration(exclude = ErrorMvcAutoConfiguration.class)
@ComponentScan(useDefaultFilters = false, includeFilters = @Filter(Configuration.class))
public class GatewayApplication {

  public static void main(String[] arguments) {
    SpringApplication.run(GatewayApplication.class, arguments);
  }

  @Bean
  InstantSource clock() {
    return Clock.systemUTC();
  }
}
