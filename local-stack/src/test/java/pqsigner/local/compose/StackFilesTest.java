package pqsigner.local.compose;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StackFilesTest {
  private static final List<String> SERVICES =
      List.of("topics", "gateway", "worker", "delay-line", "enclave", "kms");

  @TempDir Path root;

  private Composition composition;

  @BeforeEach
  void volumesAsTheEngineMountsThem() throws IOException {
    composition = new Composition(root);
    for (String service : SERVICES) {
      Files.createDirectories(composition.folder(service));
    }
    Files.createDirectories(composition.brokerFolder());
    Files.createDirectories(composition.clients());
    Files.createDirectories(composition.enclaveCode().resolve("lib"));
    Files.writeString(composition.enclaveCode().resolve("enclave.jar"), "code");
    Files.writeString(composition.enclaveCode().resolve("lib/library.jar"), "library");
    StackFiles.write(composition, Path.of("/home/alice/pq"));
  }

  @Test
  void nobodyGetsAKeyThatIsNotItsOwn() throws IOException {
    assertThat(keys(composition.brokerFolder())).containsExactly("broker.key", "broker.pem");
    assertThat(keys(composition.folder("topics"))).containsExactly("admin.key");
    assertThat(keys(composition.folder("gateway"))).containsExactly("credentials", "gateway.key");
    assertThat(keys(composition.folder("worker"))).containsExactly("credentials", "worker.key");
    assertThat(keys(composition.folder("delay-line"))).containsExactly("delay-line.key");
    assertThat(keys(composition.folder("enclave"))).containsExactly("nsm-leaf.key");
    assertThat(keys(composition.folder("kms"))).containsExactly("kms.json", "kms.key");
    assertThat(keys(composition.clients()))
        .containsExactly("custodian-a.key", "custodian-b.key", "intruder.key", "operator.key");
  }

  @Test
  void nobodyElseOfTheHostMayReadThem() throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (!file.startsWith(composition.enclaveCode())) {
          assertThat(Files.getPosixFilePermissions(file)).as(file.toString()).hasSize(2);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "gateway, application.properties",
    "worker, application.properties",
    "delay-line, delay-line.properties",
    "enclave, arguments",
    "kms, kms.json"
  })
  void everyFileThatAServiceIsToldOfIsInItsFolder(String service, String settings)
      throws IOException {
    Path folder = composition.folder(service);
    List<String> named =
        Stream.of(Files.readString(folder.resolve(settings)).split("[\\s\",=]+|file:"))
            .filter(word -> word.startsWith(root + "/"))
            .toList();

    assertThat(named).hasSizeGreaterThan(2);
    assertThat(named)
        .allSatisfy(file -> assertThat(Path.of(file)).isRegularFile().hasParent(folder));
  }

  @Test
  void theServicesHaveCredentialsThatShareNothing() throws IOException {
    List<String> gateway = Files.readAllLines(composition.folder("gateway").resolve("credentials"));
    List<String> worker = Files.readAllLines(composition.folder("worker").resolve("credentials"));

    assertThat(gateway).hasSize(4).startsWith("[default]");
    assertThat(worker.subList(1, 4)).doesNotContainAnyElementsOf(gateway);
  }

  @Test
  void theClientsAreToldOfTheHostsFolderAndOfNoProcess() throws IOException {
    Path draft = composition.clients().resolve("local.env.new");
    Map<String, String> variables =
        Files.readAllLines(draft).stream()
            .map(line -> line.split("=", 2))
            .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));

    assertThat(variables)
        .containsEntry("PQ_SIGNER_URL", "https://localhost:8443")
        .containsEntry("PQ_SIGNER_KAFKA", "127.0.0.1:9094")
        .containsEntry("PQ_SIGNER_REGISTRY", "http://127.0.0.1:8081/apis/ccompat/v7")
        .containsEntry("PQ_SIGNER_CERT", "/home/alice/pq/custodian-a.crt")
        .containsEntry("PQ_SIGNER_CUSTODIAN", "custodian-a")
        .hasSize(8);
    assertThat(composition.clients().resolve("local.env")).doesNotExist();
  }

  @Test
  void startingAgainKeepsThemAndAnotherFolderOfTheHostMakesThemAnew() throws IOException {
    Path authority = composition.clients().resolve("ca.crt");
    String first = Files.readString(authority);

    StackFiles.write(composition, Path.of("/home/alice/pq"));
    assertThat(authority).hasContent(first);

    Files.delete(authority);
    StackFiles.write(composition, Path.of("/home/alice/other"));
    assertThat(Files.readString(authority)).isNotEqualTo(first);
    assertThat(composition.folder("gateway").resolve("ca.crt")).hasSameTextualContentAs(authority);
  }

  /// Files with a private key or a secret in them.
  private static List<String> keys(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<String> names = new java.util.ArrayList<>();
      for (Path file : files.sorted().toList()) {
        String text = Files.readString(file);
        if (text.contains("PRIVATE KEY") || text.contains("ecret")) {
          names.add(String.valueOf(file.getFileName()));
        }
      }
      return names;
    }
  }
}
