package pqsigner.local;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import pqsigner.enclave.boot.EnclaveConfiguration;
import pqsigner.local.enclave.CodeMeasurement;
import pqsigner.local.kms.KeyPolicy;
import pqsigner.local.kms.KmsSettings;
import pqsigner.local.pki.LocalNitroChain;
import pqsigner.local.pki.LocalPki;
import pqsigner.local.pki.OwnerOnly;
import pqsigner.local.pki.PemPair;

/// What each part is told, whether it runs as a process of ours or in a container.
///
/// @param pki where the part that is configured sees its files
/// @param options the lanes, and properties over all others
public record StackSettings(
    LocalPki pki, LocalIdentities identities, StackAddresses addresses, LocalStackOptions options) {

  /// What the enclave puts into every encryption context, and nothing else.
  private static final Set<String> CONTEXT_KEYS =
      Set.of("custodian", "user_id", "alg", "key_version", "purpose", "public_key_sha256");

  private static final String PURPOSE = "pq-signer/ml-dsa-seed/v1";

  /// The same for a part that sees its files elsewhere.
  public StackSettings with(LocalPki view) {
    return new StackSettings(view, identities, addresses, options);
  }

  /// @param code of the enclave whose birth attestations are accepted
  /// @param enclave as it will read its configuration
  public Map<String, String> gateway(CodeMeasurement code, EnclaveConfiguration enclave) {
    Map<String, String> properties = kafka("gateway");
    registry(properties);
    properties.put("server.ssl.client-auth", "need");
    properties.put("pq-signer.callers.custodians", pki.authority("custodian").toString());
    properties.put("pq-signer.callers.operators", pki.authority("operator").toString());
    properties.put("pq-signer.custodians.initial", String.join(",", options.custodians()));
    properties.put("pq-signer.dynamodb.endpoint", addresses.dynamoDb().toString());
    properties.put("pq-signer.dynamodb.region", identities.region());
    properties.put("pq-signer.dynamodb.create-tables", "true");
    // On a server two seconds are plenty; a machine that builds, too, may stall for longer.
    properties.put("pq-signer.connections.handshake-timeout", "15s");
    properties.put("pq-signer.attestation.root", pki.nitro().root().toString());
    Map<Integer, byte[]> registers = new HashMap<>(code.registers());
    registers.put(EnclaveConfiguration.MEASUREMENT_PCR, enclave.pcr16());
    registers.forEach(
        (index, value) ->
            properties.put(
                "pq-signer.attestation.images[0].pcr" + index, HexFormat.of().formatHex(value)));
    properties.put("pq-signer.attestation.host-role-arn", identities.nitroHost().principal());
    properties.put("pq-signer.attestation.kms-key-arn", identities.keyArn());
    properties.putAll(options.overrides().gateway());
    return properties;
  }

  public Map<String, String> worker() {
    Map<String, String> properties = kafka("worker");
    registry(properties);
    lanes(properties);
    properties.put("pq-signer.enclave.address", addresses.enclave());
    properties.put("pq-signer.aws.region", identities.region());
    properties.putAll(options.overrides().worker());
    return properties;
  }

  /// It reads no job, so it needs no registry, and it calls nothing but the broker.
  public Map<String, String> delayLine() {
    Map<String, String> properties = kafka("delay-line");
    lanes(properties);
    return properties;
  }

  private void lanes(Map<String, String> properties) {
    properties.put("pq-signer.lanes.first-delay", options.lanes().first().toMillis() + "ms");
    properties.put("pq-signer.lanes.second-delay", options.lanes().second().toMillis() + "ms");
  }

  /// @param enclave as it will read its configuration
  public KmsSettings kms(EnclaveConfiguration enclave, String pcr0, int port, int controlPort) {
    PemPair own = pki.pair("kms");
    return new KmsSettings(
        identities.region(),
        identities.keyArn(),
        LocalIdentities.randomBase64(32),
        new KeyPolicy(
            identities.nitroHost().principal(),
            Set.of(pcr0),
            HexFormat.of().formatHex(enclave.pcr16()),
            CONTEXT_KEYS,
            PURPOSE),
        List.of(identities.nitroHost(), identities.gateway()),
        pki.nitro().root().toString(),
        own.certificate().toString(),
        own.key().toString(),
        port,
        controlPort);
  }

  /// Writes the enclave's measured configuration. The trust roots are a file beside it, named
  /// without a folder.
  public void writeEnclave(Path file) throws IOException {
    Map<String, String> properties = new HashMap<>();
    properties.put("kms.key-arn", identities.keyArn());
    properties.put("kms.region", identities.region());
    properties.put("kms.endpoint-host", LocalPki.kmsHost(identities.region()));
    properties.put("kms.address", addresses.kms());
    properties.put("kms.trust-roots", pki.kmsCa().getFileName().toString());
    properties.putAll(options.overrides().enclave());
    OwnerOnly.writeProperties(file, properties);
  }

  /// What [pqsigner.local.enclave.SimulatedEnclaveMain] is started with.
  ///
  /// @param configuration as [#writeEnclave] wrote it
  public List<String> enclaveArguments(Path configuration) {
    LocalNitroChain nitro = pki.nitro();
    return List.of(
        "--config", configuration.toString(),
        "--listen", addresses.enclave(),
        "--nsm-module-id", nitro.moduleId(),
        "--nsm-role", identities.nitroHost().principal(),
        "--nsm-cabundle", nitro.caBundle().toString(),
        "--nsm-certificate", nitro.leaf().certificate().toString(),
        "--nsm-key", nitro.leaf().key().toString());
  }

  private Map<String, String> kafka(String bundle) {
    Map<String, String> properties = new HashMap<>();
    properties.put("spring.kafka.bootstrap-servers", addresses.bootstrapServers());
    properties.put("spring.kafka.security.protocol", "SSL");
    properties.put("spring.kafka.ssl.bundle", bundle);
    bundle(properties, bundle);
    return properties;
  }

  private void registry(Map<String, String> properties) {
    properties.put("pq-signer.kafka.serde.schema.registry.url", addresses.registry().toString());
    // Containers of one machine ask it by a name.
    properties.put("pq-signer.kafka.registry-plaintext-allowed", "true");
  }

  /// A Spring SSL bundle from PEM files, called like the certificate.
  private void bundle(Map<String, String> properties, String name) {
    String prefix = "spring.ssl.bundle.pem." + name + ".";
    PemPair own = pki.pair(name);
    properties.put(prefix + "keystore.certificate", "file:" + own.certificate());
    properties.put(prefix + "keystore.private-key", "file:" + own.key());
    properties.put(prefix + "truststore.certificate", "file:" + pki.ca());
  }
}
