package pqsigner.benchmarks.operations;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import pqsigner.attestation.BirthStatement;
import pqsigner.attestation.Pcr;
import pqsigner.attestation.SealedKey;
import pqsigner.attestation.nitro.AttestationVerifier;
import pqsigner.attestation.nitro.TrustRoot;
import pqsigner.attestation.nitro.Verification;
import pqsigner.enclave.nsm.NsmException;
import pqsigner.events.Algorithm;
import pqsigner.gateway.keys.RegisteredKey;
import pqsigner.gateway.ledger.Origin;
import pqsigner.gateway.ledger.Request;
import pqsigner.gateway.ledger.RequestContent;
import pqsigner.gateway.ledger.RequestKey;
import pqsigner.gateway.ledger.RequestType;
import pqsigner.gateway.replies.BirthCheck;
import pqsigner.local.enclave.DocumentWriter;
import pqsigner.local.enclave.SimulatedNsm;
import pqsigner.local.pki.LocalNitroChain;
import pqsigner.local.pki.LocalPki;
import pqsigner.local.pki.Pem;

/// What the gateway does once for each new key: the whole verification of its attestation document,
/// which has the bytes and the chain of a real one.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@SuppressWarnings("NullAway.Init") // set by the setup
public class BirthCheckBenchmark {
  private static final String KMS_KEY =
      "arn:aws:kms:eu-central-1:111122223333:key/11111111-2222-3333-4444-555555555555";
  private static final byte[] PUBLIC_KEY = new byte[1952];
  private static final Map<Integer, byte[]> IMAGE =
      Map.of(0, register("0"), 1, register("1"), 2, register("2"));

  private BirthCheck check;
  private Request asked;
  private RegisteredKey key;

  @Setup
  public void beBorn() throws IOException, NsmException {
    Path folder = Files.createTempDirectory("pq-signer-benchmark");
    try {
      LocalNitroChain chain =
          LocalPki.create(folder, List.of("custodian-a"), "eu-central-1", Instant.now()).nitro();
      asked = asked();
      key = born(nsm(chain), asked);
      check =
          new BirthCheck(
              new AttestationVerifier(InstantSource.system()),
              TrustRoot.of(Files.readAllBytes(chain.root())),
              List.of(IMAGE),
              Map.of(),
              KMS_KEY);
    } finally {
      delete(folder);
    }
  }

  private static SimulatedNsm nsm(LocalNitroChain chain) {
    DocumentWriter documents =
        new DocumentWriter(
            chain.moduleId(),
            Pem.certificates(chain.caBundle()),
            Pem.certificate(chain.leaf().certificate()),
            Pem.privateKey(chain.leaf().key()),
            DocumentWriter.PayloadMap.INDEFINITE);
    return new SimulatedNsm(documents, IMAGE, InstantSource.system());
  }

  private static Request asked() {
    return new Request(
        new RequestKey("custodian-a", "request-1"),
        new byte[32],
        RequestType.KEY_GENERATION,
        "customer-wallet-123",
        Algorithm.ML_DSA_65,
        1,
        0,
        RequestContent.toGenerate(new byte[RequestContent.BIRTH_NONCE_BYTES]),
        null,
        Origin.HTTP,
        null,
        Instant.now());
  }

  private static RegisteredKey born(SimulatedNsm nsm, Request asked) throws NsmException {
    byte[] encryptedDataKey = new byte[184];
    byte[] wrappedSeed = new byte[60];
    BirthStatement birth =
        new BirthStatement(
                asked.custodian(), "customer-wallet-123", "ML-DSA-65", 1, PUBLIC_KEY, KMS_KEY)
            .sealedAs(asked.requestId(), SealedKey.sha256(encryptedDataKey, wrappedSeed));
    byte[] nonce = new byte[RequestContent.BIRTH_NONCE_BYTES];
    return new RegisteredKey(
        birth.custodian(),
        birth.userId(),
        Algorithm.ML_DSA_65,
        birth.version(),
        PUBLIC_KEY,
        encryptedDataKey,
        wrappedSeed,
        nsm.attest(birth.commitment(), nonce, null),
        asked.requestId(),
        Instant.now());
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> tree = Files.walk(folder)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private static byte[] register(String content) {
    return Pcr.extend(new byte[Pcr.BYTES], content.getBytes(US_ASCII));
  }

  @Benchmark
  public Verification verifyBirthAttestation() {
    Verification verification = check.verify(key, asked);
    if (verification instanceof Verification.Rejected(var reason, var detail)) {
      throw new IllegalStateException(reason + ": " + detail);
    }
    return verification;
  }
}
