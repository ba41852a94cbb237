package pqsigner.benchmarks.hops;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Predicate;
import pqsigner.client.Channel;
import pqsigner.client.MlDsaPublicKey;
import pqsigner.client.PemIdentity;
import pqsigner.client.RegisteredKey;
import pqsigner.client.Signer;
import pqsigner.client.SignerRequest;
import pqsigner.client.http.HttpSigner;
import pqsigner.client.kafka.KafkaEndpoint;
import pqsigner.client.kafka.KafkaSigner;
import pqsigner.events.Topics;
import pqsigner.load.Load;
import pqsigner.load.LoadPlan;
import pqsigner.load.Measurement;
import pqsigner.load.Workload;
import pqsigner.local.LocalStack;
import pqsigner.local.LocalStackOptions;
import pqsigner.local.pki.PemPair;

/// A running stack, a custodian with some keys, and the services' counters.
final class MeasuredStack implements AutoCloseable {
  static final int KEYS = 8;
  static final String ALGORITHM = "ML-DSA-65";
  static final int MESSAGE_BYTES = 256;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /// Both services' counters.
  private record Moment(Exposition gateway, Exposition worker) {
    Moment since(Moment earlier) {
      return new Moment(gateway.since(earlier.gateway), worker.since(earlier.worker));
    }
  }

  private final LocalStack stack;
  private final PemIdentity caller;
  private final HttpSigner http;
  private final HttpClient management = HttpClient.newHttpClient();
  private final Map<Channel, Signer> signers = new EnumMap<>(Channel.class);
  private int births;

  @SuppressWarnings("NullAway.Init") // set when it is open
  private Workload workload;

  private MeasuredStack(LocalStack stack) {
    this.stack = stack;
    PemPair pair = stack.pki().pair(stack.firstCustodian());
    this.caller = new PemIdentity(stack.pki().ca(), pair.certificate(), pair.key());
    this.http = HttpSigner.open(stack.gateways().getFirst(), caller);
  }

  static MeasuredStack start(LocalStackOptions options) throws IOException, InterruptedException {
    MeasuredStack started = new MeasuredStack(LocalStack.start(options, _ -> {}));
    try {
      started.open();
      return started;
    } catch (IOException | InterruptedException | RuntimeException e) {
      started.close();
      throw e;
    }
  }

  private void open() throws IOException, InterruptedException {
    signers.put(Channel.HTTP, http);
    KafkaEndpoint endpoint =
        new KafkaEndpoint(
            stack.bootstrapServers(),
            stack.registry().toString(),
            new Topics(Topics.DEFAULT_PREFIX),
            stack.firstCustodian());
    signers.put(Channel.KAFKA, KafkaSigner.open(endpoint, caller));
    Map<String, MlDsaPublicKey> keys = new LinkedHashMap<>();
    for (int i = 0; i < KEYS; i++) {
      RegisteredKey key = birth();
      keys.put(key.userId(), key.publicKey());
    }
    workload = new Workload(keys, MESSAGE_BYTES);
  }

  /// Sends signatures and returns when all are answered and counted.
  ///
  /// @throws IllegalStateException when one is not answered or does not verify
  Measured measure(Scenario scenario, int signatures) throws Exception {
    Signer signer = Objects.requireNonNull(signers.get(scenario.channel()));
    LoadPlan plan = LoadPlan.requests(scenario.concurrency(), signatures);
    Moment before = now();
    Measurement seen = new Load(plan, signer, workload, signatures).run();
    requireVerified(seen, signatures);
    Moment grown = counted(scenario.channel(), before, signatures);
    Exposition enclave = enclave().since(before.worker);
    return new Measured(
        signatures, seen.latencySeconds(), seen.seconds(), grown.gateway, grown.worker, enclave);
  }

  /// Makes a key and returns when the services have counted that.
  private RegisteredKey birth() throws IOException, InterruptedException {
    Moment before = now();
    SignerRequest request = SignerRequest.keyGeneration("hops-" + UUID.randomUUID(), ALGORITHM);
    RegisteredKey born = http.submit(request, PATIENCE).requireKey();
    births++;
    var _ = counted(Channel.HTTP, before, 1);
    return born;
  }

  /// What the worker shows of the enclave, with everything that went before. The enclave tells it
  /// with a heartbeat, and nothing says with which; so one more key is made, and when its data key
  /// is counted, so is every earlier call.
  private Exposition enclave() throws IOException, InterruptedException {
    var _ = birth();
    Map<String, String> generated = Map.of("operation", "generate_data_key");
    return await(() -> now().worker, worker -> worker.calls(Hops.KMS, generated).count() >= births);
  }

  private void requireVerified(Measurement seen, int expected) {
    long good = seen.samples().stream().filter(workload::verifies).count();
    if (good != expected) {
      throw new IllegalStateException(
          "%d of %d signatures verify; %s".formatted(good, expected, seen.outcomes()));
    }
  }

  /// A caller may have its answer before a service has counted it.
  private Moment counted(Channel channel, Moment before, int requests)
      throws IOException, InterruptedException {
    return await(
        () -> now().since(before),
        grown -> Hops.complete(channel, grown.gateway, grown.worker, requests));
  }

  private interface Look<T> {
    T now() throws IOException, InterruptedException;
  }

  private static <T> T await(Look<T> look, Predicate<T> enough)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    while (System.nanoTime() - start < PATIENCE.toNanos()) {
      T seen = look.now();
      if (enough.test(seen)) {
        return seen;
      }
    }
    throw new IllegalStateException("the services did not count everything in time");
  }

  private Moment now() throws IOException, InterruptedException {
    List<URI> processes = stack.managements();
    return new Moment(scrape(processes.getFirst()), scrape(processes.getLast()));
  }

  private Exposition scrape(URI process) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(process.resolve("/actuator/prometheus")).build();
    return Exposition.parse(management.send(request, BodyHandlers.ofString()).body());
  }

  @Override
  public void close() {
    signers.values().forEach(Signer::close);
    management.shutdownNow();
    stack.close();
  }
}
