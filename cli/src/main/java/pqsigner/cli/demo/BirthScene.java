package pqsigner.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import pqsigner.attestation.BirthStatement;
import pqsigner.attestation.nitro.AttestationPolicy;
import pqsigner.attestation.nitro.AttestationVerifier;
import pqsigner.attestation.nitro.TrustRoot;
import pqsigner.attestation.nitro.Verification;
import pqsigner.client.RegisteredKey;

/// A key is born in the enclave, and proves it.
final class BirthScene implements Transcript.Scene {
  private final Cast cast;
  private final String userId;
  private final String algorithm;

  BirthScene(Cast cast, String userId, String algorithm) {
    this.cast = cast;
    this.userId = userId;
    this.algorithm = algorithm;
  }

  @Override
  public void play(Transcript told) throws Exception {
    long start = System.nanoTime();
    RegisteredKey key = cast.generate(userId, algorithm);
    byte[] document = key.birthAttestation();
    told.tell(
        "custodian-a asks over mTLS for a key named %s (%s): %s"
            .formatted(userId, algorithm, Transcript.seconds(start)));
    told.detail(
        "public key of %d bytes, attestation document of %d bytes"
            .formatted(key.publicKey().raw().length, document.length));

    Verification verification = verify(key, userId);
    told.check(
        "the document is genuine: signed in the enclave, under the local Nitro root, just now",
        verification instanceof Verification.Verified);
    if (verification instanceof Verification.Verified verified) {
      told.detail("enclave " + verified.document().moduleId());
      told.detail("PCR0 " + cast.stack().pcr0());
    }
    told.check(
        "it binds exactly this public key to custodian-a, %s, %s version 1 and the KMS key"
            .formatted(userId, algorithm),
        !(verify(key, userId + "x") instanceof Verification.Verified));
    told.check("no image but the expected one could have made it", rejectsAnyOtherImage(document));
  }

  private Verification verify(RegisteredKey key, String claimedUser) throws IOException {
    BirthStatement statement =
        new BirthStatement(
                Cast.CUSTODIAN,
                claimedUser,
                algorithm,
                key.version(),
                key.publicKey().raw(),
                cast.stack().kmsKeyArn())
            .sealedAs(key.requestId(), Objects.requireNonNull(key.sealedKeySha256()));
    return verifier()
        .verify(key.birthAttestation(), policy(cast.stack().pcr0()).birthOf(statement));
  }

  private boolean rejectsAnyOtherImage(byte[] document) throws IOException {
    return verifier().verify(document, policy("ab".repeat(48))) instanceof Verification.Rejected;
  }

  private AttestationPolicy policy(String pcr0) throws IOException {
    TrustRoot root = TrustRoot.of(Files.readAllBytes(cast.stack().attestationRoot()));
    return AttestationPolicy.trusting(root)
        .images(List.of(Map.of(0, HexFormat.of().parseHex(pcr0))));
  }

  private static AttestationVerifier verifier() {
    return new AttestationVerifier(InstantSource.system());
  }
}
