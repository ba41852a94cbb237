package pqsigner.attestation.nitro;

import static pqsigner.attestation.nitro.Payloads.concat;
import static pqsigner.attestation.nitro.Payloads.ones;
import static pqsigner.attestation.nitro.Payloads.set;
import static pqsigner.attestation.nitro.Wrong.ENCLAVE;
import static pqsigner.attestation.nitro.Wrong.PAYLOAD;
import static pqsigner.attestation.nitro.Wrong.bytes;
import static pqsigner.attestation.nitro.Wrong.payload;
import static pqsigner.attestation.nitro.Wrong.tail;
import static pqsigner.attestation.nitro.Wrong.wrong;

import java.util.Arrays;
import java.util.List;
import pqsigner.attestation.cbor.Cbor;
import pqsigner.attestation.cbor.CborWriter;

/// Not the CBOR or not the COSE_Sign1 that an NSM writes.
final class WrongEncodings {
  private WrongEncodings() {}

  static List<Wrong> encoding() {
    byte[] good = ENCLAVE.document(PAYLOAD);
    byte[] payload = CborWriter.write(PAYLOAD);
    byte[] nonceTwice = concat(new byte[] {(byte) 0xAA}, tail(payload), bytes("656e6f6e6365f6"));
    return List.of(
        wrong(RejectionReason.EMPTY, "no bytes", new byte[0]),
        wrong(RejectionReason.TOO_LARGE, "one byte too long", new byte[0x3001]),
        wrong(
            RejectionReason.CBOR_TRUNCATED, "last byte lost", Arrays.copyOf(good, good.length - 1)),
        wrong(RejectionReason.CBOR_TRUNCATED, "one byte left", new byte[] {(byte) 0x84}),
        wrong(
            RejectionReason.CBOR_TRUNCATED,
            "payload ends early",
            ENCLAVE.document(Arrays.copyOf(payload, payload.length - 1))),
        wrong(
            RejectionReason.CBOR_TRUNCATED,
            "a length of 2^63",
            bytes("8444a1013822a05b8000000000000000")),
        wrong(RejectionReason.CBOR_TRAILING_BYTES, "after it", concat(good, new byte[1])),
        wrong(
            RejectionReason.CBOR_TRAILING_BYTES,
            "after the payload",
            ENCLAVE.document(concat(payload, new byte[1]))),
        wrong(
            RejectionReason.CBOR_TOO_DEEP,
            "five levels",
            ENCLAVE.document(
                set(
                    PAYLOAD,
                    "nonce",
                    Cbor.array(Cbor.array(Cbor.array(Cbor.array(new Cbor.Null()))))))),
        wrong(RejectionReason.CBOR_DUPLICATE_KEY, "two nonces", ENCLAVE.document(nonceTwice)),
        wrong(
            RejectionReason.CBOR_DUPLICATE_KEY,
            "PCR0 spelled 00 and 1800",
            ENCLAVE.document(concat(bytes("a16470637273a2"), bytes("0040"), bytes("180040")))),
        wrong(
            RejectionReason.CBOR_INDEFINITE_LENGTH,
            "open envelope",
            concat(new byte[] {(byte) 0x9F}, tail(good), new byte[] {(byte) 0xFF})),
        wrong(
            RejectionReason.CBOR_INDEFINITE_LENGTH,
            "open map inside",
            ENCLAVE.document(bytes("a16470637273bfff"))),
        wrong(
            RejectionReason.CBOR_INVALID_TEXT,
            "overlong UTF-8 in a key",
            ENCLAVE.document(bytes("a162c08000"))),
        wrong(
            RejectionReason.CBOR_INTEGER_OUT_OF_RANGE,
            "a timestamp of 2^64-1",
            ENCLAVE.document(bytes("a16974696d657374616d701bffffffffffffffff"))),
        wrong(
            RejectionReason.CBOR_UNSUPPORTED_ITEM,
            "a timestamp in floating point",
            ENCLAVE.document(bytes("a16974696d657374616d70fb4000000000000000"))));
  }

  static List<Wrong> envelope() {
    byte[] payload = CborWriter.write(PAYLOAD);
    Cbor header = Cbor.of(bytes("a1013822"));
    Cbor body = Cbor.of(payload);
    Cbor signature = Cbor.of(ENCLAVE.signature(payload));
    Cbor der = Cbor.of(ENCLAVE.sign(payload, "SHA384withECDSA"));
    Cbor none = Cbor.map();
    RejectionReason header1 = RejectionReason.COSE_PROTECTED_HEADER;
    RejectionReason header2 = RejectionReason.COSE_UNPROTECTED_HEADER;
    return List.of(
        wrong(
            RejectionReason.COSE_TAGGED,
            "tag 18",
            concat(new byte[] {(byte) 0xD2}, ENCLAVE.document(PAYLOAD))),
        cose(RejectionReason.COSE_NOT_SIGN1, "a map", Cbor.map()),
        cose(RejectionReason.COSE_NOT_SIGN1, "three parts", Cbor.array(header, none, body)),
        cose(
            RejectionReason.COSE_NOT_SIGN1,
            "five parts",
            Cbor.array(header, none, body, signature, none)),
        cose(
            RejectionReason.COSE_NOT_SIGN1,
            "detached payload",
            Cbor.array(header, none, new Cbor.Null(), signature)),
        cose(header1, "ES256", Cbor.array(Cbor.of(bytes("a10126")), none, body, signature)),
        cose(header1, "ES512", Cbor.array(Cbor.of(bytes("a1013823")), none, body, signature)),
        cose(header1, "no algorithm", Cbor.array(Cbor.of(bytes("a0")), none, body, signature)),
        cose(
            header1,
            "another spelling",
            Cbor.array(Cbor.of(bytes("a101390022")), none, body, signature)),
        cose(header1, "a bare map", Cbor.array(Cbor.map(), none, body, signature)),
        cose(
            header2,
            "a key id",
            Cbor.array(header, Cbor.map().with(4, Cbor.of(new byte[1])), body, signature)),
        cose(header2, "null", Cbor.array(header, new Cbor.Null(), body, signature)),
        cose(
            RejectionReason.COSE_SIGNATURE_LENGTH,
            "a DER signature",
            Cbor.array(header, none, body, der)),
        cose(
            RejectionReason.COSE_SIGNATURE_LENGTH,
            "95 bytes",
            Cbor.array(header, none, body, Cbor.of(new byte[95]))),
        cose(
            RejectionReason.SIGNATURE,
            "r and s zero",
            Cbor.array(header, none, body, Cbor.of(new byte[96]))),
        cose(
            RejectionReason.SIGNATURE,
            "r and s all ones",
            Cbor.array(header, none, body, Cbor.of(ones(96)))));
  }

  private static Wrong cose(RejectionReason reason, String how, Cbor envelope) {
    return wrong(reason, how, CborWriter.write(envelope));
  }
}
