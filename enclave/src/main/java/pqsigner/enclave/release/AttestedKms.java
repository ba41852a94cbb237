package pqsigner.enclave.release;

import java.net.URI;
import java.security.Provider;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pqsigner.attestation.KmsRequestStatement;
import pqsigner.enclave.Deadline;
import pqsigner.enclave.EventLog;
import pqsigner.enclave.RefusedException;
import pqsigner.enclave.nsm.Nsm;
import pqsigner.enclave.nsm.NsmException;
import pqsigner.enclave.release.KmsKeyRelease.DataKey;
import pqsigner.enclave.secret.SecretBytes;
import pqsigner.protocol.EnclaveStats.KmsCalls;
import pqsigner.protocol.EnclaveStats.Operation;
import pqsigner.protocol.Refusal;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.DataKeySpec;
import software.amazon.awssdk.services.kms.model.DecryptResponse;
import software.amazon.awssdk.services.kms.model.EncryptionAlgorithmSpec;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyResponse;
import software.amazon.awssdk.services.kms.model.KeyEncryptionMechanism;
import software.amazon.awssdk.services.kms.model.RecipientInfo;

/// Asks AWS KMS for data keys with given credentials. Each request carries a fresh attestation
/// document whose `user_data` commits to that very request, and each answer must come from the one
/// pinned key.
final class AttestedKms implements AutoCloseable {
  private static final int DATA_KEY_BYTES = 32;
  private static final int NONCE_BYTES = 32;

  private final KmsEndpoint endpoint;
  private final Nsm nsm;
  private final RecipientKeys recipients;
  private final SecureRandom random;
  private final KmsClient kms;
  private final KmsCallCounts counts = new KmsCallCounts();

  AttestedKms(
      KmsEndpoint endpoint,
      Nsm nsm,
      RecipientKeys recipients,
      SecureRandom random,
      Provider conscrypt) {
    this.endpoint = endpoint;
    this.nsm = nsm;
    this.recipients = recipients;
    this.random = random;
    this.kms = client(endpoint, conscrypt);
  }

  /// Everything that the SDK would look up in an environment or a file is said here: what is not
  /// measured has no say. It does not retry, the worker does, with the whole picture.
  private static KmsClient client(KmsEndpoint endpoint, Provider conscrypt) {
    return KmsClient.builder()
        .httpClient(new ChannelHttpClient(new TlsChannels(endpoint, conscrypt), endpoint.host()))
        .endpointOverride(URI.create("https://" + endpoint.host()))
        .region(Region.of(endpoint.region()))
        .dualstackEnabled(false)
        .fipsEnabled(false)
        .credentialsProvider(AnonymousCredentialsProvider.create())
        .overrideConfiguration(
            config ->
                config
                    .retryStrategy(AwsRetryStrategy.doNotRetry())
                    .defaultProfileFile(ProfileFile.aggregator().build())
                    .defaultProfileName("none"))
        .build();
  }

  DataKey generate(AwsCredentials as, KeyBinding binding, Deadline caller) throws RefusedException {
    var provider = StaticCredentialsProvider.create(as);
    var context = binding.encryptionContext();
    byte[] commitment =
        KmsRequestStatement.generateDataKey(endpoint.keyArn(), context).commitment();
    return call(
        Operation.GENERATE_DATA_KEY,
        caller,
        (recipient, document) -> {
          GenerateDataKeyResponse response =
              kms.generateDataKey(
                  request ->
                      request
                          .keyId(endpoint.keyArn())
                          .keySpec(DataKeySpec.AES_256)
                          .encryptionContext(context)
                          .recipient(document)
                          .overrideConfiguration(c -> c.credentialsProvider(provider)));
          requirePinned(response.keyId());
          // Nothing of the record is in doubt here, only who answered.
          SecretBytes plaintext =
              open(recipient, response.ciphertextForRecipient(), Refusal.KMS_UNAVAILABLE);
          return new DataKey(plaintext, required(response.ciphertextBlob()));
        },
        commitment);
  }

  SecretBytes decrypt(AwsCredentials as, KeyBinding binding, byte[] ciphertext, Deadline caller)
      throws RefusedException {
    var provider = StaticCredentialsProvider.create(as);
    var context = binding.encryptionContext();
    byte[] commitment =
        KmsRequestStatement.decrypt(endpoint.keyArn(), context, ciphertext).commitment();
    return call(
        Operation.DECRYPT,
        caller,
        (recipient, document) -> {
          DecryptResponse response =
              kms.decrypt(
                  request ->
                      request
                          .keyId(endpoint.keyArn())
                          .encryptionAlgorithm(EncryptionAlgorithmSpec.SYMMETRIC_DEFAULT)
                          .ciphertextBlob(SdkBytes.fromByteArray(ciphertext))
                          .encryptionContext(context)
                          .recipient(document)
                          .overrideConfiguration(c -> c.credentialsProvider(provider)));
          requirePinned(response.keyId());
          return open(recipient, response.ciphertextForRecipient(), Refusal.KEY_RECORD_REJECTED);
        },
        commitment);
  }

  private interface Call<T> {
    T with(RecipientKey recipient, RecipientInfo document) throws RefusedException;
  }

  private <T> T call(Operation operation, Deadline caller, Call<T> call, byte[] commitment)
      throws RefusedException {
    Deadline deadline = caller.orIn(endpoint.callTimeout());
    RecipientKey recipient = recipients.take(deadline);
    RecipientInfo document = document(recipient, commitment);
    long asked = System.nanoTime();
    try {
      T released =
          ScopedValue.where(ChannelHttpClient.DEADLINE, deadline)
              .call(() -> call.with(recipient, document));
      counts.ended(operation, null, since(asked));
      return released;
    } catch (SdkException e) {
      Refusal refusal = refusal(e, caller);
      counts.ended(operation, refusal, since(asked));
      throw new RefusedException(refusal);
    } catch (RefusedException e) {
      counts.ended(operation, e.refusal(), since(asked));
      throw e;
    }
  }

  private static Duration since(long nanoTime) {
    return Duration.ofNanos(System.nanoTime() - nanoTime);
  }

  private static Refusal refusal(SdkException failure, Deadline caller) {
    Refusal refusal = KmsErrors.refusal(failure, caller);
    EventLog.event("kms_refused", "refusal=" + refusal + " kms_code=" + KmsErrors.code(failure));
    if (refusal == Refusal.KMS_UNAVAILABLE) {
      EventLog.failure("kms_failed", failure);
    }
    return refusal;
  }

  /// What the KMS was asked for since boot, and how it ended.
  List<KmsCalls> calls() {
    return counts.all();
  }

  private RecipientInfo document(RecipientKey recipient, byte[] commitment)
      throws RefusedException {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      byte[] document = nsm.attest(commitment, nonce, recipient.subjectPublicKeyInfo());
      return RecipientInfo.builder()
          .attestationDocument(SdkBytes.fromByteArray(document))
          .keyEncryptionAlgorithm(KeyEncryptionMechanism.RSAES_OAEP_SHA_256)
          .build();
    } catch (NsmException e) {
      EventLog.event("nsm_failed", "code=" + e.code());
      throw new RefusedException(Refusal.INTERNAL);
    }
  }

  private void requirePinned(@Nullable String keyId) throws RefusedException {
    if (!endpoint.keyArn().equals(keyId)) {
      throw new RefusedException(Refusal.KMS_DENIED);
    }
  }

  private static SecretBytes open(
      RecipientKey recipient, @Nullable SdkBytes ciphertextForRecipient, Refusal otherwise)
      throws RefusedException {
    if (ciphertextForRecipient == null) {
      throw new RefusedException(otherwise);
    }
    try {
      SecretBytes key = recipient.open(ciphertextForRecipient.asByteArray());
      if (key.size() == DATA_KEY_BYTES) {
        return key;
      }
      key.close();
    } catch (EnvelopeException e) {
      // One code, below.
    }
    throw new RefusedException(otherwise);
  }

  private static byte[] required(@Nullable SdkBytes ciphertextBlob) throws RefusedException {
    if (ciphertextBlob == null || ciphertextBlob.asByteArrayUnsafe().length == 0) {
      throw new RefusedException(Refusal.KMS_UNAVAILABLE);
    }
    return ciphertextBlob.asByteArray();
  }

  @Override
  public void close() {
    kms.close();
    recipients.close();
  }
}
