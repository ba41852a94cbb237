package pqsigner.events.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.avro.util.Utf8;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.events.ErrorCode;
import pqsigner.events.avro.Command;
import pqsigner.events.avro.SigningJob;
import pqsigner.events.avro.SigningReply;
import pqsigner.events.wire.UndecodableRecordException.Reason;

/// What anyone who may write to a topic can send: every such record is refused for what it is, at a
/// cost in proportion to its size.
class HostileRecordTest {
  private final RegistryStub registry = new RegistryStub();
  private Instant now = Instant.EPOCH;
  private final ConfluentAvroDeserializer deserializer = new ConfluentAvroDeserializer(() -> now);
  private int commandId;

  @BeforeEach
  void configure() {
    commandId = registry.add(Command.getClassSchema());
    deserializer.configure(Map.of(WireConfig.URL, registry.url()), false);
  }

  @AfterEach
  void stop() {
    deserializer.close();
    registry.close();
  }

  private UndecodableRecordException refused(byte[] bytes) {
    UndecodableRecordException e =
        catchThrowableOfType(
            UndecodableRecordException.class, () -> deserializer.deserialize("topic", bytes));
    assertThat(e).as("was decoded").isNotNull();
    assertThat(e.getMessage()).hasSizeLessThan(200).doesNotContain("Exception");
    return e;
  }

  @Test
  void bytesWithoutMagicOrIdAreNotFramed() {
    for (int length = 0; length < 5; length++) {
      assertThat(refused(new byte[length]).reason()).isEqualTo(Reason.NOT_FRAMED);
    }
    byte[] record = Samples.framed(commandId, Samples.encoded(Samples.command()));
    for (int magic = 1; magic < 256; magic++) {
      record[0] = (byte) magic;
      assertThat(refused(record).reason()).isEqualTo(Reason.NOT_FRAMED);
    }
    assertThat(refused("{\"request_type\":\"sign\"}".getBytes(StandardCharsets.UTF_8)).code())
        .isEqualTo(ErrorCode.MALFORMED_REQUEST);
    assertThat(registry.seen()).isEmpty();
  }

  @Test
  void aRecordOverTheBoundIsNotLookedAt() {
    byte[] record = new byte[ConfluentAvroDeserializer.RECORD_BYTES_MAX + 1];
    assertThat(refused(record).reason()).isEqualTo(Reason.TOO_LARGE);
    assertThat(registry.seen()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 99, -1, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void anUnknownSchemaIdIsPoisonAndNotUnavailability(int id) {
    assertThat(refused(Samples.framed(id, new byte[1])).reason()).isEqualTo(Reason.UNKNOWN_SCHEMA);
  }

  @Test
  void anUnknownIdIsAskedForAgainOnlyAfterAWhile() {
    byte[] record = Samples.framed(2, Samples.encoded(Samples.job()));
    refused(record);
    refused(record);
    assertThat(registry.seen()).hasSize(1);
    registry.add(SigningJob.getClassSchema());
    now = now.plus(ConfluentAvroDeserializer.UNKNOWN_FOR).minusNanos(1);
    refused(record);
    assertThat(registry.seen()).hasSize(1);
    now = now.plusNanos(1);
    assertThat(deserializer.deserialize("topic", record)).isEqualTo(Samples.job());
  }

  @Test
  void everyTruncationIsRefused() {
    byte[] record = Samples.framed(commandId, Samples.encoded(Samples.command()));
    for (int length = 5; length < record.length; length++) {
      assertThat(refused(Arrays.copyOf(record, length)).reason()).isEqualTo(Reason.MALFORMED_BODY);
    }
  }

  @Test
  void bytesAfterTheRecordAreRefused() {
    byte[] record = Samples.framed(commandId, Samples.encoded(Samples.command()));
    assertThat(refused(Arrays.copyOf(record, record.length + 1)).reason())
        .isEqualTo(Reason.MALFORMED_BODY);
  }

  /// request_type "", request_id, user_id and alg null, message with the length given.
  @ParameterizedTest
  @ValueSource(longs = {5, 100_000_000, Integer.MAX_VALUE - 8, Integer.MAX_VALUE, Long.MAX_VALUE})
  void aLengthThatIsNotThereCostsNoMemory(long length) {
    byte[] prefix = Samples.framed(commandId, (byte) 0, (byte) 0, (byte) 0, (byte) 0, (byte) 2);
    byte[] record = concat(prefix, varint(length), new byte[4]);
    refused(record);
    long allocated = allocatedBy(() -> refused(record));
    assertThat(allocated).isLessThan(256 * 1024);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Integer.MIN_VALUE, Long.MIN_VALUE})
  void aNegativeLengthIsRefused(long length) {
    byte[] string = concat(Samples.framed(commandId), varint(length), new byte[8]);
    assertThat(refused(string).reason()).isEqualTo(Reason.MALFORMED_BODY);
  }

  @Test
  void aUnionBranchThatIsNotThereIsRefused() {
    for (long branch : new long[] {-1, 2, 1000, Integer.MAX_VALUE}) {
      byte[] record = concat(Samples.framed(commandId, (byte) 0), varint(branch), new byte[9]);
      assertThat(refused(record).reason()).isEqualTo(Reason.MALFORMED_BODY);
    }
  }

  static List<String> foreignSchemas() {
    StringBuilder nested = new StringBuilder("\"int\"");
    for (int i = 0; i < 400; i++) {
      nested.insert(0, "{\"type\":\"array\",\"items\":").append("}");
    }
    String command = "{\"type\":\"record\",\"name\":\"pqsigner.events.avro.Command\",\"fields\":[";
    String requestType = "{\"name\":\"request_type\",\"type\":\"string\"}";
    return List.of(
        "",
        "null",
        "{",
        "[]",
        "\"string\"",
        "{\"type\":\"record\"}",
        "{\"type\":\"record\",\"name\":\"java.lang.ProcessBuilder\",\"fields\":[]}",
        "{\"type\":\"record\",\"name\":\"pqsigner.events.avro.WrappedKey\",\"fields\":[]}",
        "{\"type\":\"enum\",\"name\":\"pqsigner.events.avro.Command\",\"symbols\":[\"A\"]}",
        // No request_type, and it has no default.
        command + "]}",
        command + "{\"name\":\"request_type\",\"type\":\"int\"}]}",
        // Items of no bytes: a billion of them in five bytes.
        command
            + requestType
            + ",{\"name\":\"x\",\"type\":{\"type\":\"array\",\"items\":\"null\"}}]}",
        command
            + requestType
            + ",{\"name\":\"x\",\"type\":{\"type\":\"map\",\"values\":\"null\"}}]}",
        command + requestType + ",{\"name\":\"x\",\"type\":[\"null\",\"Command\"]}]}",
        command + requestType + ",{\"name\":\"x\",\"type\":\"Command\"}]}",
        command + requestType + ",{\"name\":\"x\",\"type\":" + nested + "}]}",
        doubling(command + requestType, 40),
        "[".repeat(20_000));
  }

  /// Fields of no bytes, twice as many at each level.
  private static String doubling(String start, int levels) {
    StringBuilder schema = new StringBuilder(start);
    for (int i = 0; i < levels; i++) {
      schema.append(
          ",{\"name\":\"a"
              + i
              + "\",\"type\":{\"type\":\"record\",\"name\":\"L"
              + i
              + "\",\"fields\":[");
      schema.append("{\"name\":\"z\",\"type\":\"null\"}");
    }
    for (int i = levels - 1; i >= 0; i--) {
      schema.append("]}},{\"name\":\"b" + i + "\",\"type\":\"L" + i + "\"}");
    }
    return schema.append("]}").toString();
  }

  @ParameterizedTest
  @MethodSource("foreignSchemas")
  void aSchemaThatIsNoVersionOfOursIsForeignAndRemembered(String schema) {
    byte[] record = Samples.framed(registry.add(schema), new byte[20]);
    assertThat(refused(record).reason()).isEqualTo(Reason.FOREIGN_SCHEMA);
    now = now.plusSeconds(1_000_000);
    assertThat(refused(record).reason()).isEqualTo(Reason.FOREIGN_SCHEMA);
    assertThat(registry.seen()).hasSize(1);
  }

  @Test
  void aSchemaTooLargeToFetchIsPoison() {
    int id = registry.add("\"" + "x".repeat(SchemaRegistryClient.RESPONSE_BYTES_MAX) + "\"");
    assertThat(refused(Samples.framed(id, new byte[1])).reason()).isEqualTo(Reason.FOREIGN_SCHEMA);
  }

  @Test
  void aSchemaThatIsNotAvroOrHasReferencesIsForeign() {
    registry.answerAlways(
        new RegistryStub.Canned(200, "{\"schemaType\":\"PROTOBUF\",\"schema\":\"syntax\"}"));
    assertThat(refused(Samples.framed(7, new byte[1])).reason()).isEqualTo(Reason.FOREIGN_SCHEMA);
    registry.answerAlways(
        new RegistryStub.Canned(200, "{\"references\":[{\"name\":\"x\"}],\"schema\":\"{}\"}"));
    assertThat(refused(Samples.framed(8, new byte[1])).reason()).isEqualTo(Reason.FOREIGN_SCHEMA);
  }

  @Test
  void aCommandWithAFieldBeyondTheContractIsAnUnknownField() {
    Schema schema =
        with(Command.getClassSchema(), "{\"name\":\"ecdsa_signature\",\"type\":\"bytes\"}");
    GenericRecord command = new GenericData.Record(schema);
    command.put("request_type", new Utf8("sign"));
    command.put("ecdsa_signature", Samples.bytes(70));
    UndecodableRecordException e =
        refused(Samples.framed(registry.add(schema), Samples.encoded(command)));
    assertThat(e.reason()).isEqualTo(Reason.UNKNOWN_FIELD);
    assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_FIELD);
  }

  @Test
  void aNewerReplyIsReadWithoutWhatThisBuildDoesNotKnow() {
    Schema newer = with(SigningReply.getClassSchema(), "{\"name\":\"later\",\"type\":\"string\"}");
    GenericRecord reply = new GenericData.Record(newer);
    SigningReply ours = Samples.reply();
    ours.getSchema()
        .getFields()
        .forEach(
            f ->
                reply.put(
                    f.name(),
                    f.name().equals("completed_at")
                        ? ours.getCompletedAt().toEpochMilli()
                        : ours.get(f.pos())));
    reply.put("later", "than this build");
    int id = registry.add(newer);
    assertThat(deserializer.deserialize("t", Samples.framed(id, Samples.encoded(reply))))
        .isEqualTo(ours);
  }

  /// A registry that lies: the bytes are an honest writer's, the schema of their id is made up.
  static List<Map.Entry<SpecificRecordBase, String>> liesAboutFields() {
    String command = Command.getClassSchema().toString();
    String job = SigningJob.getClassSchema().toString();
    String reply = SigningReply.getClassSchema().toString();
    return List.of(
        Map.entry(Samples.command(), swapped(command, "message", "context")),
        Map.entry(Samples.command(), swapped(command, "message", "mu")),
        Map.entry(Samples.command(), swapped(command, "user_id", "request_id")),
        Map.entry(Samples.command(), command.replace("\"message\"", "\"note\"")),
        Map.entry(
            Samples.command(), command.replace("\"message\"", "\"x\",\"aliases\":[\"message\"]")),
        Map.entry(Samples.job(), swapped(job, "message", "context")),
        Map.entry(Samples.job(), swapped(job, "custodian", "request_id")),
        Map.entry(Samples.job(), swapped(job, "encrypted_data_key", "wrapped_seed")),
        Map.entry(Samples.job(), job.replace("\"message\"", "\"later\"")),
        Map.entry(Samples.reply(), swapped(reply, "custodian", "request_id")),
        Map.entry(Samples.reply(), swapped(reply, "public_key", "wrapped_seed")));
  }

  private static String swapped(String schema, String one, String other) {
    String first = "\"name\":\"" + one + "\"";
    String second = "\"name\":\"" + other + "\"";
    assertThat(schema).contains(first, second);
    return schema
        .replace(first, "\"name\":\"@\"")
        .replace(second, first)
        .replace("\"name\":\"@\"", second);
  }

  @ParameterizedTest
  @MethodSource("liesAboutFields")
  void noRegistryChangesWhatAFieldMeans(Map.Entry<SpecificRecordBase, String> lie) {
    byte[] honest = Samples.encoded(lie.getKey());
    assertThat(refused(Samples.framed(registry.add(lie.getValue()), honest)).reason())
        .isIn(Reason.FOREIGN_SCHEMA, Reason.UNKNOWN_FIELD);
  }

  /// With its last field gone, or another after it, a schema is one of another release; but honest
  /// bytes are then too many or too few.
  @Test
  void aReleaseThatIsMadeUpDoesNotFitTheBytes() {
    byte[] honest = Samples.encoded(Samples.command());
    Schema ours = Command.getClassSchema();
    Schema shorter =
        Schema.createRecord(
            ours.getName(),
            null,
            ours.getNamespace(),
            false,
            ours.getFields().subList(0, 7).stream()
                .map(f -> new Schema.Field(f, f.schema()))
                .toList());
    assertThat(refused(Samples.framed(registry.add(shorter), honest)).reason())
        .isEqualTo(Reason.MALFORMED_BODY);
    Schema longer = with(SigningJob.getClassSchema(), "{\"name\":\"x\",\"type\":\"string\"}");
    assertThat(
            refused(Samples.framed(registry.add(longer), Samples.encoded(Samples.job()))).reason())
        .isEqualTo(Reason.MALFORMED_BODY);
  }

  @Test
  void anotherTypeUnderOurNameIsForeign() {
    String command = Command.getClassSchema().toString();
    String asText = command.replace("[\"null\",\"bytes\"]", "[\"null\",\"string\"]");
    assertThat(asText).isNotEqualTo(command);
    assertThat(refused(Samples.framed(registry.add(asText), new byte[9])).reason())
        .isEqualTo(Reason.FOREIGN_SCHEMA);
  }

  @Test
  void anOlderCommandIsReadWithDefaults() {
    Schema older =
        new Schema.Parser()
            .parse(
                """
                {"type": "record", "name": "Command", "namespace": "pqsigner.events.avro",
                 "fields": [{"name": "request_type", "type": "string"}]}\
                """);
    int id = registry.add(older);
    assertThat(deserializer.deserialize("t", Samples.framed(id, (byte) 2, (byte) 'x')))
        .isEqualTo(Command.newBuilder().setRequestType(new Utf8("x")).build());
  }

  @Test
  void invalidUtf8OfACommandIsKeptForTheValidatorToSee() {
    byte[] record =
        Samples.framed(commandId, new byte[] {4, (byte) 0xC3, (byte) 0x28, 0, 0, 0, 0, 0, 0, 0, 0});
    Command command = (Command) deserializer.deserialize("t", record);
    assertThat(command).isNotNull();
    assertThat(command.getRequestType()).isInstanceOf(Utf8.class);
    assertThat(((Utf8) command.getRequestType()).getBytes()).containsExactly(0xC3, 0x28);
  }

  /// Mutations of valid records: either a record or [UndecodableRecordException], nothing else.
  @Test
  void noMutationOfARecordEscapesAsAnythingElse() {
    Random random = new Random(20260504);
    List<byte[]> seeds =
        Samples.all().stream()
            .map(r -> Samples.framed(registry.add(r.getSchema()), Samples.encoded(r)))
            .toList();
    int decoded = 0;
    for (int i = 0; i < 100_000; i++) {
      byte[] bytes = mutate(seeds.get(random.nextInt(seeds.size())), random);
      try {
        deserializer.deserialize("topic", bytes);
        decoded++;
      } catch (UndecodableRecordException e) {
        assertThat(e.reason()).isNotEqualTo(Reason.TOO_LARGE);
      }
    }
    assertThat(decoded).as("some mutations hit only contents").isBetween(1_000, 99_000);
  }

  private static byte[] mutate(byte[] seed, Random random) {
    // Mostly in front, where lengths and branches are, rather than in long contents.
    int reach = random.nextBoolean() ? Math.min(seed.length, 120) : seed.length;
    byte[] bytes = seed.clone();
    switch (random.nextInt(4)) {
      case 0 -> bytes[5 + random.nextInt(reach - 5)] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes[5 + random.nextInt(reach - 5)] = (byte) random.nextInt();
      case 2 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
      default -> {
        int at = 5 + random.nextInt(reach - 5);
        byte[] inserted = varint(random.nextLong() >> random.nextInt(64));
        bytes =
            concat(Arrays.copyOf(bytes, at), inserted, Arrays.copyOfRange(bytes, at, bytes.length));
      }
    }
    return bytes;
  }

  private static Schema with(Schema schema, String field) {
    String text = schema.toString();
    return new Schema.Parser()
        .parse(
            text.substring(0, text.lastIndexOf(']'))
                + ","
                + field
                + text.substring(text.lastIndexOf(']')));
  }

  private static long allocatedBy(Runnable work) {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    work.run();
    return threads.getCurrentThreadAllocatedBytes() - before;
  }

  /// Avro's zig-zag variable-length number.
  private static byte[] varint(long value) {
    ByteBuffer out = ByteBuffer.allocate(10);
    long rest = (value << 1) ^ (value >> 63);
    while ((rest & ~0x7FL) != 0) {
      out.put((byte) ((rest & 0x7F) | 0x80));
      rest >>>= 7;
    }
    out.put((byte) rest);
    return Arrays.copyOf(out.array(), out.position());
  }

  private static byte[] concat(byte[]... parts) {
    int length = Arrays.stream(parts).mapToInt(p -> p.length).sum();
    ByteBuffer all = ByteBuffer.allocate(length);
    Arrays.stream(parts).forEach(all::put);
    return all.array();
  }
}
