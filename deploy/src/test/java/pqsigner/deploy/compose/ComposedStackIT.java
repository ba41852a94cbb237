package pqsigner.deploy.compose;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import pqsigner.deploy.images.Images;
import pqsigner.events.Topics;
import pqsigner.local.LocalStackOptions;
import pqsigner.topics.Durability;
import pqsigner.topics.TopicPlan;

/// The compose file brought up without an engine, and used by the command line as it is.
@Tag("proof")
class ComposedStackIT {
  private static Path root;
  private static Composed stack;

  @BeforeAll
  static void up() throws Exception {
    root = Files.createTempDirectory("pqc");
    stack = new Composed(root);
    stack.up();
    stack.awaitEnd("ready");
  }

  @AfterAll
  static void down() throws Exception {
    stack.close();
    try (Stream<Path> tree = Files.walk(root)) {
      for (Path each : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }

  @Test
  void theCommandLineWorksAgainstItUnchanged() throws Exception {
    run("keygen", "--user-id", "wallet", "--alg", "ML-DSA-65");
    String signature = root.resolve("signature").toString();
    run("sign", "--user-id", "wallet", "--message", "pay 5", "--out", signature);
    run("verify", "--user-id", "wallet", "--message", "pay 5", "--signature", signature);
    run("sign", "--user-id", "wallet", "--message", "pay 6", "--via", "kafka");
  }

  @Test
  void topicsRightsAndSchemasAreThoseOfTheEmbeddedStack() throws Exception {
    TopicPlan plan =
        TopicPlan.of(
            new Topics(Topics.DEFAULT_PREFIX),
            LocalStackOptions.defaults().custodians(),
            Durability.ONE_BROKER);

    assertThat(stack.awaitEnd("topics"))
        .contains("%d topics, %d rights, ".formatted(plan.topics().size(), plan.grants().size()));
  }

  @Test
  void whatIsNotAOneShotKeepsRunning() {
    assertThat(stack.alive())
        .containsExactly(
            "broker",
            "registry",
            "dynamodb",
            "kms",
            "kms-proxy",
            "enclave",
            "worker",
            "delay-line",
            "gateway");
  }

  @Test
  void startingAgainLeavesTheFilesAlone() throws Exception {
    Path authority = stack.composition().folder("gateway").resolve("ca.crt");
    String before = Files.readString(authority);

    stack.start("certificates");

    assertThat(stack.awaitEnd("certificates")).contains("still good");
    assertThat(authority).hasContent(before);
    assertThat(stack.composition().clients().resolve("local.env")).exists();
  }

  /// As a person would: read `local.env` in a shell and run the one command.
  private static void run(String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                "/bin/sh",
                "-c",
                "set -a; . \"$0\"; set +a; exec bin/pq-signer \"$@\"",
                stack.composition().clients().resolve("local.env").toString()));
    command.addAll(List.of(arguments));
    Path output = root.resolve("cli.log");
    var builder =
        new ProcessBuilder(command)
            .directory(Images.CONTEXT.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("PQ_SIGNER_BUILD", "never");
    Process process = builder.start();
    boolean ended = process.waitFor(2, TimeUnit.MINUTES);
    process.destroyForcibly();
    assertThat(ended && process.exitValue() == 0)
        .as("%s: %s", List.of(arguments), Files.readString(output))
        .isTrue();
  }
}
