package pqsigner.attestation.nitro;

import static pqsigner.attestation.nitro.Payloads.ones;
import static pqsigner.attestation.nitro.Payloads.set;
import static pqsigner.attestation.nitro.Payloads.setPcr;
import static pqsigner.attestation.nitro.Payloads.without;
import static pqsigner.attestation.nitro.Wrong.ENCLAVE;
import static pqsigner.attestation.nitro.Wrong.NOW;
import static pqsigner.attestation.nitro.Wrong.PAYLOAD;
import static pqsigner.attestation.nitro.Wrong.POLICY;
import static pqsigner.attestation.nitro.Wrong.bytes;
import static pqsigner.attestation.nitro.Wrong.payload;
import static pqsigner.attestation.nitro.Wrong.wrong;
import static pqsigner.attestation.nitro.Wrong.zero;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import pqsigner.attestation.cbor.Cbor;

/// Well-formed CBOR whose payload is not that of an enclave, properly signed.
final class WrongFields {
  private WrongFields() {}

  static List<Wrong> fields() {
    List<Wrong> wrong = new ArrayList<>();
    for (String required :
        List.of("module_id", "digest", "timestamp", "pcrs", "certificate", "cabundle")) {
      wrong.add(payload(RejectionReason.MISSING_FIELD, required, without(PAYLOAD, required)));
      wrong.add(
          payload(RejectionReason.FIELD_TYPE, required, set(PAYLOAD, required, new Cbor.Null())));
    }
    for (String optional : List.of("public_key", "user_data", "nonce")) {
      wrong.add(
          payload(
              RejectionReason.FIELD_TYPE, optional + " text", set(PAYLOAD, optional, Cbor.of(""))));
      wrong.add(
          payload(
              RejectionReason.FIELD_TYPE,
              optional + " as array of integers",
              set(PAYLOAD, optional, Cbor.array(Cbor.of(1)))));
    }
    wrong.addAll(
        List.of(
            wrong(RejectionReason.FIELD_TYPE, "payload no map", ENCLAVE.document(bytes("80"))),
            payload(RejectionReason.UNKNOWN_FIELD, "new field", PAYLOAD.with("extra", Cbor.of(1))),
            payload(RejectionReason.UNKNOWN_FIELD, "number as key", PAYLOAD.with(1, Cbor.of(1))),
            payload(
                RejectionReason.NITROTPM_DOCUMENT,
                "in place of pcrs",
                without(PAYLOAD, "pcrs").with("nitrotpm_pcrs", LocalEnclave.pcrs(16))),
            payload(
                RejectionReason.NITROTPM_DOCUMENT,
                "beside pcrs",
                PAYLOAD.with("nitrotpm_pcrs", LocalEnclave.pcrs(16))),
            moduleId(""),
            moduleId("i-0123456789abcdef0"),
            moduleId("i-0123456789abcdef0-tpm0123456789abcdef"),
            moduleId("i-0123-enc0123\n"),
            moduleId("i-0123-enc" + "0".repeat(65)),
            payload(RejectionReason.DIGEST, "SHA256", set(PAYLOAD, "digest", Cbor.of("SHA256"))),
            payload(RejectionReason.TIMESTAMP, "zero", set(PAYLOAD, "timestamp", Cbor.of(0))),
            payload(RejectionReason.TIMESTAMP, "negative", set(PAYLOAD, "timestamp", Cbor.of(-1))),
            sized(RejectionReason.CERTIFICATE_SIZE, "certificate", 0),
            sized(RejectionReason.CERTIFICATE_SIZE, "certificate", 1025),
            sized(RejectionReason.PUBLIC_KEY_SIZE, "public_key", 0),
            sized(RejectionReason.PUBLIC_KEY_SIZE, "public_key", 1025),
            sized(RejectionReason.USER_DATA_SIZE, "user_data", 1025),
            sized(RejectionReason.NONCE_SIZE, "nonce", 1025)));
    return wrong;
  }

  static List<Wrong> registers() {
    Cbor digest = Cbor.of(LocalEnclave.pcr(0));
    return List.of(
        payload(RejectionReason.PCR_COUNT, "none", set(PAYLOAD, "pcrs", Cbor.map())),
        payload(RejectionReason.PCR_COUNT, "33", set(PAYLOAD, "pcrs", LocalEnclave.pcrs(33))),
        payload(RejectionReason.PCR_INDEX, "32", setPcr(PAYLOAD, 32, digest)),
        payload(RejectionReason.PCR_INDEX, "-1", setPcr(PAYLOAD, -1, digest)),
        payload(RejectionReason.PCR_INDEX, "2^32", setPcr(PAYLOAD, 1L << 32, digest)),
        payload(RejectionReason.PCR_LENGTH, "SHA-256", setPcr(PAYLOAD, 0, Cbor.of(ones(32)))),
        payload(RejectionReason.PCR_LENGTH, "SHA-512", setPcr(PAYLOAD, 0, Cbor.of(ones(64)))),
        payload(RejectionReason.PCR_LENGTH, "47", setPcr(PAYLOAD, 0, Cbor.of(ones(47)))),
        payload(RejectionReason.FIELD_TYPE, "text", setPcr(PAYLOAD, 0, Cbor.of("00"))),
        payload(RejectionReason.DEBUG_MODE, "PCR0 zero", setPcr(PAYLOAD, 0, zero())),
        payload(RejectionReason.DEBUG_MODE, "PCR1 zero", setPcr(PAYLOAD, 1, zero())),
        payload(RejectionReason.DEBUG_MODE, "PCR2 zero", setPcr(PAYLOAD, 2, zero())),
        payload(RejectionReason.PCR_MISSING, "no PCR2", set(PAYLOAD, "pcrs", LocalEnclave.pcrs(2))),
        new Wrong(
            RejectionReason.PCR_MISSING,
            "PCR16 expected, not locked",
            ENCLAVE.document(PAYLOAD),
            POLICY.pcrs(Map.of(16, new byte[48])),
            NOW));
  }

  private static Wrong moduleId(String id) {
    return payload(
        RejectionReason.MODULE_ID, "'" + id.strip() + "'", set(PAYLOAD, "module_id", Cbor.of(id)));
  }

  private static Wrong sized(RejectionReason reason, String field, int length) {
    return payload(reason, field + " of " + length, set(PAYLOAD, field, Cbor.of(new byte[length])));
  }
}
