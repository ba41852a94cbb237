package pqsigner.vm;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import pqsigner.attestation.BirthStatement;
import pqsigner.attestation.SealedKey;
import pqsigner.attestation.nitro.AttestationPolicy;
import pqsigner.attestation.nitro.AttestationVerifier;
import pqsigner.attestation.nitro.TrustRoot;
import pqsigner.attestation.nitro.Verification;
import pqsigner.protocol.Answer;
import pqsigner.protocol.Frame;
import pqsigner.protocol.KeyIdentity;
import pqsigner.protocol.KeyRecord;
import pqsigner.protocol.Request;
import pqsigner.protocol.transport.Connection;
import pqsigner.protocol.transport.EndpointAddress;
import pqsigner.protocol.transport.Transport;
import pqsigner.worker.credentials.CredentialSchedule;
import pqsigner.worker.enclave.CredentialRelay;
import pqsigner.worker.enclave.EnclaveCircuit;
import pqsigner.worker.enclave.EnclaveClient;
import pqsigner.worker.enclave.EnclaveSession;
import pqsigner.worker.enclave.EnclaveSettings;
import pqsigner.worker.exchange.BatchDeadline;
import pqsigner.worker.exchange.Exchange;

/// Does with the enclave what the worker does, through the worker's session and client, and checks
/// every answer as a custodian would. One line per step on the console; the last is `VM OK`.
/// Arguments: the file of [VmFacts], the enclave's address.
public final class Driver {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration BOOT = Duration.ofMinutes(5);
  private static final byte[] MESSAGE = "signed on a real kernel".getBytes(UTF_8);

  private final VmFacts facts;
  private final String enclave;
  private final EnclaveClient client = new EnclaveClient(PATIENCE);
  private final EnclaveCircuit circuit =
      new EnclaveCircuit(InstantSource.system(), Duration.ofSeconds(1), Duration.ofSeconds(5));

  private Driver(VmFacts facts, String enclave) {
    this.facts = facts;
    this.enclave = enclave;
  }

  public static void main(String[] arguments) throws Exception {
    new Driver(VmFacts.read(Path.of(arguments[0])), arguments[1]).run();
    System.out.println("VM OK");
  }

  private void run() throws Exception {
    EnclaveSession session = session();
    session.start();
    awaitServing();
    step("the worker's session gave its credentials");
    status();
    for (String algorithm : List.of("ML-DSA-44", "ML-DSA-65", "ML-DSA-87")) {
      KeyRecord key = generate(algorithm);
      sign(key);
      refuseForAnother(key);
    }
    session.stop();
  }

  private EnclaveSession session() {
    var settings =
        new EnclaveSettings(
            enclave,
            PATIENCE,
            Duration.ofSeconds(1),
            PATIENCE,
            PATIENCE,
            PATIENCE,
            Duration.ofMillis(200),
            Duration.ofSeconds(1),
            64,
            Duration.ofSeconds(1),
            Duration.ofSeconds(5));
    var schedule =
        new CredentialSchedule(
            Duration.ofMinutes(5),
            Duration.ofMinutes(30),
            Duration.ofSeconds(30),
            Duration.ofSeconds(1),
            Duration.ofSeconds(5));
    return new EnclaveSession(
        settings,
        client,
        circuit,
        new CredentialRelay(this::credentials, schedule, InstantSource.system()),
        () -> step("a late answer"));
  }

  private Request.Credentials credentials() {
    return new Request.Credentials(
        facts.text("access-key-id").getBytes(US_ASCII),
        facts.text("secret-access-key").getBytes(US_ASCII),
        facts.text("session-token").getBytes(US_ASCII),
        Instant.now().plus(Duration.ofHours(1)).toEpochMilli());
  }

  private void awaitServing() throws InterruptedException {
    CountDownLatch serving = new CountDownLatch(1);
    circuit.onChange(
        () -> {
          if (circuit.isClosed()) {
            serving.countDown();
          }
        });
    if (!circuit.isClosed() && !serving.await(BOOT.toSeconds(), TimeUnit.SECONDS)) {
      throw new IllegalStateException("not serving after " + BOOT + ": " + circuit.state());
    }
  }

  /// On a second connection of our own, since the client tells its phase to the circuit only.
  private void status() throws IOException {
    try (Connection connection = Transport.connect(EndpointAddress.parse(enclave), PATIENCE)) {
      connection.readTimeout(PATIENCE);
      connection.output().write(Frame.of(1, new Request.Status()).encode());
      Frame frame = Frame.read(connection.input());
      if (frame == null
          || !(Answer.decode(frame.type(), frame.body()) instanceof Answer.Status status)
          || !status.moduleId().equals(facts.moduleId())
          || !Arrays.equals(status.pcr0(), facts.register("pcr0"))) {
        throw new IllegalStateException("not the status of this enclave: " + frame);
      }
      step("status " + status.phase() + " of " + status.moduleId());
    }
  }

  private KeyRecord generate(String algorithm) throws Exception {
    KeyIdentity identity = new KeyIdentity("custodian-a", "user of " + algorithm, algorithm, 1);
    byte[] nonce = new byte[32];
    new SecureRandom().nextBytes(nonce);
    String requestId = "birth of " + algorithm;
    if (!(ask(client.nextId(), new Request.GenerateKey(identity, requestId, nonce, 0))
        instanceof Answer.KeyGenerated(KeyRecord key, byte[] attestation))) {
      throw new IllegalStateException("no key for " + algorithm);
    }
    if (!key.identity().equals(identity)) {
      throw new IllegalStateException("a key for " + key.identity());
    }
    step(algorithm + " key generated");
    BirthStatement birth =
        new BirthStatement(
                identity.custodian(),
                identity.userId(),
                algorithm,
                1,
                key.publicKey(),
                facts.text("key-arn"))
            .sealedAs(requestId, SealedKey.sha256(key.encryptedDataKey(), key.wrappedSeed()));
    AttestationPolicy policy =
        AttestationPolicy.trusting(
                TrustRoot.of(Files.readAllBytes(facts.pki("attestation-root.pem"))))
            .images(List.of(Map.of(0, facts.register("pcr0"), 16, facts.register("pcr16"))))
            .nonce(nonce)
            .birthOf(birth);
    switch (new AttestationVerifier(InstantSource.system()).verify(attestation, policy)) {
      case Verification.Verified _ -> step(algorithm + " birth attestation verified");
      case Verification.Rejected rejected -> throw new IllegalStateException(rejected.toString());
    }
    return key;
  }

  private void sign(KeyRecord key) throws Exception {
    if (!(signature(key) instanceof Answer.Signed signed)) {
      throw new IllegalStateException("no signature");
    }
    String algorithm = key.identity().algorithm();
    if (!MlDsaCheck.verifies(algorithm, key.publicKey(), MESSAGE, signed.signature())) {
      throw new IllegalStateException("the JDK rejects the signature");
    }
    MESSAGE[0] ^= 1;
    if (MlDsaCheck.verifies(algorithm, key.publicKey(), MESSAGE, signed.signature())) {
      throw new IllegalStateException("the check accepts anything");
    }
    MESSAGE[0] ^= 1;
    step(algorithm + " signature verified by the JDK");
  }

  /// A stolen record under another's name: the KMS's encryption context does not fit.
  private void refuseForAnother(KeyRecord key) {
    KeyIdentity own = key.identity();
    KeyIdentity thief =
        new KeyIdentity("custodian-b", own.userId(), own.algorithm(), own.version());
    KeyRecord stolen =
        new KeyRecord(thief, key.publicKey(), key.encryptedDataKey(), key.wrappedSeed());
    if (!(signature(stolen) instanceof Answer.Refused(var refusal))) {
      throw new IllegalStateException("signed for a thief");
    }
    step(own.algorithm() + " stolen record refused as " + refusal);
  }

  private Answer signature(KeyRecord key) {
    long id = client.nextId();
    return ask(
        id,
        new Request.Sign(
            key, List.of(new Request.SignItem(id, Request.Mode.MESSAGE, MESSAGE, new byte[0], 0))));
  }

  private Answer ask(long id, Request.Job job) {
    Exchange exchange = client.exchange(Map.of(id, job), BatchDeadline.in(PATIENCE));
    Answer answer = exchange.answers().get(id);
    if (answer == null) {
      throw new IllegalStateException("no answer: " + exchange.ending());
    }
    if (answer instanceof Answer.Refused(var refusal)) {
      step("refused: " + refusal);
    }
    return answer;
  }

  private static void step(String what) {
    System.out.println("VM " + what);
  }
}
