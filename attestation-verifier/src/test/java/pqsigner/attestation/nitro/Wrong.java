package pqsigner.attestation.nitro;

import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import pqsigner.attestation.cbor.Cbor;

/// A document with exactly one thing wrong, and the reason that must come of it.
record Wrong(
    RejectionReason reason, String how, byte[] document, AttestationPolicy policy, Instant now) {
  static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  static final LocalEnclave ENCLAVE = LocalEnclave.bornAt(NOW);
  static final Cbor.Map PAYLOAD = ENCLAVE.payload();
  static final AttestationPolicy POLICY = AttestationPolicy.trusting(ENCLAVE.root());

  @Override
  public String toString() {
    return reason.code() + ": " + how;
  }

  static Wrong wrong(RejectionReason reason, String how, byte[] document) {
    return new Wrong(reason, how, document, POLICY, NOW);
  }

  static Wrong payload(RejectionReason reason, String how, Cbor.Map payload) {
    return wrong(reason, how, ENCLAVE.document(payload));
  }

  static Cbor zero() {
    return Cbor.of(new byte[48]);
  }

  static byte[] tail(byte[] bytes) {
    return Arrays.copyOfRange(bytes, 1, bytes.length);
  }

  static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }
}
