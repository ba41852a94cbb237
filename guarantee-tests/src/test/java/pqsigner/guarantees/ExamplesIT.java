package pqsigner.guarantees;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.client.RegisteredKey;
import pqsigner.client.SignatureCheck;
import pqsigner.client.http.HttpSigner;
import pqsigner.guarantees.stack.CommandLineRun;
import pqsigner.guarantees.stack.SharedStack;
import pqsigner.guarantees.stack.Stack;
import pqsigner.local.LocalEnv;
import pqsigner.local.Modules;

/// The examples as an integrator runs them: by the command that their page names, with the
/// environment of `local.env`. Where the machine lacks a language, its example is skipped.
@ExtendWith(SharedStack.class)
final class ExamplesIT {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final String MESSAGE = "pay 5 €";
  private static final Path EXAMPLES = Modules.find().root().resolve("examples");
  private static final Pattern USER_ID =
      Pattern.compile("\\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\b");

  /// ML-DSA-65 has signatures of 3,309 bytes.
  private static final Pattern SIGNATURE = Pattern.compile("[A-Za-z0-9+/]{4412}");

  private final Stack stack;

  @TempDir private Path folder;

  ExamplesIT(Stack stack) {
    this.stack = stack;
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "curl/sign.sh, curl jq",
    "python/sign.py, python3",
    "node/sign.mjs, node",
    "java/run SignOverHttp, java",
    "java/run SignOverKafka, java",
    "kafka/sign.sh, kcat curl jq xxd"
  })
  void anExampleMakesAKeyAndSigns(String example, String programs) throws Exception {
    for (String program : programs.split(" ", -1)) {
      assumeTrue(isHere(program), program + " is not installed");
    }

    CommandLineRun run = run(example.split(" ", -1));

    assertThat(run.exit()).as(run.toString()).isZero();
    byte[] signature = Base64.getDecoder().decode(find(SIGNATURE, run));
    try (HttpSigner signer = stack.signer("custodian-a")) {
      RegisteredKey key = signer.keys(find(USER_ID, run)).getFirst();
      assertThat(SignatureCheck.ofMessage(key.publicKey(), MESSAGE.getBytes(UTF_8), signature))
          .matches(SignatureCheck::valid);
    }
  }

  @Test
  void everyExampleIsRun() throws Exception {
    String page = Files.readString(EXAMPLES.resolve("README.md"));
    try (Stream<Path> files = Files.walk(EXAMPLES)) {
      List<String> sources =
          files
              .filter(Files::isRegularFile)
              .map(file -> EXAMPLES.relativize(file).toString())
              .filter(name -> !name.equals("README.md") && !name.equals("java/run"))
              .toList();
      assertThat(sources)
          .containsExactlyInAnyOrder(
              "curl/sign.sh",
              "python/sign.py",
              "node/sign.mjs",
              "java/SignOverHttp.java",
              "java/SignOverKafka.java",
              "kafka/sign.sh")
          .allSatisfy(name -> assertThat(page).contains("](" + name + ")"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"SignOverHttp", "SignOverKafka"})
  void aJavaExampleIsShort(String name) throws Exception {
    assertThat(Files.readAllLines(EXAMPLES.resolve("java/" + name + ".java")))
        .hasSizeLessThanOrEqualTo(15);
  }

  /// Its shell blocks in order, as one shell would run them, in a folder of the test's own.
  @Test
  void theQuickStartWorks() throws Exception {
    String page = Files.readString(EXAMPLES.resolveSibling("docs/quick-start.md"));
    String blocks =
        Pattern.compile("^```sh\n(.*?)^```", Pattern.DOTALL | Pattern.MULTILINE)
            .matcher(page)
            .results()
            .map(block -> block.group(1))
            .collect(Collectors.joining());
    LocalEnv.publish(LocalEnv.draft(folder, stack.local().environment()));
    String script = blocks.replace("/tmp/pq/", folder + "/").replace("wallet-1", Stack.newUserId());
    ProcessBuilder shell =
        new ProcessBuilder("bash", "-euo", "pipefail", "-c", script)
            .directory(Modules.find().root().toFile());
    shell.environment().put("JAVA_HOME", System.getProperty("java.home"));
    shell.environment().put("PQ_SIGNER_BUILD", "never");

    CommandLineRun run = CommandLineRun.of(shell, folder, LIMIT, new byte[0]);

    assertThat(blocks.lines().filter(line -> line.startsWith("bin/pq-signer"))).hasSize(7);
    assertThat(run.exit()).as(run.toString()).isZero();
  }

  private CommandLineRun run(String... example) throws Exception {
    List<String> command = new ArrayList<>(List.of(example));
    command.set(0, EXAMPLES.resolve(example[0]).toString());
    command.add(MESSAGE);
    ProcessBuilder program = new ProcessBuilder(command).directory(folder.toFile());
    program.environment().keySet().removeIf(name -> name.startsWith("PQ_SIGNER_"));
    program.environment().put("JAVA_HOME", System.getProperty("java.home"));
    program.environment().put("LC_ALL", "C.UTF-8");
    program.environment().putAll(stack.local().environment());
    return CommandLineRun.of(program, folder, LIMIT, new byte[0]);
  }

  private static String find(Pattern pattern, CommandLineRun run) {
    Matcher matcher = pattern.matcher(run.out());
    assertThat(matcher.find()).as(run.toString()).isTrue();
    return matcher.group();
  }

  private static boolean isHere(String program) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }
}
