package pqsigner.worker.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static pqsigner.local.Part.BROKER;
import static pqsigner.local.Part.DELAY_LINE;
import static pqsigner.local.Part.REGISTRY;
import static pqsigner.local.Part.WORKER;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import pqsigner.events.Topics;
import pqsigner.events.avro.SigningJob;
import pqsigner.events.avro.SigningReply;
import pqsigner.events.wire.ConfluentAvroDeserializer;
import pqsigner.events.wire.ConfluentAvroSerializer;
import pqsigner.local.LocalStack;
import pqsigner.local.LocalStackOptions;
import pqsigner.local.kafka.KafkaClientSettings;
import pqsigner.local.process.ChildProcess;
import pqsigner.protocol.transport.EndpointAddress;
import pqsigner.worker.enclave.ScriptedEnclave;

/// A worker process with a real broker (mTLS, ACLs) and a real registry, and what is around it: the
/// gateway's side of the topics, and an enclave that a test scripts.
public final class RunningWorker implements AutoCloseable {
  public static final Topics TOPICS = new Topics(Topics.DEFAULT_PREFIX);
  public static final Duration FIRST_LANE = Duration.ofMillis(300);
  public static final Duration SECOND_LANE = Duration.ofMillis(600);

  private final Path directory;
  private final EndpointAddress address;
  private final LocalStack stack;
  private final KafkaProducer<byte[], byte[]> producer;
  private final ConfluentAvroSerializer serializer = new ConfluentAvroSerializer();
  private final ConfluentAvroDeserializer deserializer = new ConfluentAvroDeserializer();
  private final TopicTail tail;
  private final Admin admin;
  private ScriptedEnclave enclave;

  private RunningWorker() throws IOException {
    directory = Files.createTempDirectory("pq-signer-worker");
    address = new EndpointAddress.Unix(directory.resolve("e.sock"));
    enclave = ScriptedEnclave.listen(address);
    stack =
        LocalStack.start(
            LocalStackOptions.defaults()
                .only(BROKER, REGISTRY, WORKER, DELAY_LINE)
                .lanes(FIRST_LANE, SECOND_LANE)
                .workerProperty("pq-signer.enclave.address", address.toString())
                .workerProperty("pq-signer.enclave.trial-min", "100ms")
                .workerProperty("pq-signer.enclave.trial-max", "500ms")
                .workerProperty("pq-signer.enclave.heartbeat", "200ms")
                .workerProperty("logging.structured.format.console", "ecs"),
            System.out::println);
    producer =
        new KafkaProducer<>(
            client("gateway"), new ByteArraySerializer(), new ByteArraySerializer());
    Map<String, Object> serde = Map.of("schema.registry.url", stack.registry().toString());
    serializer.configure(serde, false);
    deserializer.configure(serde, false);
    tail =
        new TopicTail(
            client("admin"),
            List.of(
                TOPICS.replies(),
                TOPICS.bulkReplies(),
                TOPICS.retry5s(),
                TOPICS.retry60s(),
                TOPICS.deadLetters()));
    admin = Admin.create(client("admin"));
  }

  private Map<String, Object> client(String name) {
    return KafkaClientSettings.of(
        stack.bootstrapServers(), stack.pki().ca(), stack.pki().pair(name));
  }

  public ScriptedEnclave enclave() {
    return enclave;
  }

  public void restartEnclave() throws IOException {
    enclave = ScriptedEnclave.listen(address);
  }

  public ChildProcess process() {
    return stack.process("worker");
  }

  /// The delay line, which is a process of its own.
  public ChildProcess delayLine() {
    return stack.process("delay-line");
  }

  public void produce(List<SigningJob> jobs) {
    produce(TOPICS.jobs(), jobs);
  }

  public void produceBulk(List<SigningJob> jobs) {
    produce(TOPICS.bulkJobs(), jobs);
  }

  private void produce(String topic, List<SigningJob> jobs) {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (SigningJob job : jobs) {
      byte[] key = (job.getCustodian() + "/" + job.getUserId()).getBytes(UTF_8);
      byte[] value = serializer.serialize(topic, job);
      sent.add(producer.send(new ProducerRecord<>(topic, key, value)));
    }
    sent.forEach(RunningWorker::get);
  }

  public void produceBytes(byte[] key, byte[] value) {
    get(producer.send(new ProducerRecord<>(TOPICS.jobs(), key, value)));
  }

  /// A record of zeros, which is small on the wire and which the topic's own bound does not refuse.
  public void bomb(String topic, int partition, int bytes) throws Exception {
    bound(topic, Integer.MAX_VALUE - 8);
    Map<String, Object> settings = new HashMap<>(client("admin"));
    settings.put("compression.type", "zstd");
    settings.put("max.request.size", 2 * bytes);
    try (var hostile =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      get(hostile.send(new ProducerRecord<>(topic, partition, null, new byte[bytes])));
    } finally {
      bound(topic, Topics.RECORD_BYTES_MAX);
    }
  }

  private void bound(String topic, int bytes) throws Exception {
    var bound = new ConfigEntry("max.decompressed.message.bytes", Integer.toString(bytes));
    admin
        .incrementalAlterConfigs(
            Map.of(
                new ConfigResource(ConfigResource.Type.TOPIC, topic),
                List.of(new AlterConfigOp(bound, AlterConfigOp.OpType.SET))))
        .all()
        .get();
  }

  private static void get(Future<RecordMetadata> sent) {
    try {
      sent.get();
    } catch (ExecutionException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  public List<ConsumerRecord<byte[], byte[]>> on(String topic) {
    return tail.on(topic);
  }

  /// Replies to requests of this name, by record, of either priority.
  public List<ConsumerRecord<byte[], byte[]>> replyRecords(String name) {
    return Stream.of(TOPICS.replies(), TOPICS.bulkReplies())
        .flatMap(topic -> on(topic).stream())
        .filter(message -> new String(message.key(), UTF_8).startsWith(name + "-"))
        .toList();
  }

  public List<SigningReply> replies(String name) {
    return replyRecords(name).stream()
        .map(message -> deserializer.deserialize(message.topic(), message.value()))
        .map(SigningReply.class::cast)
        .toList();
  }

  public SigningJob job(ConsumerRecord<byte[], byte[]> message) {
    if (deserializer.deserialize(message.topic(), message.value()) instanceof SigningJob job) {
      return job;
    }
    throw new AssertionError("not a job");
  }

  /// Request ids of this name whose reply says `outcome`.
  public Set<String> answered(String name, String outcome) {
    return replies(name).stream()
        .filter(reply -> reply.getOutcome().equals(outcome))
        .map(SigningReply::getRequestId)
        .collect(Collectors.toCollection(HashSet::new));
  }

  public void awaitSigned(String name, int count) {
    Await.until(count + " signatures", () -> answered(name, "SIGNED").size() == count);
  }

  /// Everything that ever went to a lane or to the dead letters.
  public int diverted() {
    return on(TOPICS.retry5s()).size()
        + on(TOPICS.retry60s()).size()
        + on(TOPICS.deadLetters()).size();
  }

  public int status(String path) {
    return status(stack.managements().getLast(), path);
  }

  public int delayLineStatus(String path) {
    return status(stack.delayLineManagement(), path);
  }

  private static int status(URI management, String path) {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(management.resolve(path)).timeout(Duration.ofSeconds(5)).build();
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      return -1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /// All that the worker tells about itself.
  public String metrics() {
    return body("/actuator/prometheus");
  }

  public String delayLineMetrics() {
    return body(stack.delayLineManagement().resolve("/actuator/prometheus"));
  }

  public String body(String path) {
    return body(stack.managements().getLast().resolve(path));
  }

  private static String body(URI address) {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest request = HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(10)).build();
      return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  public void awaitReady(boolean ready) {
    int expected = ready ? 200 : 503;
    Await.until("readiness " + expected, () -> status("/actuator/health/readiness") == expected);
  }

  public void awaitNoLag() {
    Await.until("no lag", () -> lag() == 0);
  }

  private long lag() {
    try {
      Map<TopicPartition, OffsetAndMetadata> committed =
          admin.listConsumerGroupOffsets("worker").partitionsToOffsetAndMetadata().get();
      var ends =
          admin
              .listOffsets(
                  producer.partitionsFor(TOPICS.jobs()).stream()
                      .collect(
                          Collectors.toMap(
                              info -> new TopicPartition(info.topic(), info.partition()),
                              _ -> OffsetSpec.latest())))
              .all()
              .get();
      return ends.entrySet().stream()
          .mapToLong(
              end ->
                  end.getValue().offset()
                      - Optional.ofNullable(committed.get(end.getKey()))
                          .map(OffsetAndMetadata::offset)
                          .orElse(0L))
          .sum();
    } catch (ExecutionException e) {
      return -1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() throws IOException {
    tail.close();
    producer.close();
    admin.close();
    serializer.close();
    deserializer.close();
    stack.close();
    enclave.close();
    Files.deleteIfExists(directory.resolve("e.sock"));
    Files.delete(directory);
  }

  /// Hands the one worker to whoever asks, and closes it after the last test.
  public static final class Extension implements ParameterResolver {
    private static final ExtensionContext.Namespace HERE =
        ExtensionContext.Namespace.create(RunningWorker.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext extension) {
      return parameter.getParameter().getType() == RunningWorker.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext extension) {
      return Objects.requireNonNull(
          extension.getRoot().getStore(HERE).computeIfAbsent(RunningWorker.class, _ -> start()));
    }

    private static RunningWorker start() {
      try {
        return new RunningWorker();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
