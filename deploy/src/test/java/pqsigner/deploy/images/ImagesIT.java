package pqsigner.deploy.images;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Each image laid out by its own Dockerfile, and its command started until it says what it lacks.
@Tag("proof")
class ImagesIT {
  @TempDir Path work;

  @ParameterizedTest
  @CsvSource({
    "gateway, '', pq-signer.callers.custodians",
    "worker, worker, pq-signer.enclave.address",
    "worker, delay-line, firstDelay",
    "enclave, '', start.failed reason=",
    "enclave, simulated, pq-signer/enclave/arguments",
    "topics, '', 'Missing required options: '",
    "local-stack, '', usage: certificates HOST_FOLDER"
  })
  void theRuntimeHasEveryModuleAndTheCommandStartsUntilItMissesItsSettings(
      String name, String target, String complaint) throws Exception {
    BuiltImage image = build(name, target);

    assertThat(modulesOf(image)).containsAll(modulesNeededBy(image));
    Run run = run(image.command(wrong(target)), image.environment());
    assertThat(run.code).as(run.output).isNotZero();
    assertThat(run.output)
        .contains(complaint)
        .doesNotContain("NoClassDefFoundError", "ClassNotFoundException", "UnsatisfiedLinkError");
  }

  /// The delay line has a default for everything, so it is told what it must refuse.
  private static List<String> wrong(String target) {
    return target.equals("delay-line") ? List.of("--pq-signer.lanes.first-delay=0s") : List.of();
  }

  @Test
  void theHealthCheckSaysWhetherTheServiceIsReady() throws Exception {
    BuiltImage image = build("worker", "");
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    var status = new AtomicInteger(503);
    server.createContext(
        "/actuator/health/readiness",
        exchange -> {
          exchange.sendResponseHeaders(status.get(), -1);
          exchange.close();
        });
    server.start();
    try {
      List<String> check = new ArrayList<>(image.healthCheck());
      check.add(check.removeLast().replace(":9091", ":" + server.getAddress().getPort()));
      assertThat(run(check).code).isEqualTo(1);
      status.set(200);
      assertThat(run(check).code).isZero();
    } finally {
      server.stop(0);
    }
    assertThat(run(image.healthCheck()).code).as("nobody there").isEqualTo(1);
  }

  private BuiltImage build(String name, String target) throws Exception {
    return BuiltImage.build(
        Images.at("deploy/images/" + name + ".Dockerfile"), target, work.resolve("image"));
  }

  private static Set<String> modulesNeededBy(BuiltImage image) throws Exception {
    List<String> jars = image.jars().stream().map(Path::toString).toList();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "jdeps").toString());
    command.addAll(BuiltImage.QUICK_TOOL);
    command.addAll(
        List.of(
            "-q",
            "--multi-release",
            "25",
            "--ignore-missing-deps",
            "--print-module-deps",
            "--class-path",
            String.join(":", jars)));
    command.addAll(jars);
    Run run = run(command);
    assertThat(run.code).as(run.output).isZero();
    return Set.of(run.output.strip().split(",", -1));
  }

  /// Those that jlink added for the listed ones too.
  private static Set<String> modulesOf(BuiltImage image) throws Exception {
    Run run = run(List.of(image.root().resolve("opt/java/bin/java").toString(), "--list-modules"));
    return run.output.lines().map(line -> line.replaceAll("@.*", "")).collect(Collectors.toSet());
  }

  private record Run(int code, String output) {}

  private static Run run(List<String> command) throws Exception {
    return run(command, Map.of());
  }

  private static Run run(List<String> command, Map<String, String> environment) throws Exception {
    Path output = Files.createTempFile("run", ".log");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
      builder.environment().clear();
      builder.environment().putAll(environment);
      Process process = builder.start();
      boolean ended = process.waitFor(2, TimeUnit.MINUTES);
      process.destroyForcibly().waitFor();
      assertThat(ended).as("%s ends: %s", command, Files.readString(output)).isTrue();
      return new Run(process.exitValue(), Files.readString(output));
    } finally {
      Files.delete(output);
    }
  }
}
