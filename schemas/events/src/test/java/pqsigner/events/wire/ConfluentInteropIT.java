package pqsigner.events.wire;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonView;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecordBase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import pqsigner.events.Topics;
import pqsigner.events.avro.Command;

/// Confluent's own classes read what ours write, and ours what theirs write. They live in another
/// JVM, because the only published jar that has them brings an old Kafka along.
@Timeout(120)
class ConfluentInteropIT {
  private static final Path CONFLUENT = Path.of("target", "confluent-peer", "peer.jar");

  private final RegistryStub registry = new RegistryStub();
  private final Map<String, Object> config = Map.of(WireConfig.URL, registry.url());
  private final List<Peer> peers = new ArrayList<>();

  @BeforeAll
  static void theJarIsThere() {
    assertThat(CONFLUENT).as("copied by the build before integration tests").exists();
  }

  @AfterEach
  void stop() throws Exception {
    for (Peer peer : peers) {
      peer.stop();
    }
    registry.close();
  }

  @Test
  void confluentReadsOursAndOursReadsConfluents() throws IOException {
    Peer confluent = start("specific.avro.reader=true");
    try (ConfluentAvroSerializer serializer = new ConfluentAvroSerializer();
        ConfluentAvroDeserializer deserializer = new ConfluentAvroDeserializer()) {
      serializer.configure(config, false);
      deserializer.configure(config, false);
      for (SpecificRecordBase record : Samples.all()) {
        String type = record.getClass().getSimpleName();
        byte[] ours = requireNonNull(serializer.serialize("ours-" + type, record));
        byte[] theirs = confluent.write("theirs-" + type, record);

        assertThat(theirs).as("one schema has one id, so the bytes are the same").isEqualTo(ours);
        assertThat(deserializer.deserialize("theirs-" + type, theirs)).isEqualTo(record);
        assertThat(confluent.read("ours-" + type, ours))
            .isEqualTo(record.getClass().getName() + " " + base64(Samples.encoded(record)));
      }
      assertThat(registry.subjects()).containsKeys("ours-Command-value", "theirs-Command-value");
    }
  }

  @Test
  void confluentFindsWhatTheAdministratorRegistered() throws IOException {
    Topics topics = new Topics(Topics.DEFAULT_PREFIX);
    SchemaRegistration.register(config, topics, List.of("custodian-a"));
    var subjects = registry.subjects();
    Peer confluent = start("auto.register.schemas=false");
    try (ConfluentAvroDeserializer deserializer = new ConfluentAvroDeserializer()) {
      deserializer.configure(config, false);
      byte[] command = confluent.write(topics.commands("custodian-a"), Samples.command());
      assertThat(deserializer.deserialize("any", command)).isEqualTo(Samples.command());
      assertThat(registry.subjects()).isEqualTo(subjects);
    }
  }

  /// Ours under the subject that Confluent's strategy of that name gives, beside a result.
  @Test
  void confluentNamesAndReadsWhatLiesBesideResults() throws IOException {
    String strategy = "io.confluent.kafka.serializers.subject.TopicRecordNameStrategy";
    Topics topics = new Topics(Topics.DEFAULT_PREFIX);
    String results = topics.results("custodian-a");
    SchemaRegistration.register(config, topics, List.of("custodian-a"));
    var subjects = registry.subjects();
    Peer confluent =
        start("auto.register.schemas=false", WireConfig.SUBJECT_STRATEGY + "=" + strategy);
    Peer foreign = start();
    try (ConfluentAvroSerializer serializer = new ConfluentAvroSerializer()) {
      serializer.configure(
          Map.of(WireConfig.URL, registry.url(), WireConfig.SUBJECT_STRATEGY, strategy), false);
      for (SpecificRecordBase beside : List.of(Samples.failed(), Samples.conflict())) {
        byte[] ours = requireNonNull(serializer.serialize(results, beside));
        assertThat(confluent.write(results, beside)).isEqualTo(ours);
        assertThat(foreign.read(results, ours))
            .isEqualTo(
                "org.apache.avro.generic.GenericData$Record " + base64(Samples.encoded(beside)));
      }
      assertThat(registry.subjects()).isEqualTo(subjects);
    }
  }

  /// As a custodian does who has the schema and none of our classes.
  @Test
  void confluentReadsOursWithoutOurClasses() throws IOException {
    Peer confluent = start();
    try (ConfluentAvroSerializer serializer = new ConfluentAvroSerializer()) {
      serializer.configure(config, false);
      for (SpecificRecordBase record : Samples.all()) {
        byte[] ours = requireNonNull(serializer.serialize("topic", record));
        assertThat(confluent.read("topic", ours))
            .isEqualTo(
                "org.apache.avro.generic.GenericData$Record " + base64(Samples.encoded(record)));
      }
    }
  }

  private Peer start(String... more) throws IOException {
    Peer peer = new Peer(registry.url(), more);
    peers.add(peer);
    peer.awaitReady();
    return peer;
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  /// A [ConfluentPeer] in its JVM.
  private static final class Peer {
    private final Path log;
    private final Process process;
    private final BufferedReader answers;
    private final Writer commands;

    Peer(String registry, String... more) throws IOException {
      List<String> line =
          new ArrayList<>(
              List.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx256m",
                  "-XX:+UseSerialGC",
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  classPath(),
                  ConfluentPeer.class.getName(),
                  "schema.registry.url=" + registry));
      line.addAll(List.of(more));
      log = Files.createTempFile(CONFLUENT.getParent(), "peer", ".log");
      process = new ProcessBuilder(line).redirectError(log.toFile()).start();
      answers = process.inputReader(StandardCharsets.US_ASCII);
      commands = process.outputWriter(StandardCharsets.US_ASCII);
    }

    void awaitReady() throws IOException {
      assertThat(answers.readLine())
          .as(() -> "log of the peer: " + read(log))
          .startsWith("ready ")
          .contains(CONFLUENT.getFileName().toString());
    }

    byte[] write(String topic, SpecificRecordBase record) throws IOException {
      String type = record.getClass().getSimpleName();
      return Base64.getDecoder()
          .decode(ask("write " + topic + " " + type + " " + base64(Samples.encoded(record))));
    }

    String read(String topic, byte[] value) throws IOException {
      return ask("read " + topic + " " + base64(value));
    }

    private String ask(String line) throws IOException {
      commands.write(line + "\n");
      commands.flush();
      String answer = String.valueOf(answers.readLine());
      assertThat(answer).doesNotStartWith("error");
      return answer;
    }

    /// Its input ends, so it does.
    void stop() throws IOException, InterruptedException {
      commands.close();
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    }

    private static String read(Path file) {
      try {
        return Files.readString(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /// Confluent's classes first, then what they need and do not bring, then ours.
    private static String classPath() {
      Stream<String> needed =
          Stream.of(
                  Schema.class,
                  ObjectMapper.class,
                  JsonFactory.class,
                  JsonView.class,
                  Logger.class,
                  Command.class,
                  ConfluentPeer.class)
              .map(Peer::location);
      return Stream.concat(Stream.of(CONFLUENT.toAbsolutePath().toString()), needed)
          .collect(Collectors.joining(File.pathSeparator));
    }

    private static String location(Class<?> type) {
      try {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
      } catch (URISyntaxException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
