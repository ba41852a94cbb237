package pqsigner.guarantees.stack;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import javax.net.ssl.SSLContext;
import pqsigner.client.PemIdentity;
import pqsigner.client.RegisteredKey;
import pqsigner.client.SignerRequest;
import pqsigner.client.http.HttpSigner;
import pqsigner.client.kafka.CustodianTopics;
import pqsigner.client.kafka.KafkaEndpoint;
import pqsigner.client.kafka.KafkaSigner;
import pqsigner.events.Topics;
import pqsigner.local.LocalStack;
import pqsigner.local.LocalStackOptions;
import pqsigner.local.pki.Pem;
import pqsigner.local.pki.PemPair;
import pqsigner.local.process.ChildProcess;

/// The running stack and its callers, by the names of their certificates.
public final class Stack implements AutoCloseable {
  public static final Duration PATIENCE = Duration.ofSeconds(60);

  private final LocalStack local;

  public Stack(LocalStack local) {
    this.local = local;
  }

  /// Two processors carry seven cold JVMs and the tests: a batch that is merely slow must not be
  /// taken for a KMS that is down.
  static Stack start() {
    LocalStackOptions options =
        LocalStackOptions.defaults().forAMinute().workerProperty("pq-signer.batch.deadline", "3s");
    return new Stack(LocalStack.start(options, _ -> {}));
  }

  /// The parts themselves, to be killed, stopped and started.
  public LocalStack local() {
    return local;
  }

  /// A test that failed may have left a part dead.
  public void restartWhatDied() {
    for (ChildProcess process : local.processes()) {
      if (!process.isAlive()) {
        process.restart();
      }
    }
  }

  public PemIdentity identity(String name) {
    PemPair pair = local.pki().pair(name);
    return new PemIdentity(local.pki().ca(), pair.certificate(), pair.key());
  }

  public RawHttp http(String caller) {
    return new RawHttp(local.gateways().getFirst(), identity(caller).sslContext());
  }

  /// A caller that trusts the gateway and shows no certificate.
  public RawHttp anonymousHttp() {
    SSLContext noCertificate = Pem.sslContext(local.pki().ca(), null);
    return new RawHttp(local.gateways().getFirst(), noCertificate);
  }

  public HttpSigner signer(String caller) {
    return HttpSigner.open(local.gateways().getFirst(), identity(caller));
  }

  /// At each gateway.
  public List<HttpSigner> signers(String caller) {
    return local.gateways().stream().map(url -> HttpSigner.open(url, identity(caller))).toList();
  }

  public KafkaSigner kafka(String custodian) {
    return KafkaSigner.open(endpoint(custodian), identity(custodian));
  }

  /// Event by event, with everything that is published again.
  public CustodianTopics topics(String custodian) {
    return CustodianTopics.open(endpoint(custodian), identity(custodian));
  }

  public RawKafka rawKafka(String custodian) {
    return new RawKafka(endpoint(custodian), identity(custodian));
  }

  public KafkaEndpoint endpoint(String custodian) {
    return new KafkaEndpoint(
        local.bootstrapServers(),
        local.registry().toString(),
        new Topics(Topics.DEFAULT_PREFIX),
        custodian);
  }

  /// A new key of custodian-a.
  public Key newKey(String algorithm) {
    return newKey("custodian-a", algorithm);
  }

  public Key newKey(String custodian, String algorithm) {
    try (HttpSigner signer = signer(custodian)) {
      RegisteredKey key =
          signer.submit(SignerRequest.keyGeneration(newUserId(), algorithm), PATIENCE).requireKey();
      return new Key(key.userId(), key.publicKey());
    }
  }

  public static String newUserId() {
    return "user-" + UUID.randomUUID();
  }

  public static String newRequestId() {
    return "req-" + UUID.randomUUID();
  }

  @Override
  public void close() {
    local.close();
  }
}
