package pqsigner.enclave.keys;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.Provider;
import java.security.SecureRandom;
import java.util.Set;
import pqsigner.attestation.BirthStatement;
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
import pqsigner.protocol.KeyIdentity;
import pqsigner.protocol.KeyRecord;
import pqsigner.protocol.Refusal;

/// Makes keys and opens them. Holds none.
public final class KeyVault {

  /// @param birthAttestation NSM document over the key's [BirthStatement]
  public record Born(KeyRecord key, byte[] birthAttestation) {}

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

  /// The pair comes first and the data key second, so that the KMS binds the data key to the public
  /// key from the start. The new pair signs once before anybody hears of it.
  public Born generate(KeyIdentity identity, Deadline deadline)
      throws RefusedException, EngineException {
    ParameterSet level = level(identity);
    SecretBytes seed = SecretBytes.random(ParameterSet.SEED_BYTES, random);
    byte[] publicKey = engines.publicKey(level, seed);
    try (SigningSession session = engines.open(level, publicKey, seed)) {
      var _ = session.sign(SigningInput.message("first signature".getBytes(US_ASCII)));
      KeyBinding binding = new KeyBinding(identity, publicKey);
      try (KmsKeyRelease.DataKey dataKey = kms.generate(binding, deadline)) {
        byte[] wrapped =
            wrapping.wrap(dataKey.plaintext(), binding.additionalData(kms.keyArn()), seed);
        KeyRecord key = new KeyRecord(identity, publicKey, dataKey.ciphertext(), wrapped);
        return new Born(key, birthAttestation(key));
      }
    }
  }

  private byte[] birthAttestation(KeyRecord key) throws RefusedException {
    KeyIdentity identity = key.identity();
    BirthStatement statement =
        new BirthStatement(
            identity.custodian(),
            identity.userId(),
            identity.algorithm(),
            identity.version(),
            key.publicKey(),
            kms.keyArn());
    try {
      return nsm.attest(statement.commitment(), null, null);
    } catch (NsmException e) {
      EventLog.event("nsm_failed", "code=" + e.code());
      throw new RefusedException(Refusal.INTERNAL);
    }
  }

  /// Opens a key for signing; the caller closes it.
  public SigningSession open(KeyRecord key, Deadline deadline) throws RefusedException {
    ParameterSet level = level(key.identity());
    if (key.publicKey().length != level.publicKeyBytes() || key.encryptedDataKey().length == 0) {
      throw new RefusedException(Refusal.KEY_RECORD_REJECTED);
    }
    KeyBinding binding = new KeyBinding(key.identity(), key.publicKey());
    byte[] additionalData = binding.additionalData(kms.keyArn());
    SecretBytes leased = leases.take(additionalData, key.encryptedDataKey());
    if (leased != null) {
      try (leased) {
        return engines.open(
            level, key.publicKey(), wrapping.unwrap(leased, additionalData, key.wrappedSeed()));
      }
    }
    try (SecretBytes dataKey = kms.decrypt(binding, key.encryptedDataKey(), deadline)) {
      SecretBytes seed = wrapping.unwrap(dataKey, additionalData, key.wrappedSeed());
      leases.offer(additionalData, key.encryptedDataKey(), dataKey);
      return engines.open(level, key.publicKey(), seed);
    }
  }

  private ParameterSet level(KeyIdentity identity) throws RefusedException {
    return ParameterSet.named(identity.algorithm())
        .filter(allowed::contains)
        .orElseThrow(() -> new RefusedException(Refusal.UNSUPPORTED_ALGORITHM));
  }
}
