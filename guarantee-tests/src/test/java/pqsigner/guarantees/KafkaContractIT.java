package pqsigner.guarantees;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static pqsigner.guarantees.stack.RawCommand.Field.ALG;
import static pqsigner.guarantees.stack.RawCommand.Field.CONTEXT;
import static pqsigner.guarantees.stack.RawCommand.Field.DEADLINE;
import static pqsigner.guarantees.stack.RawCommand.Field.MESSAGE;
import static pqsigner.guarantees.stack.RawCommand.Field.MU;
import static pqsigner.guarantees.stack.RawCommand.Field.REQUEST_ID;
import static pqsigner.guarantees.stack.RawCommand.Field.REQUEST_TYPE;
import static pqsigner.guarantees.stack.RawCommand.Field.USER_ID;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.client.SignatureCheck;
import pqsigner.client.SignerRequest;
import pqsigner.events.EventHeaders;
import pqsigner.events.Topics;
import pqsigner.events.avro.Command;
import pqsigner.events.wire.ConfluentAvroSerializer;
import pqsigner.guarantees.stack.Key;
import pqsigner.guarantees.stack.RawCommand;
import pqsigner.guarantees.stack.RawKafka;
import pqsigner.guarantees.stack.SharedStack;
import pqsigner.guarantees.stack.Stack;

/// Every rule of the Kafka contract, broken. Each command gets exactly one terminal result, and
/// what comes behind it on its partition is signed.
@ExtendWith(SharedStack.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class KafkaContractIT {
  private static final byte[] BEHIND = "behind the bad one".getBytes(UTF_8);
  private static final RawCommand SIGN = RawCommand.sign("$USER", BEHIND);

  /// A command that breaks one rule; `$USER` stands for a user_id that has a key.
  record Broken(String rule, String state, String code, RawCommand command) {
    @Override
    public String toString() {
      return rule;
    }
  }

  private final Stack stack;
  private final RawKafka kafka;
  private final Key key;
  private final int schemaId;

  KafkaContractIT(Stack stack) {
    this.stack = stack;
    this.key = stack.newKey("ML-DSA-44");
    this.kafka = stack.rawKafka("custodian-a");
    this.schemaId = schemaId(stack);
  }

  @AfterAll
  void close() {
    kafka.close();
  }

  static Stream<Broken> brokenRules() {
    return Stream.of(types(), userIds(), contents()).flatMap(List::stream);
  }

  private static List<Broken> types() {
    RawCommand keygen = RawCommand.of("key_generation");
    return List.of(
        malformed("request_type unknown", SIGN.with(REQUEST_TYPE, "verify")),
        malformed("request_type empty", SIGN.with(REQUEST_TYPE, "")),
        malformed("request_type in other case", SIGN.with(REQUEST_TYPE, "Sign")),
        malformed("request_type not UTF-8", SIGN.with(REQUEST_TYPE, latin("sign\u00ff"))),
        malformed("alg missing at key generation", keygen),
        malformed("alg not UTF-8", keygen.with(ALG, latin("ML-DSA-44\u00ff"))),
        refused("unsupported_algorithm", "alg unknown", keygen.with(ALG, "ML-DSA-45")),
        refused("unsupported_algorithm", "alg is not the key's", SIGN.with(ALG, "ML-DSA-87")),
        refused(
            "unknown_field",
            "message at key generation",
            keygen.with(ALG, "ML-DSA-44").with(MESSAGE, "m")),
        refused(
            "key_already_exists",
            "key exists",
            keygen.with(ALG, "ML-DSA-44").with(USER_ID, "$USER")));
  }

  private static List<Broken> userIds() {
    return List.of(
        refused(
            "invalid_user_id", "user_id missing at sign", RawCommand.of("sign").with(MESSAGE, "m")),
        refused("invalid_user_id", "user_id empty at sign", SIGN.with(USER_ID, "")),
        refused("invalid_user_id", "user_id of 257 bytes", SIGN.with(USER_ID, "u".repeat(257))),
        refused(
            "invalid_user_id",
            "user_id of 258 bytes in 129 letters",
            SIGN.with(USER_ID, "é".repeat(129))),
        refused("invalid_user_id", "user_id not UTF-8", SIGN.with(USER_ID, latin("u\u00ff"))),
        refused(
            "invalid_user_id",
            "user_id in overlong UTF-8",
            SIGN.with(USER_ID, latin("\u00c0\u00af"))),
        refused(
            "invalid_user_id",
            "user_id is a surrogate in UTF-8",
            SIGN.with(USER_ID, latin("\u00ed\u00a0\u0080"))),
        refused("unknown_user", "user_id without a key", SIGN.with(USER_ID, "nobody")));
  }

  private static List<Broken> contents() {
    RawCommand nothing = RawCommand.of("sign").with(USER_ID, "$USER");
    return List.of(
        malformed("neither message nor mu", nothing),
        malformed("message and mu", SIGN.with(MU, new byte[64])),
        refused(
            "message_too_large",
            "message one byte too long",
            nothing.with(MESSAGE, new byte[65_537])),
        malformed("mu of 63 bytes", nothing.with(MU, new byte[63])),
        malformed("mu of 65 bytes", nothing.with(MU, new byte[65])),
        malformed("context of 256 bytes", SIGN.with(CONTEXT, new byte[256])),
        malformed("context beside mu", nothing.with(MU, new byte[64]).with(CONTEXT, "c")),
        malformed("deadline is no time", SIGN.with(DEADLINE, "soon")),
        malformed("deadline without an offset", SIGN.with(DEADLINE, "2030-01-01T00:00:00")),
        new Broken(
            "deadline has passed",
            "EXPIRED",
            "deadline_exceeded",
            SIGN.with(DEADLINE, "2020-01-01T00:00:00Z")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("brokenRules")
  void aBrokenRuleIsAResultWithItsCode(Broken broken) throws Exception {
    String id = Stack.newRequestId();
    RawCommand command = broken.command().with(REQUEST_ID, id).naming("$USER", key.userId());
    RecordMetadata sent = kafka.send(text(id), command.frame(schemaId));

    RawKafka.Seen result = kafka.await(id, Stack.PATIENCE);
    assertThat(result.state()).as(result.toString()).isEqualTo(broken.state());
    assertThat(result.code()).as(result.toString()).isEqualTo(broken.code());
    assertThat(EventHeaders.text(result.record().headers(), EventHeaders.CE_TYPE))
        .contains(EventHeaders.TYPE_RESULT);
    signsBehind(sent.partition());
  }

  @Test
  void bytesThatAreNoCommandAreAnsweredUnderTheRecordKey() throws Exception {
    byte[] good = good(Stack.newRequestId()).frame(schemaId);
    byte[][] values = {
      new byte[0],
      {1, 2, 3},
      "not avro at all".getBytes(UTF_8),
      unknownSchema(good),
      Arrays.copyOf(good, good.length - 3),
      Arrays.copyOf(good, good.length + 1),
      Arrays.copyOf(good, 5),
    };
    for (byte[] value : values) {
      String id = Stack.newRequestId();
      RecordMetadata sent = kafka.send(text(id), value);
      RawKafka.Seen result = kafka.await(id, Stack.PATIENCE);
      assertThat(result.state()).isEqualTo("REFUSED");
      assertThat(result.code()).isEqualTo("malformed_request");
      signsBehind(sent.partition());
    }
  }

  @Test
  void aTombstoneIsNoCommandEither() throws Exception {
    String id = Stack.newRequestId();
    RecordMetadata sent = kafka.send(text(id), null);
    assertThat(kafka.await(id, Stack.PATIENCE).code()).isEqualTo("malformed_request");
    signsBehind(sent.partition());
  }

  @Test
  void bytesThatNameNoRequestBlockNothing() throws Exception {
    for (byte[] recordKey : new byte[][] {null, {}, latin("\u00ff\u00fe"), text("a b")}) {
      RecordMetadata sent = kafka.send(recordKey, "rubbish".getBytes(UTF_8));
      signsBehind(sent.partition());
    }
  }

  @Test
  void theRecordKeyIsTheRequestIdWhenTheFieldIsAbsent() throws Exception {
    String id = Stack.newRequestId();
    kafka.send(text(id), RawCommand.sign(key.userId(), BEHIND).frame(schemaId));
    assertThat(kafka.await(id, Stack.PATIENCE).state()).isEqualTo("SIGNED");
  }

  @Test
  void withoutAnyIdOneIsDerivedFromThePlaceOfTheRecord() throws Exception {
    RecordMetadata sent = kafka.send(null, RawCommand.sign(key.userId(), BEHIND).frame(schemaId));
    String place = sent.topic() + "|" + sent.partition() + "|" + sent.offset();
    byte[] hash = java.security.MessageDigest.getInstance("SHA-256").digest(place.getBytes(UTF_8));
    String id = "cmd-" + java.util.HexFormat.of().formatHex(hash).substring(0, 32);
    assertThat(kafka.await(id, Stack.PATIENCE).state()).isEqualTo("SIGNED");
  }

  @Test
  void fieldAndRecordKeyMustAgree() throws Exception {
    String id = Stack.newRequestId();
    RecordMetadata sent = kafka.send(text(id + "-other"), good(id).frame(schemaId));
    RawKafka.Seen result = kafka.await(id, Stack.PATIENCE);
    assertThat(result.state()).isEqualTo("REFUSED");
    assertThat(result.code()).isEqualTo("malformed_request");
    signsBehind(sent.partition());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "ä"})
  void aFieldThatIsNoRequestIdIsDivertedAndBlocksNothing(String id) throws Exception {
    RecordMetadata sent = kafka.send(null, good(id).frame(schemaId));
    signsBehind(sent.partition());
  }

  @Test
  void theLimitsThemselvesAreAllowed() throws Exception {
    String id = (Stack.newRequestId() + "~".repeat(128)).substring(0, 128);
    byte[] message = new byte[65_536];
    byte[] context = new byte[255];
    kafka.send(text(id), good(id).with(MESSAGE, message).with(CONTEXT, context).frame(schemaId));
    RawKafka.Seen result = kafka.await(id, Stack.PATIENCE);
    assertThat(result.state()).as(result.toString()).isEqualTo("SIGNED");
    byte[] signature = new byte[result.result().getSignature().remaining()];
    result.result().getSignature().duplicate().get(signature);
    assertThat(SignatureCheck.ofMessage(key.publicKey(), context, message, signature).valid())
        .isTrue();
  }

  @Test
  void aRefusedCommandIsRecordedAndAnsweredAgainTheSame() throws Exception {
    String id = Stack.newRequestId();
    byte[] value = good(id).with(USER_ID, "nobody").frame(schemaId);
    kafka.send(text(id), value);
    byte[] first = kafka.await(id, Stack.PATIENCE).record().value();
    kafka.forget(id);
    kafka.send(text(id), value);
    assertThat(kafka.await(id, Stack.PATIENCE).record().value()).isEqualTo(first);
    assertThat(
            stack
                .http("custodian-a")
                .get("/v1/pq-signer/requests/" + id)
                .body()
                .path("state")
                .asString())
        .isEqualTo("REFUSED");
  }

  @Test
  void anotherCustodiansTopicsAreForbidden() {
    Map<String, Object> settings = producerSettings("custodian-b");
    try (var producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      String commands = new Topics(Topics.DEFAULT_PREFIX).commands("custodian-a");
      for (String topic :
          new String[] {
            commands,
            "pq-signer.jobs",
            "pq-signer.replies",
            "pq-signer.dead-letters",
            "pq-signer.retry-5s",
            "pq-signer.results.custodian-b",
            "a-new-topic"
          }) {
        assertThatExceptionOfType(ExecutionException.class)
            .isThrownBy(
                () -> producer.send(new ProducerRecord<>(topic, text("k"), text("v"))).get())
            .withCauseInstanceOf(TopicAuthorizationException.class);
      }
    }
  }

  @Test
  void anIntruderDoesNotGetPastTheBrokersHandshake() {
    try (var producer =
        new KafkaProducer<>(
            producerSettings("intruder"), new ByteArraySerializer(), new ByteArraySerializer())) {
      assertThatExceptionOfType(KafkaException.class)
          .isThrownBy(() -> producer.partitionsFor("pq-signer.commands.custodian-a"))
          .isInstanceOf(SslAuthenticationException.class);
    }
  }

  private Map<String, Object> producerSettings(String caller) {
    Map<String, Object> settings = new java.util.HashMap<>(stack.identity(caller).kafkaSettings());
    settings.put("bootstrap.servers", stack.local().bootstrapServers());
    settings.put("max.block.ms", 10_000);
    settings.put("request.timeout.ms", 5_000);
    settings.put("delivery.timeout.ms", 10_000);
    return settings;
  }

  /// A good command on the same partition, so behind the bad one.
  private void signsBehind(int partition) throws Exception {
    String id = Stack.newRequestId();
    kafka.send(partition, text(id), good(id).frame(schemaId));
    RawKafka.Seen result = kafka.await(id, Stack.PATIENCE);
    assertThat(result.state()).as(result.toString()).isEqualTo("SIGNED");
    byte[] signature = new byte[result.result().getSignature().remaining()];
    result.result().getSignature().duplicate().get(signature);
    assertThat(SignatureCheck.ofMessage(key.publicKey(), BEHIND, signature).valid()).isTrue();
  }

  private RawCommand good(String requestId) {
    return RawCommand.sign(key.userId(), BEHIND).with(REQUEST_ID, requestId);
  }

  private static byte[] unknownSchema(byte[] good) {
    byte[] bytes = good.clone();
    bytes[1] = 0x7f;
    return bytes;
  }

  private static Broken malformed(String rule, RawCommand command) {
    return refused("malformed_request", rule, command);
  }

  private static Broken refused(String code, String rule, RawCommand command) {
    return new Broken(rule, "REFUSED", code, command);
  }

  private static byte[] text(String text) {
    return text.getBytes(UTF_8);
  }

  /// One byte for each character, so that it need not be UTF-8.
  private static byte[] latin(String text) {
    return text.getBytes(ISO_8859_1);
  }

  /// The id under which the registry knows the schema of commands.
  private static int schemaId(Stack stack) {
    try (ConfluentAvroSerializer serializer = new ConfluentAvroSerializer()) {
      serializer.configure(
          Map.of(
              "schema.registry.url",
              stack.local().registry().toString(),
              "auto.register.schemas",
              false),
          false);
      Command any = SignerRequest.sign("u", new byte[0]).toCommand();
      byte[] framed =
          serializer.serialize(new Topics(Topics.DEFAULT_PREFIX).commands("custodian-a"), any);
      return java.nio.ByteBuffer.wrap(framed == null ? new byte[5] : framed).getInt(1);
    }
  }
}
