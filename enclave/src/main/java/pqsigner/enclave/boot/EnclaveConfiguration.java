package pqsigner.enclave.boot;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
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
import pqsigner.attestation.Sha2;
import pqsigner.enclave.keys.DataKeyLeases;
import pqsigner.enclave.release.KmsEndpoint;
import pqsigner.enclave.release.RecipientKeys;
import pqsigner.enclave.server.FrameServer;
import pqsigner.enclave.server.KeyJobs;
import pqsigner.mldsa.ParameterSet;
import pqsigner.protocol.transport.EndpointAddress;

/// The measured configuration: whoever reads PCR16 knows all of this. The parent cannot change any
/// of it without becoming another enclave to the KMS.
///
/// One UTF-8 file of `key = value` lines; `#` starts a comment line. Unknown and repeated keys are
/// errors. Durations have a unit: ms, s, m or h.
///
/// | key | default | values | meaning | what goes wrong |
/// |---|---|---|---|---|
/// | `kms.key-arn` | required | full ARN of a KMS key in `kms.region`, no alias | the key that seeds are sealed under | PCR16 becomes one that the key policy does not admit: KMS denies all, and the enclave does not serve |
/// | `kms.region` | required | an AWS region, the ARN's | what requests are signed for | the enclave does not boot, or KMS denies all |
/// | `kms.endpoint-host` | required | a DNS name | TLS server name that the KMS must prove | no TLS: `kms_unavailable`, and the worker's circuit opens |
/// | `kms.address` | required | `vsock:CID:PORT`, `tcp:HOST:PORT` or `unix:PATH` | where its TCP stream is; on Nitro the parent's vsock-proxy, `vsock:3:8000` | as a wrong host |
/// | `kms.trust-roots` | required | PEM file, relative to this one; 1 to 16 certificates | who may vouch for the server name | too few: no TLS, as above; too many: whoever holds one of these keys can play KMS, and choose the data keys that new seeds are sealed under |
/// | `kms.tls-groups` | `X25519MLKEM768` | list of X25519MLKEM768, X25519, P-256 | key exchanges offered; the first is preferred | without the hybrid, a recording of the channel can be opened by a quantum computer; only the hybrid, and a KMS without it cannot be reached |
/// | `kms.call-timeout` | `5s` | 100ms to 60s | a whole call | too short fails on a cold handshake; too long holds jobs while KMS is down |
/// | `kms.idle-connections-max` | `16` | 0 to 256 | connections kept for the next call | 0 pays a handshake per call; more than KMS calls at a time are never used |
/// | `kms.idle-time` | `20s` | 1s to 5m | how long a connection is kept | longer than the KMS's patience costs a retry |
/// | `algorithms` | `ML-DSA-44,ML-DSA-65,ML-DSA-87` | list of these | what keys are made and used for | keys of one that is left out cannot sign |
/// | `signing.randomness` | `hedged` | hedged or deterministic | FIPS 204's two variants | deterministic lacks the protection against faults |
/// | `signing.threads` | `0` | 0 to 256 | signatures at a time; 0 means one per core | more than cores only wait for each other |
/// | `recipient.pairs-ahead` | `2` | 1 to 16 | RSA pairs in store | too few make bursts wait 0.1 s; too many cost CPU at boot |
/// | `recipient.age-max` | `1m` | 1s to 1h | a pair's life from its first use | longer lets a stolen pair open more answers; shorter costs 0.1 s of CPU each |
/// | `recipient.uses-max` | `1000` | 1 to 1000000 | KMS requests per pair | as `recipient.age-max` |
/// | `lease.time-max` | `0s` | 0s to 1h | how long a data key is kept; 0s is never | longer lets a key sign after KMS would deny it; 0s costs a KMS call per batch and key |
/// | `lease.uses-max` | `1` | 1 to 1000000 | openings with one data key; 1 is no lease | as `lease.time-max` |
/// | `lease.entries-max` | `1000` | 1 to 100000 | data keys kept | fewer than busy keys cost KMS calls; more cost memory |
/// | `jobs.parallel-max` | `16` | 1 to 256 | keys open at a time; bounds concurrent KMS calls | too many meet KMS's quota (`KMS_THROTTLED`); too few leave cores idle |
/// | `jobs.queued-max` | `256` | 1 to 65536 | jobs waiting; beyond it `OVERLOADED` | below what the workers send, jobs go to the lanes; far above, they wait past their deadline |
/// | `server.connections-max` | `8` | 1 to 256 | connections; beyond it the longest silent one is closed, or the new one if all have sent a frame | too few shut out a worker that reconnects; each costs two threads and buffers |
/// | `server.in-flight-max` | `1024` | 64 to 65536 | unanswered items per connection | below the worker's `enclave.in-flight-max`, jobs go to the lanes; too many cost memory |
/// | `server.frame-timeout` | `10s` | 100ms to 60s | from a frame's first byte to its last, and from a connection to the end of its first frame | too short drops a busy worker; too long lets a broken or silent one hold its place |
/// | `server.idle-timeout` | `1m` | 1s to 10m | between two frames of a connection | shorter than the worker's `enclave.heartbeat`, or than KMS takes to try credentials, drops its connection again and again; too long lets an idle one hold its place |
/// | `server.drain-time` | `5s` | 0s to 60s | for what was taken when the enclave is told to stop | too short answers nothing to jobs in hand, which are then done again; too long delays the stop |
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
  private final Set<ParameterSet> algorithms;
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
                Duration.ofSeconds(10)),
            in.duration(
                "server.idle-timeout",
                Duration.ofSeconds(1),
                Duration.ofMinutes(10),
                Duration.ofMinutes(1)));
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
    return Sha2.sha384().digest(canonical);
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

  Set<ParameterSet> algorithms() {
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
        digests.add(HexFormat.of().formatHex(Sha2.sha256(root.getEncoded())));
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

  private static Set<ParameterSet> algorithms(Settings in) throws ConfigurationException {
    List<String> all = Arrays.stream(ParameterSet.values()).map(ParameterSet::algorithm).toList();
    Set<ParameterSet> levels = EnumSet.noneOf(ParameterSet.class);
    for (String name : in.names("algorithms", all, all)) {
      levels.add(ParameterSet.named(name).orElseThrow());
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
