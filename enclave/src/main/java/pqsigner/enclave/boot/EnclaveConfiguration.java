package pqsigner.enclave.boot;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import pqsigner.attestation.Pcr;
import pqsigner.enclave.keys.DataKeyLeases;
import pqsigner.enclave.release.KmsEndpoint;
import pqsigner.enclave.release.RecipientKeys;
import pqsigner.enclave.server.FrameServer;
import pqsigner.enclave.server.KeyJobs;
import pqsigner.enclave.signing.Level;
import pqsigner.protocol.transport.EndpointAddress;

/// The measured configuration: whoever reads PCR16 knows all of this. The parent cannot change any
/// of it without becoming another enclave to the KMS.
///
/// One UTF-8 file of `key = value` lines; `#` starts a comment line. Unknown and repeated keys are
/// errors. Durations have a unit: ms, s, m or h.
///
/// | key | default | meaning; consequence of a bad value |
/// |---|---|---|
/// | `kms.key-arn` | required | full ARN of the KMS key, no alias |
/// | `kms.region` | required | must be the ARN's region |
/// | `kms.endpoint-host` | required | TLS server name that the KMS must prove |
/// | `kms.address` | required | where its TCP stream is: `vsock:3:8000`, `tcp:HOST:PORT`, `unix:PATH` |
/// | `kms.trust-roots` | required | PEM file, relative to this one; 1 to 16 certificates |
/// | `kms.tls-groups` | `X25519MLKEM768` | also `X25519`, `P-256` for a KMS without the hybrid; first is preferred |
/// | `kms.call-timeout` | 5s | whole call, 100ms to 60s; too short fails on a cold handshake |
/// | `kms.idle-connections-max` | 16 | 0 to 256; 0 pays a handshake per call |
/// | `kms.idle-time` | 20s | 1s to 5m; longer than the KMS's patience costs a retry |
/// | `algorithms` | all three | `ML-DSA-44`, `ML-DSA-65`, `ML-DSA-87` |
/// | `signing.randomness` | `hedged` | or `deterministic`, without FIPS 204's protection against faults |
/// | `signing.threads` | 0 | signatures at a time, 0 to 256; 0 means one per core |
/// | `recipient.pairs-ahead` | 2 | RSA pairs in store, 1 to 16; too few make bursts wait 0.1 s |
/// | `recipient.age-max` | 1m | a pair's life from its first use, 1s to 1h |
/// | `recipient.uses-max` | 1000 | KMS requests per pair, 1 to 1000000; 1 costs 0.1 s of CPU each |
/// | `lease.time-max` | 0s | how long a data key is kept, 0s (never) to 1h |
/// | `lease.uses-max` | 1 | openings with one data key, 1 (no lease) to 1000000 |
/// | `lease.entries-max` | 1000 | data keys kept, 1 to 100000 |
/// | `jobs.parallel-max` | 16 | keys open at a time, 1 to 256; bounds concurrent KMS calls |
/// | `jobs.queued-max` | 256 | jobs waiting, 1 to 65536; beyond it `OVERLOADED` |
/// | `server.connections-max` | 8 | 1 to 256; beyond it a connection is closed |
/// | `server.in-flight-max` | 1024 | unanswered items per connection, 64 to 65536 |
/// | `server.frame-timeout` | 10s | from a frame's first byte to its last, 100ms to 60s |
/// | `server.drain-time` | 5s | for what was taken when the enclave is told to stop, 0s to 60s |
///
/// Measured is `pq-signer/enclave-configuration/v1` and then each key and its effective value in
/// canonical form, one `key=value` line each, sorted by key, all lines ended by LF. Durations are
/// written in ms, lists without spaces, `kms.trust-roots` as the SHA-256 of each certificate. PCR16
/// is extended by the SHA-384 of these bytes.
public final class EnclaveConfiguration {
  /// The first register that is the application's to extend.
  public static final int MEASUREMENT_PCR = 16;

  private static final String LABEL = "pq-signer/enclave-configuration/v1";
  private static final int ROOTS_MAX = 16;
  private static final String HOST_NAME = "[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?";

  private final KmsEndpoint kms;
  private final Set<Level> algorithms;
  private final boolean deterministic;
  private final RecipientKeys.Rotation recipients;
  private final DataKeyLeases.Terms leases;
  private final KeyJobs.Bounds jobs;
  private final FrameServer.Bounds server;
  private final Duration drainTime;
  private final byte[] canonical;

  private EnclaveConfiguration(Settings in, Path folder) throws ConfigurationException {
    this.kms = kms(in, folder);
    this.algorithms = algorithms(in);
    this.deterministic =
        in.text("signing.randomness", "hedged|deterministic", "hedged").equals("deterministic");
    this.recipients =
        new RecipientKeys.Rotation(
            in.number("recipient.pairs-ahead", 1, 16, 2),
            in.duration(
                "recipient.age-max",
                Duration.ofSeconds(1),
                Duration.ofHours(1),
                Duration.ofMinutes(1)),
            in.number("recipient.uses-max", 1, 1_000_000, 1000));
    this.leases =
        new DataKeyLeases.Terms(
            in.duration("lease.time-max", Duration.ZERO, Duration.ofHours(1), Duration.ZERO),
            in.number("lease.uses-max", 1, 1_000_000, 1),
            in.number("lease.entries-max", 1, 100_000, 1000));
    this.jobs =
        new KeyJobs.Bounds(
            in.number("jobs.parallel-max", 1, 256, 16),
            in.number("jobs.queued-max", 1, 65_536, 256),
            threads(in.number("signing.threads", 0, 256, 0)));
    this.server =
        new FrameServer.Bounds(
            in.number("server.connections-max", 1, 256, 8),
            in.number("server.in-flight-max", 64, 65_536, 1024),
            in.duration(
                "server.frame-timeout",
                Duration.ofMillis(100),
                Duration.ofSeconds(60),
                Duration.ofSeconds(10)));
    this.drainTime =
        in.duration(
            "server.drain-time", Duration.ZERO, Duration.ofSeconds(60), Duration.ofSeconds(5));
    this.canonical = canonical(in.effective());
  }

  /// Reads the file and the certificates it names.
  public static EnclaveConfiguration read(Path file) throws ConfigurationException {
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder == null) {
        throw new ConfigurationException("not a file: " + file);
      }
      return new EnclaveConfiguration(Settings.parse(Files.readAllBytes(file)), folder);
    } catch (IOException e) {
      throw new ConfigurationException("cannot read " + file, e);
    }
  }

  /// What goes into the NSM's ExtendPCR, 48 bytes.
  public byte[] measurement() {
    try {
      return MessageDigest.getInstance("SHA-384").digest(canonical);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-384", e);
    }
  }

  /// What PCR16 holds once this configuration is in force: for key policies and verifiers.
  public byte[] pcr16() {
    return Pcr.extend(new byte[Pcr.BYTES], measurement());
  }

  /// The measured bytes, for whoever wants to compute them again.
  public byte[] canonical() {
    return canonical.clone();
  }

  KmsEndpoint kms() {
    return kms;
  }

  Set<Level> algorithms() {
    return algorithms;
  }

  boolean deterministic() {
    return deterministic;
  }

  RecipientKeys.Rotation recipients() {
    return recipients;
  }

  DataKeyLeases.Terms leases() {
    return leases;
  }

  KeyJobs.Bounds jobs() {
    return jobs;
  }

  FrameServer.Bounds server() {
    return server;
  }

  Duration drainTime() {
    return drainTime;
  }

  private static KmsEndpoint kms(Settings in, Path folder) throws ConfigurationException {
    String region = in.text("kms.region", "[a-z]{2}(-[a-z]+)+-[0-9]", null);
    String arn =
        in.text(
            "kms.key-arn",
            "arn:aws[a-z-]*:kms:" + region + ":[0-9]{12}:key/[A-Za-z0-9-]{1,64}",
            null);
    String host = in.text("kms.endpoint-host", HOST_NAME, null);
    String address = in.text("kms.address", "(vsock|tcp|unix):.+", null);
    List<X509Certificate> roots = roots(in, folder);
    List<String> groups =
        in.names(
            "kms.tls-groups",
            List.of("X25519MLKEM768", "X25519", "P-256"),
            List.of("X25519MLKEM768"));
    return new KmsEndpoint(
        arn,
        region,
        host,
        address(address),
        roots,
        groups,
        in.duration(
            "kms.call-timeout",
            Duration.ofMillis(100),
            Duration.ofSeconds(60),
            Duration.ofSeconds(5)),
        in.number("kms.idle-connections-max", 0, 256, 16),
        in.duration(
            "kms.idle-time", Duration.ofSeconds(1), Duration.ofMinutes(5), Duration.ofSeconds(20)));
  }

  private static EndpointAddress address(String text) throws ConfigurationException {
    try {
      return EndpointAddress.parse(text);
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException("kms.address: " + e.getMessage(), e);
    }
  }

  private static List<X509Certificate> roots(Settings in, Path folder)
      throws ConfigurationException {
    Path file = folder.resolve(in.opaque("kms.trust-roots"));
    List<X509Certificate> roots = new ArrayList<>();
    List<String> digests = new ArrayList<>();
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      byte[] pem = Files.readAllBytes(file);
      for (Certificate certificate : factory.generateCertificates(new ByteArrayInputStream(pem))) {
        if (!(certificate instanceof X509Certificate root)) {
          throw new CertificateException("not X.509");
        }
        roots.add(root);
        digests.add(
            HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(root.getEncoded())));
      }
    } catch (IOException | GeneralSecurityException e) {
      throw new ConfigurationException("kms.trust-roots cannot be read: " + file, e);
    }
    if (roots.isEmpty() || roots.size() > ROOTS_MAX) {
      throw new ConfigurationException(
          "kms.trust-roots has not 1 to " + ROOTS_MAX + " certificates");
    }
    in.note("kms.trust-roots", String.join(",", digests));
    return roots;
  }

  private static Set<Level> algorithms(Settings in) throws ConfigurationException {
    List<String> all = Arrays.stream(Level.values()).map(Level::algorithm).toList();
    Set<Level> levels = EnumSet.noneOf(Level.class);
    for (String name : in.names("algorithms", all, all)) {
      levels.add(Level.named(name).orElseThrow());
    }
    return levels;
  }

  private static int threads(int configured) {
    return configured == 0 ? Runtime.getRuntime().availableProcessors() : configured;
  }

  private static byte[] canonical(SortedMap<String, String> effective) {
    StringBuilder text = new StringBuilder(LABEL).append('\n');
    effective.forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
    return text.toString().getBytes(UTF_8);
  }
}
