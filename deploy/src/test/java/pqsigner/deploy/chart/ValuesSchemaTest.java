package pqsigner.deploy.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.deploy.Yaml;
import pqsigner.events.Topics;
import tools.jackson.databind.JsonNode;

/// What an operator can get wrong is refused before anything is installed, with the place named.
class ValuesSchemaTest {
  @ParameterizedTest
  @CsvSource({
    "image.repository, '', /image/repository",
    "aws.region, '', /aws/region",
    "aws.region, frankfurt, /aws/region",
    "aws.dynamodbEndpoint, http://dynamodb, /aws/dynamodbEndpoint",
    "kafka.bootstrapServers, kafka, /kafka/bootstrapServers",
    "kafka.schemaRegistryUrl, registry, /kafka/schemaRegistryUrl",
    "kafka.schemaRegistryUrl, http://registry, /kafka/schemaRegistryUrl",
    "kafka.schemaRegistry.credentials.secret, '', /kafka/schemaRegistry/credentials/secret",
    "kafka.brokerCa.configMap, '', /kafka/brokerCa/configMap",
    "aws.kmsCidrs[0], vpce-1, /aws/kmsCidrs/0",
    "gateway.callerAuthorities.configMap, '', /gateway/callerAuthorities/configMap",
    "gateway.callerAuthorities.auditors, x, auditors",
    "worker.seccompProfile, ../vsock.json, /worker/seccompProfile",
    "worker.seccompProfile, unconfined, /worker/seccompProfile",
    "delayLine.image.tag, '', /delayLine/image/tag",
    "delayLine.replicas, 4, /delayLine/replicas",
    "kafka.cidrs[0], everywhere, /kafka/cidrs/0",
    "custodians[0], Custodian A, /custodians/0",
    "custodians[0], gateway, /custodians/0",
    "certificates.issuer.name, '', /certificates/issuer/name",
    "certificates.issuer.kind, Vault, /certificates/issuer/kind",
    "gateway.image.tag, '', /gateway/image/tag",
    "gateway.roleArn, '', /gateway/roleArn",
    "gateway.roleArn, arn:aws:iam::111122223333:user/someone, /gateway/roleArn",
    "worker.roleArn, pq-signer-nitro-host, /worker/roleArn",
    "gateway.attestation.kmsKeyArn, alias/pq-signer, /gateway/attestation/kmsKeyArn",
    "gateway.attestation.images[0].pcr0, abc, /gateway/attestation/images/0/pcr0",
    "gateway.attestation.images[0].pcr8, abc, /gateway/attestation/images/0",
    "gateway.attestation.hostRoleArn, nodes, /gateway/attestation/hostRoleArn",
    "gateway.replicas.min, 1, /gateway/replicas/min",
    "worker.replicas, 1, /worker/replicas",
    "gateway.port, 0, /gateway/port",
    "gateway.port, 65536, /gateway/port",
    "enclave.cid, 3, /enclave/cid",
    "enclave.memoryMib, 1023, /enclave/memoryMib",
    "enclave.cpus, 1, /enclave/cpus",
    "enclave.kmsProxyDestination, evil.example.com, kmsProxyDestination",
    "surprise, 1, surprise",
    "topics.enabled, true, /topics/image/tag",
  })
  void isRefused(String key, String value, String where) {
    Object typed = value.equals("true") ? (Object) true : value;
    assertThatThrownBy(() -> Chart.renderWith(Map.of(key, typed))).hasMessageContaining(where);
  }

  /// Its own value set, because Helm's `--set` makes a number of the zeros.
  @Test
  void anEnclaveInDebugModeIsNobodysMeasurement() {
    assertThatThrownBy(() -> Chart.render("debug-mode"))
        .hasMessageContaining("/gateway/attestation/images/0/pcr0")
        .hasMessageContaining("'not' failed");
  }

  @Test
  void aContainerWithoutAMemoryLimitIsRefused() {
    assertThatThrownBy(() -> Chart.renderWith(Map.of("worker.resources.limits", "none")))
        .hasMessageContaining("/worker/resources/limits");
  }

  /// An empty list would mean everybody, which has to be said and not forgotten.
  @ParameterizedTest
  @ValueSource(strings = {"gateway.callers", "aws.dynamodbCidrs", "aws.kmsCidrs", "aws.stsCidrs"})
  void whatIsOpenToWhomMustBeSaid(String list) {
    String[] path = list.split("\\.", -1);
    assertThatThrownBy(() -> Chart.renderOver("%s: {%s: []}".formatted(path[0], path[1])))
        .hasMessageContaining("/" + list.replace('.', '/'));
  }

  @Test
  void custodiansAreNamedAsTheTopicsNameThem() {
    JsonNode schema = Yaml.file(Chart.FOLDER.resolve("values.schema.json"));

    assertThat(schema.path("definitions").path("name").path("pattern").asString())
        .isEqualTo("^" + Topics.CUSTODIAN.pattern() + "$");
    assertThat(schema.path("definitions").path("name").path("not").path("enum").valueStream())
        .map(JsonNode::asString)
        .containsExactlyInAnyOrderElementsOf(Topics.RESERVED);
  }
}
