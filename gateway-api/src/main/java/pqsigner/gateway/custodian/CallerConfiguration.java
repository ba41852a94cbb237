package pqsigner.gateway.custodian;

import java.security.KeyStore;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.ssl.SslBundleRegistrar;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleKey;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslOptions;
import org.springframework.boot.ssl.SslStoreBundle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// TLS for callers: the gateway's own certificate, and the authorities of every role.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(CallerSettings.class)
public class CallerConfiguration {

  /// What `server.ssl.bundle` names. It is not among `spring.ssl.bundle`, because whom it trusts is
  /// what [CallerSettings] says and nothing else.
  private static final String CALLERS = "callers";

  private static final String OWN = "gateway";

  @Bean
  CallerAuthorities callerAuthorities(CallerSettings settings) {
    return CallerAuthorities.read(settings);
  }

  @Bean
  CertificateCustodianResolver callerResolver(
      InstantSource clock, CallerAuthorities authorities, Custodians custodians) {
    return new CertificateCustodianResolver(clock, authorities, custodians);
  }

  /// The gateway's own bundle is asked for when a connector needs it: it may be registered later.
  @Bean
  SslBundleRegistrar callersBundle(
      ObjectProvider<SslBundles> bundles, CallerAuthorities authorities) {
    return registry ->
        registry.registerBundle(CALLERS, new Callers(bundles, authorities.trustStore()));
  }

  private record Callers(ObjectProvider<SslBundles> bundles, KeyStore authorities)
      implements SslBundle, SslStoreBundle {

    private SslBundle own() {
      return bundles.getObject().getBundle(OWN);
    }

    @Override
    public SslStoreBundle getStores() {
      return this;
    }

    @Override
    public @Nullable KeyStore getKeyStore() {
      return own().getStores().getKeyStore();
    }

    @Override
    public @Nullable String getKeyStorePassword() {
      return own().getStores().getKeyStorePassword();
    }

    @Override
    public KeyStore getTrustStore() {
      return authorities;
    }

    @Override
    public SslBundleKey getKey() {
      return own().getKey();
    }

    @Override
    public SslOptions getOptions() {
      return own().getOptions();
    }

    @Override
    public String getProtocol() {
      return own().getProtocol();
    }

    @Override
    public org.springframework.boot.ssl.SslManagerBundle getManagers() {
      return org.springframework.boot.ssl.SslManagerBundle.from(this, getKey());
    }
  }
}
