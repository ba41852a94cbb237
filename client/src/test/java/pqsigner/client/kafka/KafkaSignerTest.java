package pqsigner.client.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import pqsigner.client.Signer;
import pqsigner.client.SignerException.CallFailed;
import pqsigner.client.SignerException.CallFailed.Reason;
import pqsigner.client.SignerRequest;
import pqsigner.client.SignerResult;
import pqsigner.client.SignerResult.Pending;
import pqsigner.client.SignerResult.Signed;
import pqsigner.client.SignerResult.Unknown;
import pqsigner.events.Topics;
import pqsigner.events.avro.Conflict;
import pqsigner.events.avro.Result;
import pqsigner.events.wire.ConfluentAvroDeserializer;
import pqsigner.events.wire.RegistryUnavailableException;

/// How results find those who wait for them, over the clients that Kafka provides for tests. Over a
/// real broker this is used by the whole product's tests.
final class KafkaSignerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final TopicPartition RESULTS =
      new TopicPartition("pq-signer.results.custodian-a", 0);
  private static final SignerRequest REQUEST =
      SignerRequest.sign("u", "m".getBytes(UTF_8)).withRequestId("r");

  private final MockProducer<String, SpecificRecord> producer =
      new MockProducer<>(false, null, new StringSerializer(), (_, _) -> new byte[0]);
  private final List<ConsumerRecord<String, byte[]>> log = new CopyOnWriteArrayList<>();
  private final MockConsumer<String, byte[]> consumer =
      new MockConsumer<>("earliest") {
        // Kafka's mock forgets what it returned once; a broker keeps it for whoever seeks back.
        @Override
        public synchronized ConsumerRecords<String, byte[]> poll(Duration wait) {
          long position = position(RESULTS);
          log.stream().filter(record -> record.offset() >= position).forEach(this::addRecord);
          return super.poll(wait);
        }
      };
  private final Map<String, SpecificRecord> published = new ConcurrentHashMap<>();
  private final CountDownLatch registryWasDown = new CountDownLatch(2);
  private volatile boolean registryIsDown;
  private KafkaSigner signer;

  @BeforeEach
  void open() {
    Node broker = new Node(0, "localhost", 1);
    Node[] replicas = {broker};
    consumer.updatePartitions(
        RESULTS.topic(),
        List.of(new PartitionInfo(RESULTS.topic(), 0, broker, replicas, replicas)));
    consumer.updateEndOffsets(new HashMap<>(Map.of(RESULTS, 0L)));
    CustodianTopics topics =
        new CustodianTopics(
            new KafkaEndpoint(
                "localhost:1", "http://localhost:1", new Topics("pq-signer."), "custodian-a"),
            producer,
            consumer,
            (_, data) -> decode(data));
    topics.startAtTheEnd();
    signer = new KafkaSigner(topics);
  }

  @AfterEach
  void close() {
    signer.close();
  }

  private @Nullable SpecificRecord decode(byte[] data) {
    if (registryIsDown) {
      registryWasDown.countDown();
      throw new RegistryUnavailableException("down", null);
    }
    SpecificRecord known = published.get(new String(data, UTF_8));
    return known == null ? undecodable(data) : known;
  }

  /// Refused as the real decoder does it.
  private static @Nullable SpecificRecord undecodable(byte[] data) {
    try (ConfluentAvroDeserializer real = new ConfluentAvroDeserializer()) {
      real.configure(Map.of("schema.registry.url", "http://localhost:1"), false);
      return real.deserialize(RESULTS.topic(), data);
    }
  }

  @Test
  void aResultFindsWhoWaitsForIt() {
    CompletableFuture<SignerResult> mine = signer.submitAsync(REQUEST, PATIENCE);
    CompletableFuture<SignerResult> other =
        signer.submitAsync(REQUEST.withRequestId("s"), PATIENCE);
    acknowledge(2);
    publish(signed("s", 2));
    publish(signed("somebody else's", 3));
    publish(signed("r", 1));

    assertThat(Signer.await(mine).requireSigned().signature()).containsExactly(1);
    assertThat(Signer.await(other).requireSigned().signature()).containsExactly(2);
  }

  @Test
  void everyCallUnderOneIdHearsTheResult() {
    CompletableFuture<SignerResult> first = signer.submitAsync(REQUEST, PATIENCE);
    CompletableFuture<SignerResult> second = signer.submitAsync(REQUEST, PATIENCE);
    acknowledge(2);
    publish(signed("r", 1));

    assertThat(Signer.await(first)).isInstanceOf(Signed.class);
    assertThat(Signer.await(second)).isInstanceOf(Signed.class);
  }

  @Test
  void aConflictIsToldOnlyToTheCallWhoseCommandItIsAbout() {
    CompletableFuture<SignerResult> first = signer.submitAsync(REQUEST, PATIENCE);
    CompletableFuture<SignerResult> rival =
        signer.submitAsync(SignerRequest.sign("u", new byte[0]).withRequestId("r"), PATIENCE);
    publish(
        Conflict.newBuilder()
            .setRequestId("r")
            .setCode("request_id_conflict")
            .setRetry("new_request_id")
            .setCommandPartition(0)
            .setCommandOffset(1)
            .setCommandAt(Instant.EPOCH)
            .build());
    acknowledge(2);

    assertThat(Signer.await(rival)).isInstanceOf(SignerResult.Conflict.class);
    assertThat(first).isNotDone();
    publish(signed("r", 1));
    assertThat(Signer.await(first)).isInstanceOf(Signed.class);
  }

  @Test
  void withoutPatienceTheAnswerIsThatTheBrokerHasIt() {
    CompletableFuture<SignerResult> result = signer.submitAsync(REQUEST, Duration.ZERO);
    assertThat(result).isNotDone();
    acknowledge(1);

    assertThat(Signer.await(result)).isEqualTo(new Pending("r", "SENT"));
  }

  @Test
  void whatTheBrokerForbidsNeverArrived() {
    CompletableFuture<SignerResult> result = signer.submitAsync(REQUEST, PATIENCE);
    producer.errorNext(new TopicAuthorizationException("commands"));

    assertThatExceptionOfType(CallFailed.class)
        .isThrownBy(() -> Signer.await(result))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.FORBIDDEN));
  }

  @Test
  void aCommandThatWasNotAcknowledgedMayHaveArrived() {
    CompletableFuture<SignerResult> result = signer.submitAsync(REQUEST, PATIENCE);
    producer.errorNext(new TimeoutException("no acknowledgement"));

    assertThat(Signer.await(result)).isInstanceOf(Unknown.class);
  }

  @Test
  void aRegistryThatIsDownLosesNoResult() throws InterruptedException {
    registryIsDown = true;
    CompletableFuture<SignerResult> result = signer.submitAsync(REQUEST, PATIENCE);
    acknowledge(1);
    publish(signed("r", 1));
    publish(signed("s", 2));
    assertThat(registryWasDown.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(result).isNotDone();
    registryIsDown = false;

    assertThat(Signer.await(result)).isInstanceOf(Signed.class);
  }

  @Test
  void aTypeThatThisClientDoesNotKnowIsSkipped() {
    CompletableFuture<SignerResult> result = signer.submitAsync(REQUEST, PATIENCE);
    acknowledge(1);
    publish("receipt of a newer gateway", null);
    publish(signed("r", 1));

    assertThat(Signer.await(result)).isInstanceOf(Signed.class);
  }

  @Test
  void aClosedSignerLeavesNobodyWaitingAndTakesNothingMore() {
    CompletableFuture<SignerResult> result = signer.submitAsync(REQUEST, PATIENCE);
    acknowledge(1);
    signer.close();

    assertThat(Signer.await(result))
        .isInstanceOfSatisfying(
            Unknown.class, unknown -> assertThat(unknown.code()).isEqualTo("no_answer"));
    assertThatExceptionOfType(CallFailed.class)
        .isThrownBy(() -> signer.submit(REQUEST, PATIENCE))
        .withMessage("closed");
  }

  private void acknowledge(int commands) {
    for (int i = 0; i < commands; i++) {
      assertThat(producer.completeNext()).isTrue();
    }
  }

  private void publish(SpecificRecord event) {
    publish("event " + published.size(), event);
  }

  private void publish(String value, @Nullable SpecificRecord event) {
    if (event != null) {
      published.put(value, event);
    }
    log.add(new ConsumerRecord<>(RESULTS.topic(), 0, log.size(), "key", value.getBytes(UTF_8)));
  }

  private static Result signed(String requestId, int signature) {
    return Result.newBuilder()
        .setRequestId(requestId)
        .setState("SIGNED")
        .setUserId("u")
        .setAlg("ML-DSA-44")
        .setKeyVersion(1)
        .setSignature(ByteBuffer.wrap(new byte[] {(byte) signature}))
        .setSignedAt(Instant.EPOCH)
        .build();
  }
}
