package pqsigner.deploy.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The services' own configuration makes JSON of their logs, wherever they are deployed; whoever
/// wants to read it himself says so.
@ExtendWith(OutputCaptureExtension.class)
class DeployedLogTest {
  static class Nothing {}

  private static final String GATEWAY = "../gateway-api/src/main/resources/application.yaml";
  private static final String WORKER = "../signing-worker/src/main/resources/application.yaml";
  private static final String DELAY_LINE = "../signing-worker/src/main/resources/delay-line.yaml";

  @AfterEach
  void logAsBefore() {
    LoggingSystem.get(getClass().getClassLoader()).cleanUp();
  }

  private static void logSomething(String configuration, String... more) {
    List<String> arguments =
        Stream.concat(
                Stream.of(
                    "--spring.config.location=" + Path.of(configuration).toUri(),
                    "--spring.main.web-application-type=none"),
                Stream.of(more))
            .toList();
    try (ConfigurableApplicationContext _ =
            new SpringApplicationBuilder(Nothing.class).run(arguments.toArray(String[]::new));
        var _ = MDC.putCloseable("custodian", "custodian-a");
        var _ = MDC.putCloseable("request_id", "id-1")) {
      Logger log = LoggerFactory.getLogger("pqsigner.deploy");
      log.warn("something.happened detail=\"two\nlines\"", new IllegalStateException("x"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    GATEWAY + ", pq-signer-gateway",
    WORKER + ", pq-signer-worker",
    DELAY_LINE + ", pq-signer-delay-line"
  })
  void aDeployedServiceWritesOneJsonObjectALine(
      String configuration, String service, CapturedOutput output) {
    logSomething(configuration);

    List<JsonNode> lines =
        output.getOut().lines().map(line -> JsonMapper.shared().readTree(line)).toList();
    JsonNode line =
        lines.stream()
            .filter(each -> each.path("message").asString().startsWith("something.happened"))
            .findFirst()
            .orElseThrow();
    assertThat(line.path("custodian").asString()).isEqualTo("custodian-a");
    assertThat(line.path("request_id").asString()).isEqualTo("id-1");
    assertThat(line.path("service").path("name").asString()).isEqualTo(service);
    assertThat(line.path("error").path("stack_trace").asString())
        .contains("IllegalStateException")
        .hasSizeLessThanOrEqualTo(16384);
  }

  @ParameterizedTest
  @CsvSource({GATEWAY, WORKER, DELAY_LINE})
  void anEmptyFormatIsForPeople(String configuration, CapturedOutput output) {
    logSomething(configuration, "--logging.structured.format.console=");

    assertThat(output.getOut())
        .contains("something.happened detail=\"two")
        .doesNotContain("{\"@timestamp\"");
  }
}
