package pqsigner.deploy.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static pqsigner.deploy.compose.ComposeFile.environment;
import static pqsigner.deploy.compose.ComposeFile.mounts;
import static pqsigner.deploy.compose.ComposeFile.service;
import static pqsigner.deploy.compose.ComposeFile.services;
import static pqsigner.deploy.compose.ComposeFile.texts;

import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.deploy.Yaml;
import pqsigner.deploy.images.Images;
import pqsigner.local.LocalStack;
import pqsigner.local.StackAddresses;
import pqsigner.local.compose.Composition;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What the file says agrees with what the one-shot services write, and keeps the trust zones
/// apart. That the settings themselves are the embedded stack's needs no test: one class has them.
class ComposeTest {
  private static final Composition COMPOSITION = new Composition(Path.of("/"));
  private static final StackAddresses INSIDE = COMPOSITION.inside();
  private static final StackAddresses PUBLISHED = COMPOSITION.published();

  @Test
  void itIsAComposeFile() {
    assertThat(errors(ComposeFile.read())).isEmpty();
  }

  @Test
  void aMisspeltKeyWouldBeFound() {
    ObjectNode file = (ObjectNode) ComposeFile.read();
    ((ObjectNode) file.get("services").get("gateway")).put("readonly", true);

    assertThat(errors(file)).hasSize(1);
  }

  private static List<String> errors(JsonNode file) {
    ObjectNode schema = ComposeSchema.get();
    // Relative, so it names nothing, and the validator wants an absolute one.
    schema.remove("$id");
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
        .getSchema(schema)
        .validate(file)
        .stream()
        .map(Object::toString)
        .toList();
  }

  @Test
  void everyServiceIsHardened() {
    services()
        .forEach(
            (name, service) -> {
              assertThat(service.path("read_only").asBoolean()).as(name).isTrue();
              assertThat(texts(service.path("cap_drop"))).as(name).containsExactly("ALL");
              assertThat(texts(service.path("security_opt")))
                  .as(name)
                  .containsExactly("no-new-privileges:true");
              assertThat(service.path("pids_limit").asInt()).as(name).isPositive();
              assertThat(service.path("mem_limit").asString()).as(name).endsWith("m");
              assertThat(service.has("privileged")).as(name).isFalse();
              assertThat(service.has("cap_add")).as(name).isFalse();
            });
  }

  /// Of the other two images' own users we know that they are not root.
  @Test
  void whatHasAPrivateKeyRunsAsTheUserOfTheHostsFolder() {
    services()
        .forEach(
            (name, service) -> {
              if (!Set.of("registry", "dynamodb").contains(name)) {
                assertThat(service.path("user").asString())
                    .as(name)
                    .isEqualTo("${PQ_SIGNER_UID:-1000}:${PQ_SIGNER_GID:-1000}");
              }
            });
  }

  @Test
  void imagesOfOthersAreTheVersionsOfTheBuild() {
    String pom = Yaml.text(Images.CONTEXT.resolve("pom.xml"));
    Map.of(
            "broker", named("KAFKA", "apache/kafka:" + version(pom, "kafka")),
            "registry", named("REGISTRY", "apicurio/apicurio-registry:" + version(pom, "apicurio")),
            "dynamodb",
                named("DYNAMODB", "amazon/dynamodb-local:" + version(pom, "dynamodb-local")))
        .forEach(
            (name, image) -> assertThat(service(name).get("image").asString()).isEqualTo(image));
  }

  /// A digest takes the place of a tag without a change of the file.
  private static String named(String whose, String byTag) {
    return "${PQ_SIGNER_" + whose + "_IMAGE:-" + byTag + "}";
  }

  @Test
  void imagesOfOursAreBuiltFromTheirDockerfiles() {
    Map<String, String> built = new TreeMap<>();
    ComposeFile.ours()
        .forEach(
            name -> {
              JsonNode build = service(name).get("build");
              String target = build.path("target").asString("");
              assertThat(build.get("context").asString()).isEqualTo(".");
              assertThat(build.get("args").propertyNames()).containsExactly("JDK", "BASE");
              assertThat(build.get("args").get("JDK").asString())
                  .startsWith("${PQ_SIGNER_JDK_IMAGE:-eclipse-temurin:25");
              assertThat(build.get("args").get("BASE").asString())
                  .startsWith("${PQ_SIGNER_BASE_IMAGE:-gcr.io/distroless/base-nossl-");
              assertThat(Images.at(build.get("dockerfile").asString()).stage(target)).isNotNull();
              built.put(service(name).get("image").asString(), target);
            });
    assertThat(built)
        .isEqualTo(
            Map.of(
                "pq-signer/gateway", "",
                "pq-signer/worker", "worker",
                "pq-signer/delay-line", "delay-line",
                "pq-signer/enclave-simulated", "simulated",
                "pq-signer/local-stack", ""));
  }

  @Test
  void servicesAreCalledAsTheSettingsCallThem() {
    assertThat(services())
        .containsKeys(
            INSIDE.bootstrapServers().replaceAll(":.*", ""),
            INSIDE.registry().getHost(),
            INSIDE.dynamoDb().getHost());
  }

  @Test
  void whatIsPublishedIsWhatAClientIsTold() {
    URI broker = URI.create("ssl://" + PUBLISHED.bootstrapServers());
    Map<String, List<String>> ports = new TreeMap<>();
    services()
        .forEach(
            (name, service) -> {
              if (service.has("ports")) {
                ports.put(name, texts(service.get("ports")));
              }
            });
    assertThat(ports)
        .isEqualTo(
            Map.of(
                "gateway", List.of(published(COMPOSITION.gateway(), 8443)),
                "broker", List.of(published(broker, broker.getPort())),
                "registry", List.of(published(PUBLISHED.registry(), INSIDE.registry().getPort()))));
    assertThat(
            Yaml.file(Images.CONTEXT.resolve("gateway-api/src/main/resources/application.yaml"))
                .at("/server/port")
                .asInt())
        .isEqualTo(COMPOSITION.gateway().getPort());
  }

  private static String published(URI outside, int inside) {
    return "127.0.0.1:" + outside.getPort() + ":" + inside;
  }

  @Test
  void theArrowsAreThoseOfThePicture() {
    Map<String, Set<String>> members = new TreeMap<>();
    services()
        .forEach(
            (name, service) ->
                texts(service.path("networks"))
                    .forEach(n -> members.computeIfAbsent(n, x -> new TreeSet<>()).add(name)));
    assertThat(members)
        .isEqualTo(
            Map.of(
                "clients", Set.of("broker", "gateway", "registry"),
                "queue", Set.of("broker", "delay-line", "gateway", "registry", "topics", "worker"),
                "ledger", Set.of("dynamodb", "gateway", "warm-up"),
                "kms", Set.of("kms")));
    for (String inner : List.of("queue", "ledger", "kms")) {
      assertThat(ComposeFile.read().at("/networks/" + inner + "/internal").asBoolean()).isTrue();
    }
    assertThat(modes())
        .isEqualTo(
            Map.of(
                "certificates", "none",
                "enclave", "none",
                "kms-proxy", "service:kms",
                "ready", "none"));
  }

  private static Map<String, String> modes() {
    return services().entrySet().stream()
        .filter(e -> e.getValue().has("network_mode"))
        .collect(
            Collectors.toMap(Map.Entry::getKey, e -> e.getValue().get("network_mode").asString()));
  }

  @Test
  void kmsIsAskedForItsHealthWhereItListens() {
    assertThat(texts(service("kms").at("/healthcheck/test")))
        .endsWith("tcp://127.0.0.1:" + COMPOSITION.kmsPort());
  }

  @Test
  void theEnclaveIsReachedByTheWorkerAndReachesKmsOnly() {
    assertThat(mountedBy("enclave-socket")).containsExactlyInAnyOrder("enclave", "worker");
    assertThat(mountedBy("kms-socket")).containsExactlyInAnyOrder("enclave", "kms-proxy");
    assertThat(mounts(service("enclave"))).containsKey(folder(INSIDE.enclave()));
    assertThat(mounts(service("worker"))).containsKey(folder(INSIDE.enclave()));
    assertThat(mounts(service("kms-proxy"))).containsKey(folder(INSIDE.kms()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"broker", "topics", "gateway", "worker", "delay-line", "enclave", "kms"})
  void aServicesFilesAreInAVolumeThatItAloneReads(String name) {
    Path folder = name.equals("broker") ? COMPOSITION.brokerFolder() : COMPOSITION.folder(name);

    assertThat(mountedBy(name)).containsExactlyInAnyOrder("certificates", name);
    assertThat(mounts(service("certificates"))).containsEntry(folder.toString(), name);
    assertThat(mounts(service(name))).containsEntry(folder.toString(), name);
    service(name)
        .get("volumes")
        .forEach(
            volume -> {
              if (volume.get("source").asString().equals(name)) {
                assertThat(volume.path("read_only").asBoolean()).isTrue();
              }
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"gateway", "worker"})
  void aServiceIsToldWhereItsFilesAreAndNoSecret(String name) {
    String folder = COMPOSITION.folder(name).toString();
    assertThat(environment(service(name)))
        .isEqualTo(
            Map.of(
                "SPRING_CONFIG_ADDITIONAL_LOCATION",
                "file:" + folder + "/",
                "AWS_SHARED_CREDENTIALS_FILE",
                folder + "/credentials",
                "AWS_REGION",
                LocalStack.REGION,
                "AWS_EC2_METADATA_DISABLED",
                "true"));
  }

  @Test
  void theDelayLineHasItsOwnFilesAndNoCredentials() {
    assertThat(environment(service("delay-line")))
        .isEqualTo(
            Map.of(
                "SPRING_CONFIG_ADDITIONAL_LOCATION",
                "file:" + COMPOSITION.folder("delay-line") + "/"));
    assertThat(mounts(service("delay-line")).values()).containsExactly("delay-line");
  }

  @Test
  void theClientsFolderIsTheHostsAndNoRunningServiceSeesIt() {
    String host = "${PQ_SIGNER_DIR:-${PWD}/target/local}";
    assertThat(mountedBy(host)).containsExactlyInAnyOrder("certificates", "ready");
    assertThat(texts(service("certificates").get("command"))).containsExactly("certificates", host);
    assertThat(mounts(service("ready"))).containsKey(COMPOSITION.clients().toString());
  }

  private static Set<String> mountedBy(String source) {
    return services().entrySet().stream()
        .filter(e -> mounts(e.getValue()).containsValue(source))
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  private static String folder(String unixAddress) {
    return String.valueOf(Path.of(unixAddress.substring("unix:".length())).getParent());
  }

  private static String version(String pom, String name) {
    String tag = "<" + name + ".version>";
    int start = pom.indexOf(tag) + tag.length();
    return pom.substring(start, pom.indexOf('<', start));
  }
}
