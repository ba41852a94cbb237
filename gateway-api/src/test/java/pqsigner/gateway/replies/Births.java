package pqsigner.gateway.replies;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import pqsigner.attestation.BirthStatement;
import pqsigner.attestation.Pcr;
import pqsigner.attestation.SealedKey;
import pqsigner.attestation.nitro.AttestationVerifier;
import pqsigner.attestation.nitro.TrustRoot;
import pqsigner.enclave.nsm.NsmException;
import pqsigner.gateway.keys.RegisteredKey;
import pqsigner.gateway.ledger.Request;
import pqsigner.local.enclave.DocumentWriter;
import pqsigner.local.enclave.SimulatedNsm;
import pqsigner.local.pki.LocalNitroChain;
import pqsigner.local.pki.LocalPki;
import pqsigner.local.pki.Pem;

/// Births as an enclave on the simulated module would attest them, and as a hostile host would mix
/// them.
final class Births {
  static final String KMS_KEY =
      "arn:aws:kms:eu-central-1:111122223333:key/11111111-2222-3333-4444-555555555555";
  static final String HOST_ROLE = "arn:aws:iam::111122223333:role/nitro-host";

  private static final int CONFIGURATION_PCR = 16;

  private final LocalNitroChain chain;

  /// @param at the time from which documents can be made, and for a day after it
  Births(Path folder, Instant at) throws IOException {
    chain = LocalPki.create(folder, List.of("custodian-a"), "eu-central-1", at).nitro();
  }

  /// A key of random looking bytes; two of different fill have nothing in common. Its document is
  /// empty until [#attest].
  static RegisteredKey key(Request asked, int fill) {
    return new RegisteredKey(
        asked.custodian(),
        Objects.requireNonNull(asked.userId()),
        Objects.requireNonNull(asked.algorithm()),
        asked.keyVersion(),
        filled(1952, fill),
        filled(184, fill),
        filled(60, fill),
        new byte[0],
        asked.requestId(),
        asked.acceptedAt());
  }

  static RegisteredKey with(RegisteredKey key, byte[] document) {
    return new RegisteredKey(
        key.custodian(),
        key.userId(),
        key.algorithm(),
        key.version(),
        key.publicKey(),
        key.encryptedDataKey(),
        key.wrappedSeed(),
        document,
        key.birthRequestId(),
        key.createdAt());
  }

  /// The key and attestation of one birth, the sealed record of another.
  static RegisteredKey hostage(RegisteredKey shown, RegisteredKey sealed) {
    return new RegisteredKey(
        shown.custodian(),
        shown.userId(),
        shown.algorithm(),
        shown.version(),
        shown.publicKey(),
        sealed.encryptedDataKey(),
        sealed.wrappedSeed(),
        shown.birthAttestation(),
        shown.birthRequestId(),
        shown.createdAt());
  }

  static BirthStatement statementV1(RegisteredKey key) {
    return new BirthStatement(
        key.custodian(),
        key.userId(),
        key.algorithm().label(),
        key.version(),
        key.publicKey(),
        KMS_KEY);
  }

  static BirthStatement statement(RegisteredKey key) {
    return statementV1(key)
        .sealedAs(
            Objects.requireNonNull(key.birthRequestId()),
            SealedKey.sha256(key.encryptedDataKey(), key.wrappedSeed()));
  }

  /// What the honest enclave answers to `asked` at `at`.
  RegisteredKey born(Request asked, int fill, Instant at) {
    RegisteredKey key = key(asked, fill);
    return with(key, attest(statement(key), nonce(asked), at));
  }

  byte[] attest(BirthStatement statement, byte @Nullable [] nonce, Instant at) {
    return attest(registers(), statement, nonce, at);
  }

  byte[] attest(
      Map<Integer, byte[]> registers,
      BirthStatement statement,
      byte @Nullable [] nonce,
      Instant at) {
    try {
      return nsm(registers, at).attest(statement.commitment(), nonce, null);
    } catch (NsmException e) {
      throw new IllegalStateException(e);
    }
  }

  static byte @Nullable [] nonce(Request asked) {
    return Objects.requireNonNull(asked.content()).birthNonce();
  }

  private SimulatedNsm nsm(Map<Integer, byte[]> registers, Instant at) throws NsmException {
    DocumentWriter documents =
        new DocumentWriter(
            chain.moduleId(),
            Pem.certificates(chain.caBundle()),
            Pem.certificate(chain.leaf().certificate()),
            Pem.privateKey(chain.leaf().key()),
            DocumentWriter.PayloadMap.INDEFINITE);
    Map<Integer, byte[]> boot = new HashMap<>(registers);
    byte[] configuration = boot.remove(CONFIGURATION_PCR);
    SimulatedNsm nsm = new SimulatedNsm(documents, boot, InstantSource.fixed(at));
    byte[] _ = nsm.extendPcr(CONFIGURATION_PCR, Objects.requireNonNull(configuration));
    nsm.lockPcr(CONFIGURATION_PCR);
    return nsm;
  }

  /// Of the image that [#check] allows; register 16 by what it is extended with.
  static Map<Integer, byte[]> registers() {
    Map<Integer, byte[]> registers = new HashMap<>();
    for (int index : new int[] {0, 1, 2}) {
      registers.put(index, register("image " + index));
    }
    registers.put(3, Pcr.ofRole(HOST_ROLE));
    registers.put(CONFIGURATION_PCR, "configuration".getBytes(US_ASCII));
    return registers;
  }

  static Map<Integer, byte[]> image(Map<Integer, byte[]> registers) {
    byte[] configuration = Objects.requireNonNull(registers.get(CONFIGURATION_PCR));
    return Map.of(
        0,
        Objects.requireNonNull(registers.get(0)),
        1,
        Objects.requireNonNull(registers.get(1)),
        2,
        Objects.requireNonNull(registers.get(2)),
        CONFIGURATION_PCR,
        Pcr.extend(new byte[Pcr.BYTES], configuration));
  }

  static byte[] register(String content) {
    return Pcr.extend(new byte[Pcr.BYTES], content.getBytes(US_ASCII));
  }

  BirthCheck check(InstantSource clock) {
    return check(clock, List.of(image(registers())));
  }

  BirthCheck check(InstantSource clock, List<Map<Integer, byte[]>> images) {
    try {
      return new BirthCheck(
          new AttestationVerifier(clock),
          TrustRoot.of(Files.readAllBytes(chain.root())),
          images,
          Map.of(3, Pcr.ofRole(HOST_ROLE)),
          KMS_KEY);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static Duration skew() {
    return Duration.ofMinutes(5);
  }

  private static byte[] filled(int length, int fill) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) fill);
    return bytes;
  }
}
