package pqsigner.enclave.keys;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.Provider;
import java.security.SecureRandom;
import java.util.Set;
import pqsigner.attestation.BirthStatement;
import pqsigner.attestation.SealedKey;
import pqsigner.enclave.Deadline;
import pqsigner.enclave.EventLog;
import pqsigner.enclave.RefusedException;
import pqsigner.enclave.nsm.Nsm;
import pqsigner.enclave.nsm.NsmException;
import pqsigner.enclave.release.KeyBinding;
import pqsigner.enclave.release.KmsKeyRelease;
import pqsigner.enclave.secret.SecretBytes;
import pqsigner.enclave.signing.EngineException;
import pqsigner.enclave.signing.MlDsaEngines;
import pqsigner.enclave.signing.SigningSession;
import pqsigner.mldsa.ParameterSet;
import pqsigner.mldsa.SigningInput;
import pqsigner.protocol.Answer;
import pqsigner.protocol.KeyIdentity;
import pqsigner.protocol.KeyRecord;
import pqsigner.protocol.Refusal;
import pqsigner.protocol.Request;

/// Makes keys and opens them. Holds none.
public final class KeyVault {

  /// What every key signs first; not a secret, and worth nothing to anybody.
  private static final SigningInput FIRST_SIGNATURE =
      SigningInput.message("first signature".getBytes(US_ASCII));

  private final Set<ParameterSet> allowed;
  private final MlDsaEngines engines;
  private final KmsKeyRelease kms;
  private final DataKeyLeases leases;
  private final Nsm nsm;
  private final SecureRandom random;
  private final SeedWrapping wrapping;

  public KeyVault(
      Set<ParameterSet> allowed,
      MlDsaEngines engines,
      KmsKeyRelease kms,
      DataKeyLeases leases,
      Nsm nsm,
      SecureRandom random,
      Provider conscrypt) {
    this.allowed = Set.copyOf(allowed);
    this.engines = engines;
    this.kms = kms;
    this.leases = leases;
    this.nsm = nsm;
    this.random = random;
    this.wrapping = new SeedWrapping(conscrypt, random);
  }

  /// A new key that its record is known to hold: the record is opened as it will be stored, by the
  /// KMS and everything after it, and signs once before it is attested.
  public Answer.KeyGenerated generate(Request.GenerateKey request, Deadline deadline)
      throws RefusedException, EngineException {
    KeyRecord key = sealedKey(request.identity(), deadline);
    useOnce(key, deadline);
    return new Answer.KeyGenerated(key, birthAttestation(key, request));
  }

  /// The pair comes first and the data key second, so that the KMS binds the data key to the public
  /// key from the start.
  private KeyRecord sealedKey(KeyIdentity identity, Deadline deadline) throws RefusedException {
    ParameterSet set = parameterSet(identity);
    try (SecretBytes seed = SecretBytes.random(ParameterSet.SEED_BYTES, random)) {
      byte[] publicKey = engines.publicKey(set, seed);
      KeyBinding binding = new KeyBinding(identity, publicKey);
      try (KmsKeyRelease.DataKey dataKey = kms.generate(binding, deadline)) {
        byte[] wrapped =
            wrapping.wrap(dataKey.plaintext(), binding.additionalData(kms.keyArn()), seed);
        return new KeyRecord(identity, publicKey, dataKey.ciphertext(), wrapped);
      }
    }
  }

  /// Without a lease: it is the KMS that has to show that it opens this data key for us.
  ///
  /// @throws RefusedException INTERNAL when the record does not open: the caller brought none, so
  ///   it is not to blame, and the next try makes another
  private void useOnce(KeyRecord key, Deadline deadline) throws RefusedException, EngineException {
    ParameterSet set = parameterSet(key.identity());
    try (SecretBytes dataKey = kms.decrypt(binding(key), key.encryptedDataKey(), deadline);
        SigningSession session = unseal(set, key, dataKey)) {
      var _ = session.sign(FIRST_SIGNATURE);
    } catch (RefusedException e) {
      if (e.refusal() != Refusal.KEY_RECORD_REJECTED) {
        throw e;
      }
      EventLog.event("key.unusable", "alg=" + key.identity().algorithm());
      throw new RefusedException(Refusal.INTERNAL);
    }
  }

  private byte[] birthAttestation(KeyRecord key, Request.GenerateKey request)
      throws RefusedException {
    KeyIdentity identity = key.identity();
    BirthStatement statement =
        new BirthStatement(
                identity.custodian(),
                identity.userId(),
                identity.algorithm(),
                identity.version(),
                key.publicKey(),
                kms.keyArn())
            .sealedAs(
                request.requestId(), SealedKey.sha256(key.encryptedDataKey(), key.wrappedSeed()));
    try {
      return nsm.attest(statement.commitment(), request.nonce(), null);
    } catch (NsmException e) {
      EventLog.event("nsm.failed", "code=" + e.code());
      throw new RefusedException(Refusal.INTERNAL);
    }
  }

  /// Opens a key for signing; the caller closes it.
  public SigningSession open(KeyRecord key, Deadline deadline) throws RefusedException {
    ParameterSet set = parameterSet(key.identity());
    if (key.publicKey().length != set.publicKeyBytes() || key.encryptedDataKey().length == 0) {
      throw new RefusedException(Refusal.KEY_RECORD_REJECTED);
    }
    byte[] additionalData = binding(key).additionalData(kms.keyArn());
    SecretBytes leased = leases.take(additionalData, key.encryptedDataKey());
    if (leased != null) {
      try (leased) {
        return unseal(set, key, leased);
      }
    }
    try (SecretBytes dataKey = kms.decrypt(binding(key), key.encryptedDataKey(), deadline)) {
      SigningSession session = unseal(set, key, dataKey);
      leases.offer(additionalData, key.encryptedDataKey(), dataKey);
      return session;
    }
  }

  private SigningSession unseal(ParameterSet set, KeyRecord key, SecretBytes dataKey)
      throws RefusedException {
    byte[] additionalData = binding(key).additionalData(kms.keyArn());
    return engines.open(
        set, key.publicKey(), wrapping.unwrap(dataKey, additionalData, key.wrappedSeed()));
  }

  private static KeyBinding binding(KeyRecord key) {
    return new KeyBinding(key.identity(), key.publicKey());
  }

  private ParameterSet parameterSet(KeyIdentity identity) throws RefusedException {
    return ParameterSet.named(identity.algorithm())
        .filter(allowed::contains)
        .orElseThrow(() -> new RefusedException(Refusal.UNSUPPORTED_ALGORITHM));
  }
}
