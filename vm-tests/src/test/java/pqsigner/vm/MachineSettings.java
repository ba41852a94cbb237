package pqsigner.vm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import pqsigner.enclave.boot.ConfigurationException;
import pqsigner.enclave.boot.EnclaveConfiguration;
import pqsigner.local.enclave.CodeMeasurement;
import pqsigner.local.kms.Identity;
import pqsigner.local.kms.KeyPolicy;
import pqsigner.local.kms.KmsSettings;
import pqsigner.local.pki.LocalPki;
import tools.jackson.databind.json.JsonMapper;

/// Certificates, measured configuration, key policy and credentials of one run, all new.
final class MachineSettings {
  private static final String REGION = "eu-central-1";
  private static final String KEY_ARN =
      "arn:aws:kms:" + REGION + ":000000000000:key/11111111-2222-3333-4444-555555555555";
  private static final String ROLE = "arn:aws:iam::000000000000:role/pq-signer-nitro-host";
  private static final Set<String> CONTEXT_KEYS =
      Set.of("custodian", "user_id", "alg", "key_version", "purpose", "public_key_sha256");
  private static final SecureRandom RANDOM = new SecureRandom();

  private MachineSettings() {}

  static void write(MachineRoot machine) throws IOException, ConfigurationException {
    LocalPki pki = LocalPki.create(machine.path("/pki"), List.of("vm"), REGION, Instant.now());
    Files.copy(pki.kmsCa(), machine.path("/enclave/kms-ca.crt"));
    Path configuration = machine.path("/enclave/enclave.properties");
    Files.writeString(configuration, configuration());
    String pcr16 = HexFormat.of().formatHex(EnclaveConfiguration.read(configuration).pcr16());
    CodeMeasurement code = CodeMeasurement.of(machine.enclaveClassPath(), List.of());
    Identity host = new Identity(ROLE, "ASIAVMTESTVMTESTVMTE", random(30), random(96));
    var kms =
        new KmsSettings(
            REGION,
            KEY_ARN,
            random(32),
            new KeyPolicy(
                ROLE, Set.of(code.pcr0Hex()), pcr16, CONTEXT_KEYS, "pq-signer/ml-dsa-seed/v1"),
            List.of(host),
            "/pki/attestation-root.pem",
            "/pki/kms.crt",
            "/pki/kms.key",
            8443,
            8444);
    Files.writeString(machine.path("/app/kms.json"), new JsonMapper().writeValueAsString(kms));
    facts(
        machine.path("/app/vm.properties"),
        Map.of(
            "pki",
            "/pki",
            "module-id",
            pki.nitro().moduleId(),
            "role",
            ROLE,
            "key-arn",
            KEY_ARN,
            "pcr0",
            code.pcr0Hex(),
            "pcr1",
            HexFormat.of().formatHex(code.pcr1()),
            "pcr2",
            HexFormat.of().formatHex(code.pcr2()),
            "pcr16",
            pcr16),
        host);
  }

  /// As in production but for the CID, which is 3 there, and times for an emulated processor.
  private static String configuration() {
    return """
    kms.key-arn = %s
    kms.region = %s
    kms.endpoint-host = %s
    kms.address = vsock:1:8000
    kms.trust-roots = kms-ca.crt
    kms.call-timeout = 60s
    server.frame-timeout = 60s
    server.idle-timeout = 10m
    recipient.age-max = 1h
    """
        .formatted(KEY_ARN, REGION, LocalPki.kmsHost(REGION));
  }

  private static void facts(Path file, Map<String, String> facts, Identity host)
      throws IOException {
    Map<String, String> all = new TreeMap<>(facts);
    all.put("access-key-id", host.accessKeyId());
    all.put("secret-access-key", host.secretAccessKey());
    all.put("session-token", host.sessionToken());
    List<String> lines = new ArrayList<>();
    all.forEach((key, value) -> lines.add(key + "=" + value));
    Files.write(file, lines);
  }

  private static String random(int bytes) {
    byte[] random = new byte[bytes];
    RANDOM.nextBytes(random);
    return Base64.getEncoder().encodeToString(random);
  }
}
