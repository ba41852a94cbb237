package pqsigner.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pqsigner.cli.Terminal.Run;
import pqsigner.client.Json;
import pqsigner.local.testing.StubGateway;
import tools.jackson.databind.JsonNode;

/// `bench` against a gateway that signs, and against one that only says so.
final class BenchCommandTest {
  private static final CustodianKey KEY = CustodianKey.generate();

  @RegisterExtension private final CalledGateway gateway = new CalledGateway();
  @TempDir private Path folder;

  @Test
  void signaturesAreCountedAndVerified() throws Exception {
    gateway.stub().otherwise(request -> sign(request, KEY));
    Path file = folder.resolve("report.json");

    Run run =
        gateway.run(
            "bench",
            "--concurrency",
            "2",
            "--duration",
            "1",
            "--warm-up",
            "0",
            "--users",
            "2",
            "--message-bytes",
            "16",
            "--out",
            file.toString());

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out())
        .startsWith("bench  closed loop, 2 in flight, 2 ML-DSA-65 keys, 16-byte messages")
        .contains("signatures/s", "unanswered 0", "invalid 0");
    JsonNode report = Json.parse(Files.readAllBytes(file));
    assertThat(report.path("loop").asString()).isEqualTo("closed");
    assertThat(report.at("/runs/0/via").asString()).isEqualTo("http");
    assertThat(report.at("/runs/0/verified").asInt()).isPositive();
    assertThat(report.at("/runs/0/outcomes/done").asInt())
        .isGreaterThanOrEqualTo(report.at("/runs/0/verified").asInt());
    assertThat(report.at("/runs/0/latency_ms").propertyNames())
        .containsExactly("p50", "p90", "p99", "p99_9", "max");
  }

  @Test
  void aGatewayThatSignsWithAnotherKeyIsFoundOut() {
    CustodianKey other = CustodianKey.generate();
    gateway.stub().otherwise(request -> sign(request, other));

    Run run =
        gateway.run("bench", "--rate", "5", "--duration", "1", "--warm-up", "0", "--users", "1");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.out()).startsWith("bench  open loop at 5/s");
    assertThat(run.err().lines())
        .containsExactly("signature_invalid", "  a sampled signature does not verify");
  }

  @Test
  void withoutItsKeysThereIsNoLoad() {
    gateway.then(403, "{\"code\":\"forbidden\",\"retry\":\"never\"}");

    Run run = gateway.run("bench");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).startsWith("forbidden");
    assertThat(gateway.stub().requests()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "--concurrency, 0, concurrency must be 1 to 4096",
    "--rate, -1, 'rate must be 0 to 1,000,000 per second'",
    "--users, 1001, users must be 1 to 1000",
    "--message-bytes, 65537, message bytes must be 0 to 65536"
  })
  void aLoadBeyondItsBoundsIsMisuse(String option, String value, String reason) {
    Run run = gateway.run("bench", option, value);

    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err()).startsWith(reason);
    assertThat(gateway.stub().requests()).isEmpty();
  }

  /// Registers KEY for everyone, and signs with the given one.
  private static StubGateway.Answer sign(StubGateway.Request request, CustodianKey with) {
    JsonNode body = Json.parse(request.body().getBytes(UTF_8));
    String id = body.at("/payload/request_id").asString();
    String user = body.at("/payload/user_id").asString();
    byte[] message = Base64.getDecoder().decode(body.at("/payload/message").asString(""));
    String answer =
        body.path("request_type").asString().equals("sign")
            ? KEY.signed(id, user, with.sign(message))
            : KEY.generated(id, user);
    return new StubGateway.Answer(200, answer, Map.of());
  }
}
