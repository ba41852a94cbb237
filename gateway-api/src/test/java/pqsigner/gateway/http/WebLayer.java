package pqsigner.gateway.http;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.boot.webmvc.autoconfigure.error.ErrorMvcAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import pqsigner.gateway.admission.AdmissionConfiguration;
import pqsigner.gateway.admission.http.HttpAdmissionConfiguration;
import pqsigner.gateway.custodian.Caller;
import pqsigner.gateway.custodian.CustodianConfiguration;
import pqsigner.gateway.custodian.CustodianLimit;
import pqsigner.gateway.custodian.CustodianRules;
import pqsigner.gateway.custodian.CustodianTerms;
import pqsigner.gateway.custodian.Custodians;
import pqsigner.gateway.custodian.InMemoryCustodianRegistry;
import pqsigner.gateway.fairness.FairnessConfiguration;
import pqsigner.gateway.fairness.InFlight;
import pqsigner.gateway.http.connections.ConnectionsConfiguration;
import pqsigner.gateway.keys.InMemoryKeyRegistry;
import pqsigner.gateway.keys.KeyRegistry;
import pqsigner.gateway.keys.http.HttpKeysConfiguration;
import pqsigner.gateway.ledger.Backlog;
import pqsigner.gateway.ledger.InMemoryRequestLedger;
import pqsigner.gateway.ledger.LedgerPolicy;
import pqsigner.gateway.ledger.LedgerUnavailableException;
import pqsigner.gateway.ledger.ReplayLimit;
import pqsigner.gateway.ledger.RequestKey;
import pqsigner.gateway.ledger.RequestLedger;
import pqsigner.gateway.queue.BackToWork;
import pqsigner.gateway.waiting.PendingReplies;
import pqsigner.gateway.waiting.ReplyAddress;
import pqsigner.local.pki.LocalPki;

/// The gateway's web layer on a free port with the certificates of the local stack. The worker is
/// [ScriptedWorker]; everything between the socket and the ledger is what runs in production.
public final class WebLayer implements AutoCloseable {

  static final int REPLAYS_MAX = 2;

  private final Path directory;
  private final LocalPki pki;
  private final ConfigurableApplicationContext context;

  private WebLayer(Path directory, LocalPki pki, ConfigurableApplicationContext context) {
    this.directory = directory;
    this.pki = pki;
    this.context = context;
  }

  public static WebLayer start(Map<String, Object> settings) throws IOException {
    Path directory = Files.createTempDirectory("pq-signer-web");
    LocalPki pki =
        LocalPki.create(
            directory,
            List.of("custodian-a", "custodian-b", "flood"),
            "eu-central-1",
            Instant.now());
    pki.issueCustodian("unregistered");
    pki.issueBy("custodian", "both", "custodian-a", "auditor");
    pki.issueBy("custodian", "operator-by-custodians", "alice", "operator");
    pki.issueBy("operator", "custodian-by-operators", "custodian-a", "custodian");
    Map<String, Object> all = new HashMap<>(settings);
    String bundle = "spring.ssl.bundle.pem.gateway.";
    all.put(bundle + "keystore.certificate", "file:" + pki.pair("gateway").certificate());
    all.put(bundle + "keystore.private-key", "file:" + pki.pair("gateway").key());
    all.put(bundle + "truststore.certificate", "file:" + pki.ca());
    all.put("pq-signer.callers.custodians", pki.authority("custodian"));
    all.put("pq-signer.callers.operators", pki.authority("operator"));
    all.put("pq-signer.custodians.initial", "custodian-a,custodian-b,flood");
    all.put("server.port", 0);
    all.put("management.server.port", 0);
    // Ledger and broker, which are not here.
    all.put("management.endpoint.health.validate-group-membership", false);
    all.putIfAbsent("logging.level.root", "WARN");
    return new WebLayer(
        directory,
        pki,
        new SpringApplicationBuilder(Wiring.class)
            .run(
                all.entrySet().stream()
                    .map(setting -> "--" + setting.getKey() + "=" + setting.getValue())
                    .toArray(String[]::new)));
  }

  public int port() {
    return Objects.requireNonNull(((WebServerApplicationContext) context).getWebServer()).getPort();
  }

  public MeterRegistry metrics() {
    return context.getBean(MeterRegistry.class);
  }

  /// As an operator would.
  public void agree(String custodian, CustodianTerms terms) {
    context.getBean(InMemoryCustodianRegistry.class).agree(custodian, terms);
    context.getBean(Custodians.class).refresh();
  }

  public void agree(String custodian, Map<CustodianLimit, Integer> limits) {
    agree(custodian, CustodianTerms.usual().withLimits(limits));
  }

  /// Whether the registry of custodians answers.
  public void registryDown(boolean down) {
    context.getBean(InMemoryCustodianRegistry.class).down(down);
  }

  public ScriptedWorker worker() {
    return context.getBean(ScriptedWorker.class);
  }

  /// What the sweeper would have seen.
  public void oldestPending(Duration age) {
    context.getBean(ScriptedBacklog.class).oldest = age;
  }

  /// TLS as `name` would speak it: `custodian-a`, `operator`, `intruder`, ...
  public SSLContext tls(String name) {
    return context(
        PemSslStoreDetails.forCertificate("file:" + pki.pair(name).certificate())
            .withPrivateKey("file:" + pki.pair(name).key()));
  }

  public SSLContext tlsWithoutCertificate() {
    return context(null);
  }

  private SSLContext context(@Nullable PemSslStoreDetails own) {
    return SslBundle.of(
            new PemSslStoreBundle(own, PemSslStoreDetails.forCertificate("file:" + pki.ca())))
        .createSslContext();
  }

  @Override
  public void close() {
    context.close();
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// As the application is wired, with other stores.
  @EnableAutoConfiguration(
      exclude = {ErrorMvcAutoConfiguration.class, KafkaAutoConfiguration.class})
  @Import({
    AdmissionConfiguration.class,
    ConnectionsConfiguration.class,
    CustodianConfiguration.class,
    FairnessConfiguration.class,
    HttpAdmissionConfiguration.class,
    HttpConfiguration.class,
    HttpKeysConfiguration.class,
    OperatorProbe.class
  })
  static class Wiring {

    @Bean
    InstantSource clock() {
      return Clock.systemUTC();
    }

    @Bean
    InMemoryCustodianRegistry custodianRegistry() {
      return new InMemoryCustodianRegistry();
    }

    @Bean
    InMemoryKeyRegistry storedKeys() {
      return new InMemoryKeyRegistry();
    }

    @Bean
    @Primary
    KeyRegistry keys(InMemoryKeyRegistry storedKeys) {
      return new ScriptedKeys(storedKeys);
    }

    @Bean
    RequestLedger ledger(InstantSource clock, InMemoryKeyRegistry storedKeys) {
      return unreadable(
          new InMemoryRequestLedger(
              new LedgerPolicy(
                  Duration.ofSeconds(10),
                  Duration.ofMinutes(5),
                  Duration.ofDays(30),
                  Duration.ofDays(90)),
              clock,
              storedKeys));
    }

    /// Reads of ids that start with `unreadable` fail; all else is the ledger's.
    private static RequestLedger unreadable(RequestLedger ledger) {
      return (RequestLedger)
          Proxy.newProxyInstance(
              WebLayer.class.getClassLoader(),
              new Class<?>[] {RequestLedger.class},
              (_, method, arguments) -> {
                if (method.getName().equals("find")
                    && arguments[0] instanceof RequestKey(_, String requestId)
                    && requestId.startsWith("unreadable")) {
                  throw new LedgerUnavailableException("throttled");
                }
                return method.invoke(ledger, arguments);
              });
    }

    @Bean
    ScriptedWorker worker(RequestLedger ledger, PendingReplies pending, InFlight inFlight) {
      return new ScriptedWorker(ledger, pending, inFlight);
    }

    @Bean
    ReplayLimit replayLimit() {
      return new ReplayLimit(REPLAYS_MAX);
    }

    @Bean
    BackToWork backToWork(
        RequestLedger ledger, KeyRegistry keys, ScriptedWorker worker, CustodianRules rules) {
      return new BackToWork(ledger, keys, worker, _ -> {}, rules);
    }

    @Bean
    ScriptedBacklog backlog() {
      return new ScriptedBacklog();
    }

    @Bean
    ReplyAddress replyAddress() {
      return _ -> 2;
    }
  }

  static final class ScriptedBacklog implements Backlog {
    private volatile Duration oldest = Duration.ZERO;

    @Override
    public Duration oldestAge() {
      return oldest;
    }
  }

  @RestController
  static final class OperatorProbe {
    @GetMapping("/v1/operator/probe")
    ResponseEntity<String> probe(Caller.Operator operator) {
      return ResponseEntity.ok(operator.name());
    }
  }
}
