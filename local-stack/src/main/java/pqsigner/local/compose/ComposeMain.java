package pqsigner.local.compose;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import pqsigner.events.Topics;
import pqsigner.events.wire.SchemaRegistration;
import pqsigner.local.LocalEnv;
import pqsigner.local.LocalStackOptions;
import pqsigner.local.dynamodb.WarmUp;
import pqsigner.local.kafka.KafkaClientSettings;
import pqsigner.local.kms.KmsMain;
import pqsigner.local.pki.PemPair;
import pqsigner.local.process.LaunchException;
import pqsigner.local.process.Readiness;
import pqsigner.local.registry.SchemaRegistry;
import pqsigner.protocol.transport.EndpointAddress;
import pqsigner.topics.Durability;
import pqsigner.topics.TopicPlan;
import pqsigner.topics.TopicSetup;

/// The image `local-stack`: one command for each service that it is.
///
/// ```
/// certificates HOST_FOLDER   every service's files, and the clients' in HOST_FOLDER
/// topics                     topics, rights and schemas
/// warm-up                    the first table of DynamoDB Local
/// kms                        the KMS stand-in
/// kms-proxy                  from the enclave's socket to it
/// ready                      local.env appears
/// ```
public final class ComposeMain {

  private static final String USAGE =
      "usage: certificates HOST_FOLDER | topics | warm-up | kms | kms-proxy | ready";
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration PAUSE = Duration.ofMillis(500);

  private ComposeMain() {}

  public static void main(String[] arguments) throws Exception {
    String command = String.join(" ", arguments);
    Composition composition = Composition.here();
    switch (command) {
      case "topics" -> topics(composition);
      case "warm-up" -> warmUp(composition.inside().dynamoDb());
      case "kms" -> kms(composition);
      case "kms-proxy" -> relay(composition);
      case "ready" -> ready(composition);
      default -> {
        if (arguments.length != 2 || !arguments[0].equals("certificates")) {
          System.err.println(USAGE);
          System.exit(2);
        }
        StackFiles.write(composition, Path.of(arguments[1]));
      }
    }
  }

  private static void topics(Composition composition) throws InterruptedException {
    Path folder = composition.folder("topics");
    URI registry = composition.inside().registry();
    var topics = new Topics(Topics.DEFAULT_PREFIX);
    List<String> custodians = LocalStackOptions.onALaptop().custodians();
    await(new Readiness.Http(URI.create(registry + "/subjects")), registry);
    Map<String, Object> settings =
        KafkaClientSettings.of(
            composition.inside().bootstrapServers(),
            folder.resolve("ca.crt"),
            PemPair.in(folder, "admin"));
    TopicPlan plan = TopicPlan.of(topics, custodians, Durability.ONE_BROKER);
    try (Admin admin = Admin.create(settings)) {
      TopicSetup.apply(admin, plan);
    }
    SchemaRegistry.requireBackwardCompatibility(registry);
    var ids =
        SchemaRegistration.register(
            Map.of("schema.registry.url", registry.toString()), topics, custodians);
    System.out.printf(
        "%d topics, %d rights, %d quotas, %d schemas%n",
        plan.topics().size(), plan.grants().size(), plan.quotas().size(), ids.size());
  }

  private static void warmUp(URI dynamoDb) throws InterruptedException {
    await(new Readiness.Port(dynamoDb.getHost(), dynamoDb.getPort()), dynamoDb);
    WarmUp.run(dynamoDb);
  }

  private static void kms(Composition composition) throws IOException, GeneralSecurityException {
    KmsMain.main(new String[] {composition.folder("kms").resolve("kms.json").toString()});
  }

  private static void relay(Composition composition) throws IOException {
    Relay.run(
        EndpointAddress.parse(composition.inside().kms()),
        new EndpointAddress.Tcp("127.0.0.1", composition.kmsPort()));
  }

  private static void ready(Composition composition) throws IOException {
    Path draft = composition.clients().resolve("local.env.new");
    if (Files.exists(draft)) {
      LocalEnv.publish(draft);
    }
    System.out.println("ready");
  }

  private static void await(Readiness readiness, URI whom) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!readiness.holds()) {
      if (System.nanoTime() - deadline > 0) {
        throw new LaunchException("no answer from " + whom);
      }
      Thread.sleep(PAUSE);
    }
  }
}
