package pqsigner.guarantees;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import pqsigner.client.SignerRequest;
import pqsigner.client.SignerResult;
import pqsigner.client.http.HttpSigner;
import pqsigner.client.kafka.KafkaSigner;
import pqsigner.events.Topics;
import pqsigner.guarantees.stack.Key;
import pqsigner.guarantees.stack.SharedStack;
import pqsigner.guarantees.stack.Stack;
import pqsigner.local.kafka.KafkaClientSettings;
import pqsigner.local.process.ChildProcess;

/// What comes from the broker, or does not come any more, stops no process and fills no log.
@ExtendWith(SharedStack.class)
final class HostileBrokerIT {
  private static final byte[] MESSAGE = "not stopped".getBytes(UTF_8);

  /// More than the gateway's whole heap.
  private static final int BOMB_BYTES = 400 << 20;

  private static final int HANDFUL = 15;

  private final Stack stack;

  HostileBrokerIT(Stack stack) {
    this.stack = stack;
  }

  /// As on a broker that does not bound what a record becomes. 13 KB on the wire.
  @Tag("proof")
  @Test
  void aRecordLargerThanTheGatewaysMemoryStopsNobody() throws Exception {
    Key key = stack.newKey("custodian-a", "ML-DSA-44");
    String bombed = new Topics(Topics.DEFAULT_PREFIX).commands("custodian-b");
    ChildProcess gateway = stack.local().process("gateway");
    long pid = gateway.pid();
    Map<String, Object> admin = settings("admin");
    try {
      bound(admin, bombed, "2147483639");
      RecordMetadata bomb = send(bombed, new byte[BOMB_BYTES]);
      try (KafkaSigner kafka = stack.kafka("custodian-a");
          HttpSigner http = stack.signer("custodian-a")) {
        assertThat(kafka.submit(SignerRequest.sign(key.userId(), MESSAGE), Stack.PATIENCE))
            .isInstanceOf(SignerResult.Signed.class);
        http.submit(SignerRequest.sign(key.userId(), MESSAGE), Stack.PATIENCE).requireSigned();
      }
      await(
          "the bomb is skipped",
          () ->
              lines(gateway).stream()
                  .anyMatch(
                      line ->
                          line.contains("records.skipped topic=" + bombed)
                              && line.contains("first=" + bomb.offset())));
      assertThat(gateway.pid()).isEqualTo(pid);
      assertThat(gateway.isAlive()).isTrue();
    } finally {
      bound(admin, bombed, "262144");
    }
  }

  @Test
  void aBrokerThatDiesIsAHandfulOfLines() {
    ChildProcess broker = stack.local().process("broker");
    List<ChildProcess> services =
        List.of(stack.local().process("gateway"), stack.local().process("worker"));
    List<Integer> before = services.stream().map(each -> lines(each).size()).toList();
    broker.kill();
    try {
      await(
          "both say that it is away",
          () -> services.stream().allMatch(each -> says(each, "broker.unreachable")));
    } finally {
      broker.restart();
    }
    await(
        "both say that it is back",
        () -> services.stream().allMatch(each -> says(each, "broker.back")));

    for (int i = 0; i < services.size(); i++) {
      List<String> lines = lines(services.get(i));
      assertThat(lines.subList(before.get(i), lines.size())).hasSizeLessThanOrEqualTo(HANDFUL);
    }
  }

  private static boolean says(ChildProcess service, String event) {
    return lines(service).stream().anyMatch(line -> line.contains(event));
  }

  private Map<String, Object> settings(String who) {
    return new HashMap<>(
        KafkaClientSettings.of(
            stack.local().bootstrapServers(),
            stack.local().pki().ca(),
            stack.local().pki().pair(who)));
  }

  private RecordMetadata send(String topic, byte[] value) throws Exception {
    Map<String, Object> settings = settings("custodian-b");
    settings.put("compression.type", "zstd");
    settings.put("max.request.size", BOMB_BYTES + 1024);
    settings.put("buffer.memory", 2L * BOMB_BYTES);
    try (var producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      return producer
          .send(new ProducerRecord<byte[], byte[]>(topic, value))
          .get(Stack.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
  }

  private static void bound(Map<String, Object> settings, String topic, String bytes)
      throws Exception {
    var entry = new ConfigEntry("max.decompressed.message.bytes", bytes);
    try (Admin admin = Admin.create(settings)) {
      admin
          .incrementalAlterConfigs(
              Map.of(
                  new ConfigResource(ConfigResource.Type.TOPIC, topic),
                  List.of(new AlterConfigOp(entry, AlterConfigOp.OpType.SET))))
          .all()
          .get(Stack.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
  }

  private static List<String> lines(ChildProcess process) {
    try {
      return Files.readAllLines(process.log());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void await(String what, java.util.function.BooleanSupplier condition) {
    long until = System.nanoTime() + Stack.PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited too long until " + what).isLessThan(until);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    }
  }
}
