package pqsigner.benchmarks.hops;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import pqsigner.client.Json;
import pqsigner.client.MlDsaPublicKey;
import pqsigner.client.PemIdentity;
import pqsigner.client.SignatureCheck;
import pqsigner.client.SignerRequest;
import pqsigner.client.http.HttpSigner;
import pqsigner.client.kafka.KafkaEndpoint;
import pqsigner.client.kafka.KafkaSigner;
import pqsigner.events.Topics;
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
  private final Map<Way, Ingress> ingresses = new EnumMap<>(Way.class);
  private final Map<String, MlDsaPublicKey> keys = new LinkedHashMap<>();
  private int births;

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
    ingresses.put(Way.HTTP, new HttpIngress(http));
    KafkaEndpoint endpoint =
        new KafkaEndpoint(
            stack.bootstrapServers(),
            stack.registry().toString(),
            new Topics(Topics.DEFAULT_PREFIX),
            stack.firstCustodian());
    ingresses.put(Way.KAFKA, new KafkaIngress(KafkaSigner.open(endpoint, caller)));
    for (int i = 0; i < KEYS; i++) {
      String user = "hops-" + UUID.randomUUID();
      keys.put(user, birth(user));
    }
  }

  /// Sends signatures and returns when all are answered and counted.
  ///
  /// @throws pqsigner.client.SignerException when one is not answered
  /// @throws IllegalStateException when one does not verify
  Measured measure(Load load, int signatures) throws Exception {
    List<SignerRequest> requests = requests(signatures);
    Ingress ingress = Objects.requireNonNull(ingresses.get(load.way()));
    Moment before = now();
    long start = System.nanoTime();
    List<Answered> answered = ingress.send(requests, load.atOnce());
    double wall = (System.nanoTime() - start) / 1e9;
    Moment grown = counted(load.way(), before, signatures);
    requireVerified(answered, signatures);
    Exposition enclave = enclave().since(before.worker);
    return new Measured(
        signatures,
        answered.stream().mapToLong(Answered::nanos).sum() / 1e9,
        wall,
        grown.gateway,
        grown.worker,
        enclave);
  }

  /// Makes a key and returns when the services have counted that.
  private MlDsaPublicKey birth(String user) throws IOException, InterruptedException {
    Moment before = now();
    var born = http.submit(SignerRequest.keyGeneration(user, ALGORITHM), PATIENCE).orFail();
    births++;
    var _ = counted(Way.HTTP, before, 1);
    return MlDsaPublicKey.decode(Json.base64(born, "public_key"));
  }

  /// What the worker shows of the enclave, with everything that went before. The enclave tells it
  /// with a heartbeat, and nothing says with which; so one more key is made, and when its data key
  /// is counted, so is every earlier call.
  private Exposition enclave() throws IOException, InterruptedException {
    var _ = birth("hops-" + UUID.randomUUID());
    Map<String, String> generated = Map.of("operation", "generate_data_key");
    return await(() -> now().worker, worker -> worker.calls(Hops.KMS, generated).count() >= births);
  }

  private List<SignerRequest> requests(int count) {
    List<String> users = List.copyOf(keys.keySet());
    List<SignerRequest> requests = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] message = new byte[MESSAGE_BYTES];
      ThreadLocalRandom.current().nextBytes(message);
      requests.add(SignerRequest.sign(users.get(i % users.size()), message));
    }
    return requests;
  }

  private void requireVerified(List<Answered> answered, int expected) {
    long good = answered.stream().filter(this::verifies).count();
    if (answered.size() != expected || good != expected) {
      throw new IllegalStateException(
          "of %d signatures %d came and %d verify".formatted(expected, answered.size(), good));
    }
  }

  private boolean verifies(Answered answered) {
    MlDsaPublicKey key = keys.get(String.valueOf(answered.request().userId()));
    byte[] message = answered.request().message();
    return key != null
        && message != null
        && SignatureCheck.ofMessage(key, message, answered.signature()).valid();
  }

  /// A caller may have its answer before a service has counted it.
  private Moment counted(Way way, Moment before, int requests)
      throws IOException, InterruptedException {
    return await(
        () -> now().since(before),
        grown -> Hops.complete(way, grown.gateway, grown.worker, requests));
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
    ingresses.values().forEach(Ingress::close);
    management.shutdownNow();
    stack.close();
  }
}
