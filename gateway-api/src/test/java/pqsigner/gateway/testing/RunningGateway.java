package pqsigner.gateway.testing;

import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import pqsigner.events.Topics;
import pqsigner.gateway.GatewayApplication;
import pqsigner.gateway.custodian.CustodianRegistry;
import pqsigner.gateway.custodian.CustodianTerms;
import pqsigner.gateway.custodian.RegisteredCustodian;
import pqsigner.gateway.ledger.RequestLedger;
import pqsigner.local.LocalStack;
import pqsigner.local.LocalStackOptions;
import pqsigner.local.Part;
import pqsigner.local.kafka.KafkaClientSettings;
import pqsigner.local.pki.PemPair;

/// Started once for all tests that ask for it, and stopped after the last.
public final class RunningGateway implements AutoCloseable {

  public static final Topics TOPICS = new Topics(Topics.DEFAULT_PREFIX);
  public static final String CUSTODIAN = "custodian-a";

  private final LocalStack stack;
  private final ConfigurableApplicationContext context;

  private RunningGateway() {
    stack =
        LocalStack.start(
            LocalStackOptions.defaults().only(Part.BROKER, Part.REGISTRY, Part.DYNAMODB),
            System.out::println);
    stack.gatewayCredentials().forEach(RunningGateway::credential);
    context =
        new SpringApplicationBuilder(GatewayApplication.class)
            .run(arguments("pq-signer.custodians.refresh", "500ms"));
  }

  /// As the SDK's system properties: the environment of this process cannot be changed.
  private static void credential(String variable, String value) {
    switch (variable) {
      case "AWS_ACCESS_KEY_ID" -> System.setProperty("aws.accessKeyId", value);
      case "AWS_SECRET_ACCESS_KEY" -> System.setProperty("aws.secretAccessKey", value);
      case "AWS_SESSION_TOKEN" -> System.setProperty("aws.sessionToken", value);
      default -> {}
    }
  }

  private String[] arguments(String setting, String to) {
    PemPair own = stack.pki().pair("gateway");
    String bundle = "spring.ssl.bundle.pem.gateway.";
    Map<String, String> properties = new HashMap<>();
    properties.put("server.port", "0");
    properties.put("server.address", "127.0.0.1");
    properties.put("management.server.port", "0");
    properties.put("management.server.ssl.enabled", "false");
    properties.put("spring.kafka.bootstrap-servers", stack.bootstrapServers());
    properties.put("spring.kafka.security.protocol", "SSL");
    properties.put("spring.kafka.ssl.bundle", "gateway");
    properties.put(bundle + "keystore.certificate", "file:" + own.certificate());
    properties.put(bundle + "keystore.private-key", "file:" + own.key());
    properties.put(bundle + "truststore.certificate", "file:" + stack.pki().ca());
    properties.put("pq-signer.callers.custodians", stack.pki().authority("custodian").toString());
    properties.put("pq-signer.callers.operators", stack.pki().authority("operator").toString());
    properties.put("pq-signer.kafka.serde.schema.registry.url", stack.registry().toString());
    properties.put("pq-signer.dynamodb.endpoint", stack.dynamoDb().toString());
    properties.put("pq-signer.dynamodb.create-tables", "true");
    properties.put("pq-signer.attestation.root", stack.attestationRoot().toString());
    for (int pcr : new int[] {0, 1, 2, 16}) {
      properties.put("pq-signer.attestation.images[0].pcr" + pcr, "ab".repeat(48));
    }
    properties.put("pq-signer.attestation.kms-key-arn", stack.kmsKeyArn());
    properties.put("pq-signer.http.body-timeout", "2s");
    properties.put("pq-signer.recovery.requeue-after", "3s");
    properties.put("pq-signer.recovery.interval", "200ms");
    properties.put("pq-signer.custodians.initial", "custodian-a,custodian-b");
    properties.put(setting, to);
    List<String> arguments = new ArrayList<>();
    properties.forEach((key, value) -> arguments.add("--" + key + "=" + value));
    return arguments.toArray(String[]::new);
  }

  /// Another gateway of the same stack, with the registry's default pause between two readings.
  public Second second() {
    return new Second(
        new SpringApplicationBuilder(GatewayApplication.class)
            .run(arguments("pq-signer.custodians.refresh", "3s")));
  }

  /// A gateway beside the first.
  public record Second(ConfigurableApplicationContext context) implements AutoCloseable {

    public int port() {
      return RunningGateway.port(context);
    }

    @Override
    public void close() {
      context.close();
    }
  }

  public LocalStack stack() {
    return stack;
  }

  public int port() {
    return port(context);
  }

  private static int port(ConfigurableApplicationContext of) {
    return Objects.requireNonNull(((WebServerApplicationContext) of).getWebServer()).getPort();
  }

  /// Health and metrics, in clear on loopback.
  public URI management() {
    return URI.create(
        "http://127.0.0.1:" + context.getEnvironment().getProperty("local.management.port"));
  }

  /// TLS as `who` would speak it.
  public SSLContext tls(String who) {
    PemPair own = stack.pki().pair(who);
    return SslBundle.of(
            new PemSslStoreBundle(
                PemSslStoreDetails.forCertificate("file:" + own.certificate())
                    .withPrivateKey("file:" + own.key()),
                PemSslStoreDetails.forCertificate("file:" + stack.pki().ca())))
        .createSslContext();
  }

  public <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  public <T> T bean(String name, Class<T> type) {
    return context.getBean(name, type);
  }

  /// As an operator would. The gateway is not told: it finds out by itself, at the latest when a
  /// test asks for that by refreshing [pqsigner.gateway.custodian.Custodians].
  public void agree(String custodian, CustodianTerms terms) {
    CustodianRegistry registry = bean(CustodianRegistry.class);
    RegisteredCustodian before = registry.find(custodian).orElseThrow();
    if (!registry.change(before.changed(terms, "test", Instant.now()))) {
      throw new IllegalStateException("somebody else changed " + custodian);
    }
  }

  public RequestLedger ledger() {
    return bean(RequestLedger.class);
  }

  /// Client settings of a custodian, a service or anybody else with a certificate.
  public Map<String, Object> kafka(String who) {
    return KafkaClientSettings.of(
        stack.bootstrapServers(), stack.pki().ca(), stack.pki().pair(who));
  }

  public Map<String, String> serde() {
    return Map.of(
        "schema.registry.url", stack.registry().toString(), "auto.register.schemas", "false");
  }

  /// The broker last: a client that loses it first holds up the end of the process.
  @Override
  public void close() {
    context.close();
    stack.close();
  }

  /// Hands the one gateway to whoever asks.
  public static final class Extension implements ParameterResolver {

    private static final ExtensionContext.Namespace HERE =
        ExtensionContext.Namespace.create(RunningGateway.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext extension) {
      return parameter.getParameter().getType() == RunningGateway.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext extension) {
      return Objects.requireNonNull(
          extension
              .getRoot()
              .getStore(HERE)
              .computeIfAbsent(RunningGateway.class, _ -> new RunningGateway()));
    }
  }
}
