package pqsigner.topics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.events.Topics;

class TopicsMainTest {

  private static final List<String> GIVEN =
      List.of(
          "--bootstrap-servers=b-1.example.com:9094,b-2.example.com:9094",
          "--topic-prefix=t.",
          "--replication-factor=3",
          "--min-insync-replicas=2",
          "--schema-registry-url=https://admin:secret@registry.example.com",
          "--tls=/nowhere/admin",
          "--custodian=a",
          "--custodian=b");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private static String[] with(String option) {
    String name = option.substring(0, option.indexOf('=') + 1);
    List<String> arguments = new ArrayList<>(GIVEN);
    arguments.removeIf(argument -> argument.startsWith(name));
    arguments.add(option);
    return arguments.toArray(String[]::new);
  }

  private int run(String... arguments) {
    return TopicsMain.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }

  @Test
  void theArgumentsMakeThePlan() {
    assertThat(TopicsMain.plan(GIVEN.toArray(String[]::new)))
        .isEqualTo(TopicPlan.of(new Topics("t."), List.of("a", "b"), new Durability((short) 3, 2)));
  }

  @Test
  void nobodyNeedsToBeACustodianYet() {
    String[] arguments =
        GIVEN.stream().filter(a -> !a.startsWith("--custodian")).toArray(String[]::new);

    assertThat(TopicsMain.plan(arguments).topics()).hasSize(7);
  }

  @Test
  void aCustodianGivenTwiceIsOne() {
    List<String> arguments = new ArrayList<>(GIVEN);
    arguments.add("--custodian=a");

    assertThat(TopicsMain.plan(arguments.toArray(String[]::new)))
        .isEqualTo(TopicsMain.plan(GIVEN.toArray(String[]::new)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--topic-prefix=",
        "--replication-factor=32767",
        "--replication-factor=2",
        "--min-insync-replicas=1",
        "--min-insync-replicas=3",
        "--schema-registry-url=http://127.0.0.1:8085/apis/ccompat/v7",
        "--custodian=c"
      })
  void theLastValuesThatAreTaken(String option) {
    assertThat(TopicsMain.plan(with(option)).topics()).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "--bootstrap-servers=, names no broker",
    "--topic-prefix=t/, topic prefix",
    "--replication-factor=0, at least 1",
    "--replication-factor=32768, is not a short",
    "--replication-factor=1, min.insync.replicas",
    "--min-insync-replicas=0, min.insync.replicas",
    "--min-insync-replicas=4, min.insync.replicas",
    "--min-insync-replicas=two, is not an int",
    "--schema-registry-url=registry.example.com, http",
    "--schema-registry-url=ftp://registry.example.com, http",
    "--schema-registry-url=https:///path, http",
    "--custodian=A, not a custodian's name",
    "--custodian=, not a custodian's name",
    "--custodian=gateway, reserved",
    "--delete=all, --delete"
  })
  void theFirstValuesThatAreNot(String option, String complaint) {
    assertThat(run(with(option))).isEqualTo(2);
    assertThat(err.toString()).contains(complaint).contains("Usage: topics");
    assertThat(out.toString()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5})
  void everyArgumentButTheCustodiansIsRequiredAndGivenOnce(int index) {
    List<String> fewer = new ArrayList<>(GIVEN);
    fewer.remove(index);
    assertThat(run(fewer.toArray(String[]::new))).isEqualTo(2);
    assertThat(err.toString()).contains("Missing required option");

    List<String> more = new ArrayList<>(GIVEN);
    more.add(GIVEN.get(index));
    assertThat(run(more.toArray(String[]::new))).isEqualTo(2);
    assertThat(err.toString()).contains("only once");
  }

  @Test
  void aCertificateThatIsNotThereIsToldInOneLine() {
    assertThat(run(GIVEN.toArray(String[]::new))).isEqualTo(1);
    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .startsWith("topics: cannot read /nowhere/admin/");
  }

  @Test
  void aCertificateThatIsNoneIsToldInOneLine(@TempDir Path folder) throws Exception {
    for (String name : List.of("ca.crt", "tls.crt", "tls.key")) {
      Files.writeString(folder.resolve(name), "no certificate");
    }

    String[] arguments = with("--tls=" + folder);
    arguments[0] = "--bootstrap-servers=127.0.0.1:9094";

    assertThat(run(arguments)).isEqualTo(1);
    assertThat(err.toString().lines()).singleElement().asString().contains("PEM");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--schema-registry-url=http://registry.example.com",
        "--schema-registry-url=https://registry.example.com"
      })
  void aRegistryThatAnybodyCouldAnswerForIsRefused(String option) {
    assertThat(run(with(option))).isEqualTo(2);
    assertThat(err.toString()).contains("registry");
  }

  @Test
  void theRegistrysCredentialsComeFromAFile(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("registry.properties");
    Files.writeString(
        file, "basic.auth.credentials.source=USER_INFO\nbasic.auth.user.info=admin:secret\n");

    assertThat(SchemaSetup.registry(URI.create("https://registry.example.com"), file, null, null))
        .containsEntry("basic.auth.user.info", "admin:secret")
        .containsEntry("schema.registry.url", "https://registry.example.com");
  }

  @Test
  void theRegistrysCredentialsAndAuthoritiesMayBeGivenWithoutAFile() {
    assertThat(
            SchemaSetup.registry(
                URI.create("https://registry.example.com"),
                null,
                "admin:secret",
                Path.of("/tls/registry/ca.crt")))
        .containsEntry("basic.auth.credentials.source", "USER_INFO")
        .containsEntry("basic.auth.user.info", "admin:secret")
        .containsEntry("schema.registry.ssl.truststore.type", "PEM")
        .containsEntry("schema.registry.ssl.truststore.location", "/tls/registry/ca.crt");
  }

  @Test
  void aTopicIsMadeAsDurableAsTold() {
    assertThat(TopicsMain.plan(GIVEN.toArray(String[]::new)).topics())
        .map(TopicSetup::newTopic)
        .allSatisfy(
            topic -> {
              assertThat(topic.replicationFactor()).isEqualTo((short) 3);
              assertThat(topic.configs()).containsEntry("min.insync.replicas", "2");
            });
  }
}
