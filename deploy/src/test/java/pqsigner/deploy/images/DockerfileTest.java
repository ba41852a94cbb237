package pqsigner.deploy.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import pqsigner.deploy.Yaml;
import pqsigner.deploy.images.Dockerfile.Instruction;
import pqsigner.deploy.images.Dockerfile.Stage;
import pqsigner.enclave.boot.FreedMemory;
import tools.jackson.databind.JsonNode;

/// Rules that each image keeps. An instruction that the parser does not know (`ADD`, `VOLUME`, ...)
/// fails all of them.
class DockerfileTest {
  static List<Dockerfile> all() {
    return Images.all();
  }

  @Test
  void thereIsOneForEachProcessAndOneForTheLocalStack() {
    assertThat(all().stream().map(Dockerfile::name))
        .containsExactly("enclave", "gateway", "local-stack", "topics", "worker");
  }

  /// By digest, which only the builder knows: an `ARG` has no default that could stand in for it.
  @ParameterizedTest
  @MethodSource("all")
  void everyBaseMustBeNamedByWhoeverBuilds(Dockerfile file) {
    assertThat(file.arguments()).containsExactly("JDK", "BASE");
    Set<String> earlier = new HashSet<>();
    Set<String> bases = new HashSet<>();
    for (Stage stage : file.stages()) {
      if (!earlier.contains(stage.base())) {
        bases.add(stage.base());
      }
      earlier.add(stage.name());
    }
    assertThat(bases).containsExactlyInAnyOrder("${JDK}", "${BASE}");
    assertThat(file.stages().getFirst().base()).isEqualTo("${JDK}");
    assertThat(file.stages()).hasSizeGreaterThan(1);
  }

  /// The one environment that an image brings along, and the enclave's alone.
  @ParameterizedTest
  @MethodSource("all")
  void theEnclaveOverwritesFreedMemory(Dockerfile file) {
    Map<String, String> environment =
        new BuiltImage(Path.of(""), file.whole(file.stages().getLast())).environment();
    assertThat(environment)
        .isEqualTo(file.name().equals("enclave") ? FreedMemory.environment() : Map.of());
  }

  @ParameterizedTest
  @MethodSource("all")
  void whatRunsHasNoShellNoJdkAndIsNotRoot(Dockerfile file) {
    for (Stage stage : file.stages()) {
      Stage whole = file.whole(stage);
      if (!stage.name().equals("runtime")) {
        assertThat(whole.base()).isEqualTo("${BASE}");
        assertThat(whole.all("RUN")).isEmpty();
        Instruction last = whole.all("USER").reduce((a, b) -> b).orElseThrow();
        assertThat(last.rest()).matches("[1-9][0-9]*:[1-9][0-9]*");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void everyCommandIsInTheExecForm(Dockerfile file) {
    for (Stage stage : file.stages()) {
      Stream.of("RUN", "ENTRYPOINT", "CMD", "HEALTHCHECK")
          .flatMap(stage::all)
          .forEach(each -> assertThat(each.arguments()).isNotEmpty());
    }
    assertThat(file.whole(file.stages().getLast()).all("ENTRYPOINT")).hasSize(1);
  }

  @ParameterizedTest
  @MethodSource("all")
  void onlyCodeGoesInAndItIsNotHiddenFromTheBuild(Dockerfile file) {
    List<String> shown =
        Yaml.text(Images.CONTEXT.resolve(".dockerignore"))
            .lines()
            .filter(line -> line.startsWith("!"))
            .map(line -> line.substring(1))
            .toList();
    for (Stage stage : file.stages()) {
      stage
          .all("COPY")
          .filter(copy -> copy.option("from").isEmpty())
          .forEach(
              copy -> {
                assertThat(copy.options()).isEmpty();
                assertThat(copy.paths()).hasSize(2);
                String source = copy.paths().getFirst();
                assertThat(source)
                    .matches(
                        "[a-z-]+/(target/[a-z-]+\\.jar|target/image/lib|src/main/jvm/enclave\\.jvmopts)");
                assertThat(shown).anyMatch(pattern -> covers(pattern, source));
              });
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void whatIsCopiedBetweenStagesComesFromAnEarlierOne(Dockerfile file) {
    Set<String> earlier = new HashSet<>();
    for (Stage stage : file.stages()) {
      stage
          .all("COPY")
          .map(copy -> copy.option("from"))
          .filter(from -> !from.isEmpty())
          .forEach(from -> assertThat(earlier).contains(from));
      earlier.add(stage.name());
    }
  }

  /// A record that is larger than memory is passed over, which only a process that goes on can do.
  @ParameterizedTest
  @CsvSource({"gateway, ''", "worker, worker", "worker, delay-line"})
  void nothingThatReadsATopicEndsOfARecordLargerThanMemory(String name, String target) {
    Dockerfile file = Images.at("deploy/images/" + name + ".Dockerfile");
    assertThat(file.stage(target).all("ENTRYPOINT").findFirst().orElseThrow().arguments())
        .isNotEmpty()
        .doesNotContain("-XX:+ExitOnOutOfMemoryError", "-XX:+CrashOnOutOfMemoryError");
  }

  @ParameterizedTest
  @CsvSource({
    "gateway, '', gateway-api/src/main/resources/application.yaml",
    "worker, worker, signing-worker/src/main/resources/application.yaml",
    "worker, delay-line, signing-worker/src/main/resources/delay-line.yaml"
  })
  void healthIsAskedWhereTheServiceAnswers(String name, String target, String settings) {
    JsonNode server = Yaml.file(Images.CONTEXT.resolve(settings)).at("/management/server");
    Dockerfile file = Images.at("deploy/images/" + name + ".Dockerfile");

    assertThat(file.stage(target).all("HEALTHCHECK").findFirst().orElseThrow().arguments())
        .endsWith(
            "http://%s:%d/actuator/health/readiness"
                .formatted(server.get("address").asString(), server.get("port").asInt()));
  }

  /// The simulated enclave comes into being only by `--target simulated`.
  @Test
  void noImageOfProductionHoldsTheLocalStack() {
    for (String name : List.of("gateway", "worker", "enclave", "topics")) {
      Dockerfile file = Images.at("deploy/images/" + name + ".Dockerfile");
      assertThat(file.whole(file.stage("")).all("COPY").map(Instruction::rest))
          .noneMatch(copy -> copy.contains("local-stack"));
    }
  }

  /// A pattern of `.dockerignore`, in which `*` stands for no `/`.
  private static boolean covers(String pattern, String path) {
    String regex = Pattern.quote(pattern).replace("*", "\\E[^/]*\\Q");
    return path.matches(regex + "(/.*)?");
  }
}
