package pqsigner.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pqsigner.image.input.Json;
import tools.jackson.databind.JsonNode;

class ImageMainTest {
  private static final String HOST = "arn:aws:iam::111122223333:role/nitro-host";
  private static final String ADMINISTRATOR = "arn:aws:iam::111122223333:role/key-admin";

  @TempDir private Path folder;
  private Ingredients ingredients;

  private record Outcome(int code, String out, String err) {
    JsonNode json() {
      assertThat(code).as(err).isZero();
      return Json.parse(out.getBytes(UTF_8));
    }
  }

  /// The enclave's module as Maven leaves it, beside the ingredients.
  @BeforeEach
  void module() throws IOException {
    ingredients = Ingredients.in(folder);
    Files.createDirectories(folder.resolve("module/target"));
    Files.createDirectories(folder.resolve("module/src/main/jvm"));
    Files.copy(ingredients.path("enclave.jar"), folder.resolve("module/target/enclave.jar"));
    Files.copy(
        ingredients.path("enclave.jvmopts"), folder.resolve("module/src/main/jvm/enclave.jvmopts"));
    Files.writeString(
        folder.resolve("module/target/runtime.classpath"),
        ingredients.path("library-b.jar") + ":" + ingredients.path("library-c.jar"));
  }

  private static Outcome run(List<String> arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code =
        ImageMain.run(
            arguments, new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
    return new Outcome(code, out.toString(UTF_8), err.toString(UTF_8));
  }

  private List<String> build() throws IOException {
    List<String> arguments = new ArrayList<>(List.of("build"));
    for (String name : List.of("kernel", "cmdline", "init")) {
      arguments.addAll(
          List.of(
              "--" + name,
              ingredients.path(name).toString(),
              "--" + name + "-sha256",
              ingredients.pinned(name).sha256()));
    }
    arguments.addAll(
        List.of(
            "--config",
            ingredients.path("enclave.properties").toString(),
            "--library",
            ingredients.path("libc.so.6") + "=/lib64/libc.so.6",
            "--enclave",
            folder.resolve("module").toString(),
            "--runtime",
            ingredients.path("runtime").toString(),
            "--out",
            folder.resolve("out").toString()));
    return arguments;
  }

  @Test
  void buildMeasureAndPolicyFitTogether() throws IOException {
    JsonNode built = run(build()).json();
    String manifest = built.path("manifest").asString();

    JsonNode measured =
        run(List.of("measure", "--eif", built.path("image").asString(), "--manifest", manifest))
            .json();
    assertThat(measured.path("pcrs")).isEqualTo(built.path("pcrs"));
    assertThat(measured.path("pcrs").propertyNames()).containsExactly("0", "1", "2", "16");

    Outcome policy =
        run(
            List.of(
                "policy",
                "--manifest",
                manifest,
                "--host-role",
                HOST,
                "--key-admin",
                ADMINISTRATOR));
    assertThat(policy.json().path("Statement")).hasSize(8);
    assertThat(policy.out()).contains(measured.path("pcrs").path("0").asString());
  }

  @Test
  void aRefusalHasItsCodeAndExits1() throws IOException {
    List<String> arguments = build();
    Files.writeString(ingredients.path("kernel"), "another");

    Outcome outcome = run(arguments);

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err()).startsWith("input_mismatch: ");
    assertThat(outcome.out()).isEmpty();
    assertThat(
            run(List.of(
                    "policy",
                    "--manifest",
                    ingredients.path("kernel").toString(),
                    "--host-role",
                    HOST,
                    "--key-admin",
                    ADMINISTRATOR))
                .err())
        .startsWith("manifest_malformed: ");
    assertThat(run(List.of("measure", "--eif", ingredients.path("kernel").toString())).err())
        .startsWith("eif_truncated: ");
  }

  @Test
  void anythingNotUnderstoodIsUsage() throws IOException {
    List<String> unknown = build();
    unknown.addAll(List.of("--extra", "x"));
    List<String> twice = build();
    twice.addAll(List.of("--out", "x"));
    List<String> halfSigned = build();
    halfSigned.addAll(List.of("--signing-key", "x"));
    List<String> network = build();
    network.addAll(List.of("--listen", "tcp:0.0.0.0:1"));
    for (List<String> arguments :
        List.of(
            List.<String>of(),
            List.of("brew"),
            List.of("measure"),
            List.of("measure", "--eif"),
            List.of("measure", "file"),
            unknown,
            twice,
            halfSigned,
            network)) {
      Outcome outcome = run(arguments);
      assertThat(outcome.code()).as(arguments.toString()).isEqualTo(2);
      assertThat(outcome.err()).contains("usage: build");
    }
  }
}
