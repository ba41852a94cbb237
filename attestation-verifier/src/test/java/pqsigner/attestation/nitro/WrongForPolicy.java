package pqsigner.attestation.nitro;

import static pqsigner.attestation.nitro.Payloads.ones;
import static pqsigner.attestation.nitro.Payloads.set;
import static pqsigner.attestation.nitro.Payloads.setPcr;
import static pqsigner.attestation.nitro.Wrong.ENCLAVE;
import static pqsigner.attestation.nitro.Wrong.NOW;
import static pqsigner.attestation.nitro.Wrong.PAYLOAD;
import static pqsigner.attestation.nitro.Wrong.POLICY;
import static pqsigner.attestation.nitro.Wrong.zero;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import pqsigner.attestation.BirthStatement;
import pqsigner.attestation.cbor.Cbor;

/// Genuine documents that are not what the verifier asked for.
final class WrongForPolicy {
  private WrongForPolicy() {}

  static List<Wrong> policy() {
    byte[] plain = ENCLAVE.document(PAYLOAD);
    byte[] bound =
        ENCLAVE.document(
            set(
                set(set(PAYLOAD, "nonce", Cbor.of(ones(32))), "user_data", Cbor.of(ones(48))),
                "public_key",
                Cbor.of(ones(97))));
    BirthStatement birth = new BirthStatement("custodian-a", "u", "ML-DSA-44", 1, ones(1312), "a");
    return List.of(
        at(RejectionReason.STALE, NOW.plus(Duration.ofMinutes(5)).plusMillis(1)),
        at(RejectionReason.FROM_THE_FUTURE, NOW.minusMillis(2)),
        new Wrong(
            RejectionReason.FROM_THE_FUTURE,
            "archived evidence, too",
            plain,
            POLICY.at(new EvaluationTime.AtDocumentTime(Duration.ZERO)),
            NOW.minusMillis(1)),
        asked(
            RejectionReason.IMAGE_NOT_ALLOWED, plain, POLICY.images(List.of(Map.of(0, ones(48))))),
        asked(RejectionReason.IMAGE_NOT_ALLOWED, plain, POLICY.images(mixed())),
        asked(RejectionReason.PCR_MISMATCH, plain, POLICY.pcrs(Map.of(3, ones(48)))),
        asked(RejectionReason.NONCE_MISMATCH, plain, POLICY.nonce(ones(32))),
        asked(RejectionReason.NONCE_MISMATCH, bound, POLICY.nonce(ones(33))),
        asked(RejectionReason.NONCE_MISMATCH, bound, POLICY.nonce(new byte[32])),
        asked(RejectionReason.USER_DATA_MISMATCH, plain, POLICY.userData(ones(48))),
        asked(RejectionReason.USER_DATA_MISMATCH, plain, POLICY.userData(new byte[0])),
        asked(RejectionReason.USER_DATA_MISMATCH, bound, POLICY.userData(new byte[48])),
        asked(RejectionReason.USER_DATA_MISMATCH, bound, POLICY.birthOf(birth)),
        asked(RejectionReason.PUBLIC_KEY_MISMATCH, plain, POLICY.publicKey(ones(97))),
        asked(RejectionReason.PUBLIC_KEY_MISMATCH, bound, POLICY.publicKey(ones(96))),
        new Wrong(
            RejectionReason.IMAGE_NOT_ALLOWED,
            "a debug enclave is none of the images",
            ENCLAVE.document(setPcr(PAYLOAD, 0, zero())),
            POLICY.allowDebug(true).images(List.of(Map.of(0, LocalEnclave.pcr(0)))),
            NOW));
  }

  /// Each register is of some allowed image; no image has them all.
  private static List<Map<Integer, byte[]>> mixed() {
    return List.of(
        Map.of(0, LocalEnclave.pcr(0), 1, LocalEnclave.pcr(1), 2, ones(48)),
        Map.of(0, ones(48), 1, LocalEnclave.pcr(1), 2, LocalEnclave.pcr(2)));
  }

  private static Wrong at(RejectionReason reason, Instant now) {
    AttestationPolicy policy =
        POLICY.at(new EvaluationTime.Live(Duration.ofMinutes(5), Duration.ofMillis(1)));
    return new Wrong(reason, "at " + now, ENCLAVE.document(PAYLOAD), policy, now);
  }

  private static Wrong asked(RejectionReason reason, byte[] document, AttestationPolicy policy) {
    return new Wrong(reason, "asked for something else", document, policy, NOW);
  }
}
