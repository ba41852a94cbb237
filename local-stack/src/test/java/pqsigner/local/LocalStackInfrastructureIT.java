package pqsigner.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import pqsigner.events.Topics;
import pqsigner.events.avro.SigningReply;
import pqsigner.events.wire.ConfluentAvroDeserializer;
import pqsigner.events.wire.ConfluentAvroSerializer;
import pqsigner.local.process.ChildProcess;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/// The parts that are not ours, as processes: they come up together, do what we need of them, and
/// go.
class LocalStackInfrastructureIT {

  private static final Topics TOPICS = new Topics(Topics.DEFAULT_PREFIX);

  private static final int THREADS_THAT_STAY = 1;

  private static LocalStack stack;

  @BeforeAll
  static void start() {
    stack =
        LocalStack.start(
            LocalStackOptions.defaults().only(Part.BROKER, Part.REGISTRY, Part.DYNAMODB, Part.KMS),
            System.out::println);
  }

  @AfterAll
  static void stop() {
    List<ChildProcess> processes = stack.processes();
    Path directory = stack.directory();
    stack.close();
    assertThat(processes).hasSize(4).noneMatch(ChildProcess::isAlive);
    assertThat(directory).doesNotExist();
  }

  @Test
  void theServicesFindTheirSchemasRegistered() {
    Map<String, Object> settings = new HashMap<>();
    settings.put("schema.registry.url", stack.registry().toString());
    settings.put("auto.register.schemas", "false");
    try (var serializer = new ConfluentAvroSerializer();
        var deserializer = new ConfluentAvroDeserializer()) {
      serializer.configure(settings, false);
      deserializer.configure(settings, false);
      SigningReply reply = EventSamples.reply();

      byte[] bytes = serializer.serialize(TOPICS.replies(), reply);

      assertThat(bytes).startsWith((byte) 0);
      assertThat(deserializer.deserialize(TOPICS.replies(), bytes)).isEqualTo(reply);
    }
  }

  @Test
  void aSchemaThatCannotReadWhatIsStoredIsRefused() throws Exception {
    URI subject = URI.create(stack.registry() + "/subjects/" + TOPICS.jobs() + "-value/versions");
    HttpRequest request =
        HttpRequest.newBuilder(subject)
            .header("Content-Type", "application/vnd.schemaregistry.v1+json")
            .POST(BodyPublishers.ofString("{\"schema\":\"\\\"string\\\"\"}"))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      assertThat(client.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(409);
    }
  }

  /// The registry's threads end once they are idle, and reach into the JDK as they do: on a JDK
  /// that does not let them they leave errors instead.
  @Test
  void theRegistrysThreadsEndInPeace() throws Exception {
    ChildProcess registry = stack.process("registry");
    HttpRequest subjects =
        HttpRequest.newBuilder(URI.create(stack.registry() + "/subjects")).build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      Stream.generate(() -> client.sendAsync(subjects, BodyHandlers.ofString()))
          .limit(16)
          .toList()
          .forEach(CompletableFuture::join);
    }

    registry.await(() -> threads(registry) <= THREADS_THAT_STAY);
    assertThat(Files.readString(registry.log()))
        .doesNotContain("NoClassDefFoundError", "IllegalAccessError", "--add-opens");
  }

  @Test
  void dynamoDbTakesTheGatewaysCredentials() {
    Map<String, String> environment = stack.gatewayCredentials();
    var credentials =
        AwsBasicCredentials.create(
            environment.get("AWS_ACCESS_KEY_ID"), environment.get("AWS_SECRET_ACCESS_KEY"));
    try (var client =
        DynamoDbClient.builder()
            .endpointOverride(stack.dynamoDb())
            .region(Region.of(LocalStack.REGION))
            .credentialsProvider(StaticCredentialsProvider.create(credentials))
            .httpClient(UrlConnectionHttpClient.create())
            .build()) {
      assertThat(client.listTables().tableNames()).isEmpty();
    }
  }

  /// 127.0.0.2 reaches this machine too, and nobody who listens on 127.0.0.1 alone.
  @Test
  void noPartListensBeyondLoopback() throws Exception {
    StackLayout layout = stack.layout();
    for (int port :
        List.of(
            layout.broker().port(),
            layout.registry().port(),
            layout.registry().managementPort(),
            layout.dynamoDbPort(),
            layout.kmsPort(),
            layout.kmsControlPort())) {
      try (var socket = new Socket(loopback(1), port)) {
        assertThat(socket.isConnected()).isTrue();
      }
      assertThatThrownBy(() -> new Socket(loopback(2), port).close())
          .as("port %d", port)
          .isInstanceOf(ConnectException.class);
    }
  }

  @Test
  void secretsAreForTheOwnerOnly() throws Exception {
    try (var files = Files.list(stack.directory())) {
      assertThat(files.filter(Files::isRegularFile).filter(f -> !f.toString().endsWith(".log")))
          .allSatisfy(
              f ->
                  assertThat(
                          java.nio.file.attribute.PosixFilePermissions.toString(
                              Files.getPosixFilePermissions(f)))
                      .isEqualTo("rw-------"));
    }
    assertThat(
            java.nio.file.attribute.PosixFilePermissions.toString(
                Files.getPosixFilePermissions(stack.directory())))
        .isEqualTo("rwx------");
  }

  @Test
  void noCredentialIsOnACommandLine() {
    List<String> secrets =
        List.of(
            Optional.ofNullable(stack.gatewayCredentials().get("AWS_SECRET_ACCESS_KEY"))
                .orElseThrow(),
            Optional.ofNullable(stack.nitroHostCredentials().get("AWS_SECRET_ACCESS_KEY"))
                .orElseThrow());
    assertThat(stack.processes())
        .allSatisfy(
            process ->
                assertThat(commandLine(process.pid()))
                    .doesNotContain(secrets.toArray(String[]::new)));
  }

  @Test
  void aPartThatCannotStartLeavesNothingRunning() {
    Path folder = stack.directory().resolve("second");
    var options =
        LocalStackOptions.defaults()
            .in(folder)
            .only(Part.KMS, Part.ENCLAVE)
            .enclaveProperty("kms.region", "");
    long before = ProcessHandle.current().children().count();
    assertThatThrownBy(() -> LocalStack.start(options, line -> {}).close())
        .hasMessageContaining("did not start");
    assertThat(ProcessHandle.current().children().count()).isEqualTo(before);
  }

  private static long threads(ChildProcess registry) {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    try {
      Process print =
          new ProcessBuilder(jcmd.toString(), Long.toString(registry.pid()), "Thread.print")
              .redirectErrorStream(true)
              .start();
      try (BufferedReader lines = print.inputReader()) {
        return lines.lines().filter(line -> line.startsWith("\"executor-thread-")).count();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InetAddress loopback(int host) throws UnknownHostException {
    return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) host});
  }

  private static String commandLine(long pid) {
    return ProcessHandle.of(pid).flatMap(p -> p.info().commandLine()).orElseThrow();
  }
}
