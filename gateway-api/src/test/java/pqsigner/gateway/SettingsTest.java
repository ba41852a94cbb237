package pqsigner.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import pqsigner.gateway.admission.AdmissionSettings;
import pqsigner.gateway.admission.http.HttpSettings;
import pqsigner.gateway.custodian.CustodianSettings;
import pqsigner.gateway.dynamodb.DynamoSettings;
import pqsigner.gateway.fairness.FairnessSettings;
import pqsigner.gateway.http.connections.ConnectionSettings;
import pqsigner.gateway.kafka.KafkaSettings;
import pqsigner.gateway.ledger.LedgerSettings;
import pqsigner.gateway.recovery.RecoverySettings;
import pqsigner.gateway.replay.ReplaySettings;
import pqsigner.gateway.replies.AttestationSettings;

/// A gateway starts with what it can work with, and says what it cannot.
class SettingsTest {

  @EnableConfigurationProperties({
    ConnectionSettings.class,
    HttpSettings.class,
    DynamoSettings.class,
    AdmissionSettings.class,
    CustodianSettings.class,
    FairnessSettings.class,
    KafkaSettings.class,
    LedgerSettings.class,
    RecoverySettings.class,
    ReplaySettings.class,
    AttestationSettings.class
  })
  static class All {}

  private static final String IMAGE = "pq-signer.attestation.images[0].";
  private static final String[] MEASURED =
      Stream.of("pcr0=", "pcr1=", "pcr2=", "pcr16=")
          .map(name -> IMAGE + name + "ab".repeat(48))
          .toArray(String[]::new);
  private static final String KEY =
      "pq-signer.attestation.kms-key-arn=arn:aws:kms:eu-central-1:111122223333:key/1";

  private final ApplicationContextRunner bare =
      new ApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(ValidationAutoConfiguration.class))
          .withUserConfiguration(All.class);
  private final ApplicationContextRunner runner =
      bare.withPropertyValues(MEASURED).withPropertyValues(KEY);

  @Test
  void theDefaultsAreConsistent() {
    runner.run(context -> assertThat(context).hasNotFailed());
  }

  @Test
  void aGatewayThatDoesNotKnowItsEnclaveOrItsKeyDoesNotStart() {
    bare.withPropertyValues(KEY).run(context -> assertThat(context).hasFailed());
    bare.withPropertyValues(MEASURED).run(context -> assertThat(context).hasFailed());
  }

  @Test
  void anImageIsKnownByAllItsRegistersOrNotAtAll() {
    for (String left : MEASURED) {
      bare.withPropertyValues(KEY)
          .withPropertyValues(
              Stream.of(MEASURED).filter(each -> !each.equals(left)).toArray(String[]::new))
          .run(context -> assertThat(context).as("without " + left).hasFailed());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "connections.handshake-timeout=99ms",
        "connections.handshake-timeout=61s",
        "connections.handshakes-max=0",
        "connections.handshakes-per-source-max=385",
        "connections.authenticated-max=0",
        "connections.head-timeout=61s",
        "connections.request-timeout=999ms",
        "connections.idle-timeout=1s",
        "fairness.share-percent=0",
        "fairness.share-percent=101",
        "http.wait-maxx=1s",
        "admission.external-mu=maybe",
        "admission.external-mus=false",
        "custodians.initial=Fund",
        "custodians.initial=fund,gateway",
        "custodians.refresh=499ms",
        "custodians.refresh=5001ms",
        "custodians.usable-for=9999ms",
        "custodians.usable-for=3601s",
        "dynamodb.attempt-timeout=0s",
        "dynamodb.call-timeout=1499ms",
        "dynamodb.attempts-max=0",
        "dynamodb.attempts-max=11",
        "dynamodb.connections-max=0",
        "dynamodb.connections-max=4097",
        "dynamodb.keys-cached=0",
        "dynamodb.keys-cached=1000001",
        "dynamodb.key-trusted-for=-1s",
        "dynamodb.key-trusted-for=1001ms",
        "dynamodb.call-timeout=4001ms",
        "admission.key-version-limit=0",
        "admission.key-version-limit=1001",
        "dynamodb.endpoint-url=http://x",
        "fairness.requests-per-second=0",
        "fairness.requests-per-second=1000001",
        "fairness.burst=0",
        "fairness.burst=1000001",
        "fairness.interactive-max=0",
        "fairness.interactive-max=100001",
        "fairness.bulk-max=0",
        "fairness.bulk-max=100001",
        "fairness.custodians.custodian-a.burst=1",
        "kafka.bulk-records-at-once=0",
        "kafka.bulk-records-at-once=1025",
        "kafka.bulk-records-beside-callers=0",
        "kafka.bulk-records-beside-callers=1025",
        "kafka.command-consumers=0",
        "kafka.command-consumers=65",
        "kafka.reply-consumers=0",
        "kafka.records-at-once=1025",
        "kafka.records-per-poll=5001",
        "kafka.refused-per-second=0",
        "kafka.refused-per-second=100001",
        "kafka.job-key-spread=257",
        "kafka.send-timeout=999ms",
        "kafka.send-timeout=31s",
        "kafka.topicprefix2=x",
        "kafka.serde.schema.registry.url=http://registry:8081",
        "kafka.serde.schema.registry.url=https://registry",
        "ledger.result-retention=59m",
        "ledger.digest-retention=89d",
        "ledger.retention=1d",
        "recovery.requeue-after=99ms",
        "recovery.requeue-max=9s",
        "recovery.interval=99ms",
        "recovery.interval=301s",
        "recovery.rows-per-sweep=0",
        "replay.replays-max=51",
        "replay.jobs-max=0",
        "replay.per-minute=0",
        "attestation.images[0].pcr0=abc",
        "attestation.images[0].pcr1=000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000",
        "attestation.images[0].pcr16=000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000",
        "attestation.images[0].pcr8=x",
        "attestation.host-role-arn=arn:aws:iam::111122223333:user/someone",
        "attestation.kms-key-arn=alias/pq-signer",
        "attestation.pcr0=x"
      })
  void aValueOutOfBoundsOrAnUnknownKeyDoesNotStart(String setting) {
    String section = "pq-signer." + setting.substring(0, setting.indexOf('.'));
    runner
        .withPropertyValues("pq-signer." + setting)
        .run(context -> assertThat(context).getFailure().hasStackTraceContaining(section));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dynamodb.call-timeout=1500ms",
        "dynamodb.attempts-max=10",
        "dynamodb.connections-max=4096",
        "dynamodb.keys-cached=1",
        "dynamodb.key-trusted-for=0s",
        "dynamodb.key-trusted-for=1s",
        "admission.key-version-limit=1",
        "admission.key-version-limit=1000",
        "fairness.requests-per-second=1000000",
        "fairness.interactive-max=1",
        "fairness.bulk-max=100000",
        "custodians.initial=",
        "custodians.refresh=5s",
        "custodians.usable-for=10s",
        "kafka.command-consumers=64",
        "kafka.records-at-once=1",
        "kafka.bulk-records-beside-callers=1",
        "kafka.bulk-records-beside-callers=1024",
        "kafka.send-timeout=1s",
        "kafka.send-timeout=30s",
        "kafka.serde.schema.registry.url=http://127.0.0.1:8081",
        "kafka.serde.schema.registry.url=https://gateway:secret@registry",
        "ledger.result-retention=1h",
        "ledger.digest-retention=90d",
        "recovery.requeue-after=100ms",
        "recovery.requeue-max=10s",
        "recovery.interval=5m",
        "replay.replays-max=50"
      })
  void aValueAtItsExtremeIsTaken(String setting) {
    runner
        .withPropertyValues("pq-signer." + setting)
        .run(context -> assertThat(context).hasNotFailed());
  }

  /// While an enclave is replaced, both may make keys.
  @Test
  void twoImagesMayBeAllowedAtOnce() {
    runner
        .withPropertyValues(
            Stream.of(MEASURED)
                .map(each -> each.replace("[0]", "[1]").replace("ab", "cd"))
                .toArray(String[]::new))
        .run(
            context ->
                assertThat(context.getBean(AttestationSettings.class).images())
                    .extracting(AttestationSettings.Image::pcr16)
                    .containsExactly("ab".repeat(48), "cd".repeat(48)));
  }

  @Test
  void aSecretIsNeverPrinted() {
    runner
        .withPropertyValues("pq-signer.kafka.serde.basic.auth.user.info=registry:s3cr3t")
        .run(
            context -> {
              KafkaSettings kafka = context.getBean(KafkaSettings.class);
              assertThat(kafka.serde()).containsEntry("basic.auth.user.info", "registry:s3cr3t");
              assertThat(kafka.toString())
                  .contains("basic.auth.user.info")
                  .doesNotContain("s3cr3t");
            });
  }
}
