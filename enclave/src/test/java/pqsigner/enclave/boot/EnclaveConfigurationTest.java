package pqsigner.enclave.boot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.attestation.Pcr;
import pqsigner.enclave.testing.TestCertificates;
import pqsigner.mldsa.ParameterSet;

class EnclaveConfigurationTest {
  private static final String MINIMAL =
      """
      kms.key-arn = arn:aws:kms:eu-central-1:111122223333:key/abc-1
      kms.region = eu-central-1
      kms.endpoint-host = kms.eu-central-1.amazonaws.com
      kms.address = vsock:3:8000
      kms.trust-roots = roots.pem
      """;

  @TempDir Path folder;
  private final TestCertificates authority = new TestCertificates("root");

  @BeforeEach
  void writeRoots() throws Exception {
    authority.writeRoot(folder.resolve("roots.pem"));
  }

  private EnclaveConfiguration read(String text) throws ConfigurationException, IOException {
    Path file = folder.resolve("enclave.properties");
    Files.writeString(file, text);
    return EnclaveConfiguration.read(file);
  }

  @Test
  void theShortestFileHasAllDefaults() throws Exception {
    EnclaveConfiguration configuration = read(MINIMAL);
    assertThat(configuration.algorithms()).containsExactlyInAnyOrder(ParameterSet.values());
    assertThat(configuration.deterministic()).isFalse();
    assertThat(configuration.kms().groups()).containsExactly("X25519MLKEM768");
    assertThat(configuration.kms().callTimeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(configuration.leases().timeMax()).isZero();
    assertThat(configuration.jobs().signingThreads()).isPositive();
  }

  @Test
  void whatIsMeasuredIsWrittenDown() throws Exception {
    byte[] root = MessageDigest.getInstance("SHA-256").digest(authority.root().getEncoded());
    EnclaveConfiguration configuration =
        read(MINIMAL + "lease.time-max = 2m\nalgorithms = ML-DSA-87 , ML-DSA-44\n");
    assertThat(new String(configuration.canonical(), UTF_8))
        .isEqualTo(
            """
            pq-signer/enclave-configuration/v1
            algorithms=ML-DSA-87,ML-DSA-44
            jobs.parallel-max=16
            jobs.queued-max=256
            kms.address=vsock:3:8000
            kms.call-timeout=5000ms
            kms.endpoint-host=kms.eu-central-1.amazonaws.com
            kms.idle-connections-max=16
            kms.idle-time=20000ms
            kms.key-arn=arn:aws:kms:eu-central-1:111122223333:key/abc-1
            kms.region=eu-central-1
            kms.tls-groups=X25519MLKEM768
            kms.trust-roots=%s
            lease.entries-max=1000
            lease.time-max=120000ms
            lease.uses-max=1
            recipient.age-max=60000ms
            recipient.pairs-ahead=2
            recipient.uses-max=1000
            server.connections-max=8
            server.drain-time=5000ms
            server.frame-timeout=10000ms
            server.idle-timeout=60000ms
            server.in-flight-max=1024
            signing.randomness=hedged
            signing.threads=0
            """
                .formatted(HexFormat.of().formatHex(root)));
    byte[] measurement = MessageDigest.getInstance("SHA-384").digest(configuration.canonical());
    assertThat(configuration.measurement()).isEqualTo(measurement);
    assertThat(configuration.pcr16()).isEqualTo(Pcr.extend(new byte[48], measurement));
  }

  @Test
  void spellingDoesNotChangeTheMeasurement() throws Exception {
    byte[] plain = read(MINIMAL).measurement();
    assertThat(
            read("# x\n\n" + MINIMAL.replace(" = ", "=") + "kms.call-timeout=5000ms\n")
                .measurement())
        .isEqualTo(plain);
    assertThat(read(MINIMAL + "jobs.parallel-max = 0016\n").measurement()).isEqualTo(plain);
    assertThat(read(MINIMAL.replace("\n", "\r\n")).measurement()).isEqualTo(plain);
  }

  /// Whatever a parent might want to change is in the measurement.
  @Test
  void everyValueChangesTheMeasurement() throws Exception {
    List<byte[]> seen = new ArrayList<>();
    seen.add(read(MINIMAL).measurement());
    for (String changed :
        List.of(
            MINIMAL.replace("abc-1", "abc-2"),
            MINIMAL.replace("111122223333", "999999999999"),
            MINIMAL.replace("eu-central-1", "eu-west-1"),
            MINIMAL.replace("kms.eu-central-1.amazonaws.com", "kms.evil.example"),
            MINIMAL.replace("vsock:3:8000", "vsock:3:8001"),
            MINIMAL + "algorithms = ML-DSA-65\n",
            MINIMAL + "signing.randomness = deterministic\n",
            MINIMAL + "lease.time-max = 1ms\n",
            MINIMAL + "kms.tls-groups = X25519MLKEM768,X25519\n")) {
      byte[] measurement = read(changed).measurement();
      assertThat(seen).as(changed).doesNotContain(measurement);
      seen.add(measurement);
    }
    new TestCertificates("root").writeRoot(folder.resolve("roots.pem"));
    assertThat(seen).as("another root").doesNotContain(read(MINIMAL).measurement());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "unknown.key = 1",
        "kms.region = eu-central-1",
        "no equals sign",
        "= 1",
        "KMS.region = x",
        "signing.threads =",
        "signing.threads = -1",
        "signing.threads = 257",
        "signing.threads = 99999999999",
        "signing.threads = 1.5",
        "signing.randomness = random",
        "algorithms = ML-DSA-44,ML-DSA-44",
        "algorithms = ML-DSA-43",
        "algorithms = ML-DSA-44,",
        "algorithms = ml-dsa-44",
        "kms.tls-groups = SecP256r1MLKEM768",
        "kms.call-timeout = 5",
        "kms.call-timeout = 5 s",
        "kms.call-timeout = 99ms",
        "kms.call-timeout = 61s",
        "lease.time-max = 61m",
        "lease.uses-max = 0",
        "recipient.uses-max = 0",
        "recipient.pairs-ahead = 0",
        "server.connections-max = 0",
        "server.in-flight-max = 63",
        "jobs.queued-max = 0"
      })
  void aLineThatIsNotExactlyRightIsAnError(String line) {
    assertThatThrownBy(() -> read(MINIMAL + line + "\n"))
        .isInstanceOf(ConfigurationException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "alias/abc",
        "arn:aws:kms:eu-central-1:111122223333:alias/abc",
        "arn:aws:kms:us-east-1:111122223333:key/abc",
        "arn:aws:kms:eu-central-1:1111:key/abc",
        "arn:aws:kms:eu-central-1:111122223333:key/",
        "arn:aws:kms:eu-central-1:111122223333:key/*"
      })
  void onlyAFullKeyArnOfTheRegionWillDo(String arn) {
    String text = MINIMAL.replace("arn:aws:kms:eu-central-1:111122223333:key/abc-1", arn);
    assertThatThrownBy(() -> read(text)).isInstanceOf(ConfigurationException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kms.key-arn",
        "kms.region",
        "kms.endpoint-host",
        "kms.address",
        "kms.trust-roots"
      })
  void whatHasNoDefaultMustBeGiven(String key) {
    String without =
        MINIMAL.lines().filter(line -> !line.startsWith(key)).reduce("", (a, b) -> a + b + "\n");
    assertThatThrownBy(() -> read(without))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("missing");
  }

  @Test
  void rootsMustBeThereAndBeCertificates() throws Exception {
    Files.writeString(folder.resolve("roots.pem"), "");
    assertThatThrownBy(() -> read(MINIMAL)).isInstanceOf(ConfigurationException.class);
    Files.writeString(folder.resolve("roots.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n");
    assertThatThrownBy(() -> read(MINIMAL)).isInstanceOf(ConfigurationException.class);
    Files.delete(folder.resolve("roots.pem"));
    assertThatThrownBy(() -> read(MINIMAL)).isInstanceOf(ConfigurationException.class);
  }

  @Test
  void otherEncodingsAndHugeFilesAreErrors() throws Exception {
    Path file = folder.resolve("latin1.properties");
    Files.write(file, new byte[] {'#', (byte) 0xE9, '\n'});
    assertThatThrownBy(() -> EnclaveConfiguration.read(file))
        .isInstanceOf(ConfigurationException.class);
    assertThatThrownBy(() -> read("#" + "x".repeat(64 * 1024)))
        .isInstanceOf(ConfigurationException.class);
    assertThatThrownBy(() -> EnclaveConfiguration.read(folder.resolve("none")))
        .isInstanceOf(ConfigurationException.class);
  }
}
