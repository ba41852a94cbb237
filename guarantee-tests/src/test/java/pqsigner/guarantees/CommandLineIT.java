package pqsigner.guarantees;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import pqsigner.client.Json;
import pqsigner.guarantees.stack.CommandLineRun;
import pqsigner.guarantees.stack.SharedStack;
import pqsigner.guarantees.stack.Stack;
import pqsigner.local.pki.PemPair;
import tools.jackson.databind.JsonNode;

/// The command line as real processes with the environment of `local.env`, from a folder of its
/// own.
@ExtendWith(SharedStack.class)
final class CommandLineIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final byte[] NOTHING = {};

  private final Stack stack;

  @TempDir private Path folder;

  CommandLineIT(Stack stack) {
    this.stack = stack;
  }

  @Test
  void aKeyIsMadeUsedShownAndVerifiedOverHttp() throws Exception {
    String user = Stack.newUserId();
    CommandLineRun keygen =
        run(
            "keygen",
            "--user-id",
            user,
            "--alg",
            "ML-DSA-44",
            "--public-key-out",
            "key.pem",
            "--attestation-out",
            "birth.cose");
    assertThat(keygen.exit()).as(keygen.toString()).isZero();
    assertThat(keygen.out()).contains("key ready", user);

    CommandLineRun sign = run("sign", "--user-id", user, "--message", "hello", "--out", "sig.bin");
    assertThat(sign.exit()).as(sign.toString()).isZero();

    CommandLineRun verify =
        run("verify", "--public-key", "key.pem", "--signature", "sig.bin", "--message", "hello");
    assertThat(verify.exit()).as(verify.toString()).isZero();
    assertThat(verify.out()).contains("valid", "JDK (SUN)");
    assertThat(
            run("verify", "--user-id", user, "--signature", "sig.bin", "--message", "hallo").exit())
        .isEqualTo(1);

    CommandLineRun keys = run("keys", "show", user, "--json");
    assertThat(keys.exit()).isZero();
    assertThat(json(keys).path("keys").size()).isEqualTo(1);

    CommandLineRun birth =
        run(
            "attestation",
            "verify",
            "--document",
            "birth.cose",
            "--root",
            stack.local().attestationRoot().toString(),
            "--pcr",
            "0=" + stack.local().pcr0(),
            "--public-key",
            "key.pem",
            "--custodian",
            "custodian-a",
            "--user-id",
            user,
            "--kms-key-arn",
            stack.local().kmsKeyArn(),
            "--request-id",
            json(keys).at("/keys/0/request_id").asString(),
            "--sealed-key-sha256",
            json(keys).at("/keys/0/sealed_key_sha256").asString());
    assertThat(birth.exit()).as(birth.toString()).isZero();
    assertThat(birth.out()).startsWith("VERIFIED");
    assertThat(run("attestation", "verify", "--document", "birth.cose").exit())
        .as("against the AWS root")
        .isEqualTo(1);
  }

  @Test
  void scriptsUsePipesAndJsonOverKafka() throws Exception {
    String user = Stack.newUserId();
    CommandLineRun keygen =
        run("keygen", "--via", "kafka", "--user-id", user, "--alg", "ML-DSA-65", "--json");
    assertThat(keygen.exit()).as(keygen.toString()).isZero();
    Files.writeString(folder.resolve("key.b64"), Json.text(json(keygen), "public_key"));

    CommandLineRun sign =
        piped(
            "a message".getBytes(UTF_8),
            "sign",
            "--via",
            "kafka",
            "--user-id",
            user,
            "--message-file",
            "-",
            "--json");
    assertThat(sign.exit()).as(sign.toString()).isZero();
    byte[] signature = Json.text(json(sign), "signature").getBytes(UTF_8);
    CommandLineRun verify =
        piped(
            signature,
            "verify",
            "--public-key",
            "key.b64",
            "--signature",
            "-",
            "--message",
            "a message");
    assertThat(verify.exit()).as(verify.toString()).isZero();

    CommandLineRun request = run("request", Json.text(json(sign), "request_id"), "--json");
    assertThat(Json.text(json(request), "state")).isEqualTo("SIGNED");
  }

  @Test
  void aLargeMessageIsSignedByItsMu() throws Exception {
    String user = Stack.newUserId();
    byte[] large = new byte[200_000];
    Files.write(folder.resolve("large.bin"), large);
    assertThat(run("keygen", "--user-id", user).exit()).isZero();
    CommandLineRun tooLarge = run("sign", "--user-id", user, "--message-file", "large.bin");
    assertThat(tooLarge.exit()).isEqualTo(1);
    assertThat(tooLarge.err()).startsWith("message_too_large");
    CommandLineRun sign =
        run(
            "sign",
            "--user-id",
            user,
            "--message-file",
            "large.bin",
            "--external-mu",
            "--out",
            "sig.bin");
    assertThat(sign.exit()).as(sign.toString()).isZero();
    assertThat(
            run(
                    "verify",
                    "--user-id",
                    user,
                    "--message-file",
                    "large.bin",
                    "--signature",
                    "sig.bin")
                .exit())
        .isZero();
  }

  @Test
  void refusalsExitWithOneAndTheirCodeAndMisuseWithTwo() throws Exception {
    CommandLineRun unknown = run("sign", "--user-id", "nobody", "--message", "x");
    assertThat(unknown.exit()).isEqualTo(1);
    assertThat(unknown.err()).startsWith("unknown_user");
    CommandLineRun asJson = run("sign", "--user-id", "nobody", "--message", "x", "--json");
    assertThat(asJson.exit()).isEqualTo(1);
    assertThat(Json.text(json(asJson), "code")).isEqualTo("unknown_user");
    CommandLineRun overKafka =
        run("sign", "--user-id", "nobody", "--message", "x", "--via", "kafka");
    assertThat(overKafka.exit()).isEqualTo(1);
    assertThat(overKafka.err()).startsWith("unknown_user");
    assertThat(run("request", "never-sent").err()).startsWith("unknown_request");
    assertThat(run("sign", "--message", "x").exit()).isEqualTo(2);
    assertThat(CommandLineRun.of(folder, LIMIT, Map.of(), NOTHING, "keys", "show", "u").exit())
        .as("without an environment")
        .isEqualTo(2);
  }

  @Test
  void anIntruderIsRefusedByTls() throws Exception {
    PemPair intruder = stack.local().pki().pair("intruder");
    CommandLineRun refused =
        run(
            "keys",
            "show",
            "u",
            "--cert",
            intruder.certificate().toString(),
            "--key",
            intruder.key().toString());
    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.err()).containsAnyOf("tls_refused", "connection_failed");
  }

  @Test
  void anOperatorListsFailedJobs() throws Exception {
    PemPair operator = stack.local().pki().pair("operator");
    CommandLineRun list =
        run(
            "jobs",
            "list",
            "--cert",
            operator.certificate().toString(),
            "--key",
            operator.key().toString());
    assertThat(list.exit()).as(list.toString()).isZero();
    assertThat(list.out()).startsWith("failed jobs");
    CommandLineRun asCustodian = run("jobs", "list");
    assertThat(asCustodian.exit()).isEqualTo(1);
    assertThat(asCustodian.err()).startsWith("forbidden");
  }

  @Test
  void aShortBenchReportsWhatItSaw() throws Exception {
    CommandLineRun bench =
        run(
            "bench",
            "--via",
            "http,kafka",
            "--duration",
            "2",
            "--warm-up",
            "1",
            "--concurrency",
            "4",
            "--users",
            "2",
            "--alg",
            "ML-DSA-44",
            "--out",
            "report.json");
    assertThat(bench.exit()).as(bench.toString()).isZero();
    JsonNode report = Json.parse(Files.readAllBytes(folder.resolve("report.json")));
    assertThat(report.path("runs").size()).isEqualTo(2);
    for (JsonNode run : report.path("runs")) {
      assertThat(run.path("throughput_per_s").asDouble()).isPositive();
      assertThat(run.path("verified").asInt()).isPositive();
      assertThat(run.path("invalid").asInt()).isZero();
      assertThat(run.path("unanswered").asInt()).isZero();
    }
  }

  private CommandLineRun run(String... arguments) throws Exception {
    return piped(NOTHING, arguments);
  }

  private CommandLineRun piped(byte[] in, String... arguments) throws Exception {
    Map<String, String> environment = new HashMap<>(stack.local().environment());
    return CommandLineRun.of(folder, LIMIT, environment, in, arguments);
  }

  private static JsonNode json(CommandLineRun run) {
    return Json.parse(run.out().getBytes(UTF_8));
  }
}
