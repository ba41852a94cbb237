package pqsigner.events.wire;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecordBase;

/// Main class of a JVM of its own that has Confluent's serializers on its class path, beside a
/// Kafka and an Avro that they bring along or need. Reflection, because this build never sees them.
///
/// Takes commands line by line and answers each with one line:
///
/// ```
/// write TOPIC CLASS AVRO64    value bytes that Confluent's serializer makes of this record
/// read  TOPIC VALUE64         class and Avro bytes of the record that Confluent's deserializer makes
/// ```
public final class ConfluentPeer {
  private static final String SERIALIZERS = "io.confluent.kafka.serializers.";

  private final Object serializer;
  private final Object deserializer;

  private ConfluentPeer(Map<String, Object> config) throws ReflectiveOperationException {
    serializer = configured(SERIALIZERS + "KafkaAvroSerializer", config);
    deserializer = configured(SERIALIZERS + "KafkaAvroDeserializer", config);
  }

  /// @param args configuration, KEY=VALUE
  public static void main(String[] args) throws IOException, ReflectiveOperationException {
    EventRecords.trust();
    Map<String, Object> config = new HashMap<>();
    for (String arg : args) {
      config.put(arg.substring(0, arg.indexOf('=')), arg.substring(arg.indexOf('=') + 1));
    }
    ConfluentPeer peer = new ConfluentPeer(config);
    System.out.println("ready " + peer.serializer.getClass().getProtectionDomain().getCodeSource());
    var commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      System.out.println(peer.answer(line.split(" ")));
    }
  }

  private String answer(String[] command) throws ReflectiveOperationException, IOException {
    try {
      return switch (command[0]) {
        case "write" -> write(command[1], command[2], decoded(command[3]));
        case "read" -> read(command[1], decoded(command[2]));
        default -> "error unknown command";
      };
    } catch (InvocationTargetException e) {
      return "error " + String.valueOf(e.getCause()).replace('\n', ' ');
    }
  }

  private String write(String topic, String type, byte[] avro)
      throws ReflectiveOperationException, IOException {
    SpecificRecordBase prototype =
        Class.forName("pqsigner.events.avro." + type)
            .asSubclass(SpecificRecordBase.class)
            .getConstructor()
            .newInstance();
    Object datum =
        new SpecificDatumReader<SpecificRecordBase>(
                prototype.getSchema(), prototype.getSchema(), prototype.getSpecificData())
            .read(null, DecoderFactory.get().binaryDecoder(avro, null));
    byte[] value =
        (byte[])
            serializer
                .getClass()
                .getMethod("serialize", String.class, Object.class)
                .invoke(serializer, topic, datum);
    return Base64.getEncoder().encodeToString(value);
  }

  private String read(String topic, byte[] value) throws ReflectiveOperationException {
    var record =
        (GenericRecord)
            deserializer
                .getClass()
                .getMethod("deserialize", String.class, byte[].class)
                .invoke(deserializer, topic, value);
    String type = record.getClass().getName();
    return type + " " + Base64.getEncoder().encodeToString(Samples.encoded(record));
  }

  private static Object configured(String type, Map<String, Object> config)
      throws ReflectiveOperationException {
    Object serde = Class.forName(type).getConstructor().newInstance();
    serde.getClass().getMethod("configure", Map.class, boolean.class).invoke(serde, config, false);
    return serde;
  }

  private static byte[] decoded(String base64) {
    return Base64.getDecoder().decode(base64);
  }
}
