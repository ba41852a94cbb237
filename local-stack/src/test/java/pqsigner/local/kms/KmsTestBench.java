package pqsigner.local.kms;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import pqsigner.attestation.Pcr;
import pqsigner.local.enclave.DocumentWriter;
import pqsigner.local.enclave.DocumentWriter.Fields;
import pqsigner.local.enclave.DocumentWriter.PayloadMap;
import pqsigner.local.pki.LocalNitroChain;
import pqsigner.local.pki.LocalPki;
import pqsigner.local.pki.Pem;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.KeyEncryptionMechanism;
import software.amazon.awssdk.services.kms.model.RecipientInfo;

/// The stand-in with its real server, AWS's own client in front of it, and documents to show.
final class KmsTestBench implements AutoCloseable {

  static final String REGION = "eu-central-1";
  static final String KEY_ARN = "arn:aws:kms:eu-central-1:000000000000:key/test";
  static final byte[] PCR0 = measured("image");
  static final byte[] PCR16 = measured("configuration");
  static final Identity HOST =
      new Identity("arn:role/host", "ASIAHOST", "host-secret", "host-token");
  static final Identity GATEWAY =
      new Identity("arn:role/gateway", "ASIAGATEWAY", "gateway-secret", "gateway-token");
  static final Map<String, String> CONTEXT = Map.of("purpose", "test/v1", "user_id", "wallet-1");

  final LocalPki pki;
  final KeyPair recipient;
  final KmsServer server;
  final ControlServer control;
  final KmsFaults faults;

  private volatile Instant now = Instant.now();

  KmsTestBench(Path directory) throws IOException, GeneralSecurityException {
    this.pki = LocalPki.create(directory, List.of("custodian-a"), REGION, now);
    var generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    this.recipient = generator.generateKeyPair();
    var own = pki.pair("kms");
    var settings =
        new KmsSettings(
            REGION,
            KEY_ARN,
            Base64.getEncoder().encodeToString(new byte[32]),
            new KeyPolicy(
                HOST.principal(), Set.of(hex(PCR0)), hex(PCR16), CONTEXT.keySet(), "test/v1"),
            List.of(HOST, GATEWAY),
            pki.nitro().root().toString(),
            own.certificate().toString(),
            own.key().toString(),
            0,
            0);
    KmsService service = KmsMain.service(settings, clock());
    this.server = new KmsServer(service, KmsMain.tls(own), 0);
    this.control = new ControlServer(service, 0);
    this.faults = new KmsFaults(URI.create("http://127.0.0.1:" + control.port()));
  }

  /// The stand-in's time; the client's is the machine's.
  void now(Instant instant) {
    now = instant;
  }

  InstantSource clock() {
    return () -> now;
  }

  KmsClient client(Identity identity) {
    return KmsClient.builder()
        .endpointOverride(URI.create("https://localhost:" + server.port()))
        .region(Region.of(REGION))
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsSessionCredentials.create(
                    identity.accessKeyId(), identity.secretAccessKey(), identity.sessionToken())))
        .overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.doNotRetry()))
        .httpClient(UrlConnectionHttpClient.builder().tlsTrustManagersProvider(this::trust).build())
        .build();
  }

  private javax.net.ssl.TrustManager[] trust() {
    try {
      var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      KeyStore store = Pem.trustStore(pki.kmsCa());
      factory.init(store);
      return factory.getTrustManagers();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /// A document that the policy admits.
  byte[] document() {
    return document(pki.nitro(), registers(PCR0, PCR16), now, recipient.getPublic().getEncoded());
  }

  static byte[] document(
      LocalNitroChain chain,
      Map<Integer, byte[]> registers,
      Instant timestamp,
      byte @Nullable [] publicKey) {
    var writer =
        new DocumentWriter(
            chain.moduleId(),
            Pem.certificates(chain.caBundle()),
            Pem.certificate(chain.leaf().certificate()),
            Pem.privateKey(chain.leaf().key()),
            PayloadMap.INDEFINITE);
    return writer.write(registers, timestamp, new Fields(publicKey, null, null));
  }

  static Map<Integer, byte[]> registers(byte[] pcr0, byte[] pcr16) {
    Map<Integer, byte[]> registers = new java.util.HashMap<>();
    for (int i = 0; i < 16; i++) {
      registers.put(i, new byte[Pcr.BYTES]);
    }
    registers.put(0, pcr0);
    registers.put(1, measured("kernel"));
    registers.put(2, measured("application"));
    registers.put(16, pcr16);
    return registers;
  }

  static byte[] measured(String what) {
    return Pcr.measure(what.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  static RecipientInfo showing(byte[] document) {
    return RecipientInfo.builder()
        .attestationDocument(SdkBytes.fromByteArray(document))
        .keyEncryptionAlgorithm(KeyEncryptionMechanism.RSAES_OAEP_SHA_256)
        .build();
  }

  static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  @Override
  public void close() {
    server.close();
    control.close();
  }
}
