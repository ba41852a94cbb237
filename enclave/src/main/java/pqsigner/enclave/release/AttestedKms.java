package pqsigner.enclave.release;

import java.io.IOException;
import java.security.Provider;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

/// Asks AWS KMS for data keys with given credentials. Each request carries a fresh attestation
/// document whose `user_data` commits to that very request, and each answer must come from the one
/// pinned key.
final class AttestedKms implements AutoCloseable {
  private static final int DATA_KEY_BYTES = 32;
  private static final int NONCE_BYTES = 32;
  private static final Base64.Encoder BASE64 = Base64.getEncoder();

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
    this.kms = new KmsClient(endpoint, conscrypt);
  }

  DataKey generate(AwsCredentials as, KeyBinding binding, Deadline caller) throws RefusedException {
    var context = binding.encryptionContext();
    return call(
        Operation.GENERATE_DATA_KEY,
        caller,
        KmsRequestStatement.generateDataKey(endpoint.keyArn(), context),
        (recipient, document, deadline) -> {
          Map<String, Object> request = request(context, document);
          request.put("KeySpec", "AES_256");
          var answer = kms.call("GenerateDataKey", request, as, deadline);
          requirePinned(answer);
          // Nothing of the record is in doubt here, only who answered.
          byte[] ciphertext = bytes(answer, "CiphertextBlob", Refusal.KMS_UNAVAILABLE);
          return new DataKey(open(recipient, answer, Refusal.KMS_UNAVAILABLE), ciphertext);
        });
  }

  SecretBytes decrypt(AwsCredentials as, KeyBinding binding, byte[] ciphertext, Deadline caller)
      throws RefusedException {
    var context = binding.encryptionContext();
    return call(
        Operation.DECRYPT,
        caller,
        KmsRequestStatement.decrypt(endpoint.keyArn(), context, ciphertext),
        (recipient, document, deadline) -> {
          Map<String, Object> request = request(context, document);
          request.put("EncryptionAlgorithm", "SYMMETRIC_DEFAULT");
          request.put("CiphertextBlob", BASE64.encodeToString(ciphertext));
          var answer = kms.call("Decrypt", request, as, deadline);
          requirePinned(answer);
          return open(recipient, answer, Refusal.KEY_RECORD_REJECTED);
        });
  }

  /// What both operations say.
  private Map<String, Object> request(Map<String, String> context, Map<String, String> document) {
    Map<String, Object> members = new HashMap<>();
    members.put("KeyId", endpoint.keyArn());
    members.put("EncryptionContext", context);
    members.put("Recipient", document);
    return members;
  }

  private interface Call<T> {
    T with(RecipientKey recipient, Map<String, String> document, Deadline deadline)
        throws IOException, RefusedException;
  }

  private <T> T call(
      Operation operation, Deadline caller, KmsRequestStatement statement, Call<T> call)
      throws RefusedException {
    Deadline deadline = caller.orIn(endpoint.callTimeout());
    RecipientKey recipient = recipients.take(deadline);
    Map<String, String> document = document(recipient, statement.commitment());
    long asked = System.nanoTime();
    try {
      T released = call.with(recipient, document, deadline);
      counts.ended(operation, null, since(asked));
      return released;
    } catch (IOException e) {
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

  private static Refusal refusal(IOException failure, Deadline caller) {
    Refusal refusal = KmsErrors.refusal(failure, caller);
    EventLog.event("kms.refused", "refusal=" + refusal + " kms_code=" + KmsErrors.code(failure));
    if (refusal == Refusal.KMS_UNAVAILABLE) {
      EventLog.failure("kms.failed", failure);
    }
    return refusal;
  }

  /// What KMS was asked for since boot, and how it ended.
  List<KmsCalls> calls() {
    return counts.all();
  }

  private Map<String, String> document(RecipientKey recipient, byte[] commitment)
      throws RefusedException {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      byte[] document = nsm.attest(commitment, nonce, recipient.subjectPublicKeyInfo());
      return Map.of(
          "KeyEncryptionAlgorithm",
          "RSAES_OAEP_SHA_256",
          "AttestationDocument",
          BASE64.encodeToString(document));
    } catch (NsmException e) {
      EventLog.event("nsm.failed", "code=" + e.code());
      throw new RefusedException(Refusal.INTERNAL);
    }
  }

  private void requirePinned(Map<String, String> answer) throws RefusedException {
    if (!endpoint.keyArn().equals(answer.get("KeyId"))) {
      throw new RefusedException(Refusal.KMS_DENIED);
    }
  }

  private static SecretBytes open(
      RecipientKey recipient, Map<String, String> answer, Refusal otherwise)
      throws RefusedException {
    byte[] envelope = bytes(answer, "CiphertextForRecipient", otherwise);
    try {
      SecretBytes key = recipient.open(envelope);
      if (key.size() == DATA_KEY_BYTES) {
        return key;
      }
      key.close();
    } catch (EnvelopeException e) {
      // One code, below.
    }
    throw new RefusedException(otherwise);
  }

  private static byte[] bytes(Map<String, String> answer, String name, Refusal otherwise)
      throws RefusedException {
    try {
      byte[] bytes = Base64.getDecoder().decode(answer.getOrDefault(name, ""));
      if (bytes.length > 0) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      // One code, below.
    }
    throw new RefusedException(otherwise);
  }

  @Override
  public void close() {
    kms.close();
    recipients.close();
  }
}
