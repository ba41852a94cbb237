package pqsigner.protocol;

/// What the enclave answers. Errors are codes: no text from inside crosses the frame.
public sealed interface Answer {

  /// The answer to a [Request.Job].
  sealed interface ToJob extends Answer permits Result, Refused {}

  /// What a job that succeeds comes to.
  sealed interface Result extends ToJob permits KeyGenerated, Signed {}

  /// The type byte of the frame; the high bit tells answers from requests.
  int type();

  /// The enclave's own account of itself, for readiness, logs and metrics; proof is the attestation
  /// document.
  ///
  /// @param pcr0 48 bytes as its NSM tells, empty before it was asked
  record Status(Phase phase, String moduleId, byte[] pcr0, EnclaveStats stats) implements Answer {
    @Override
    public int type() {
      return 0x81;
    }
  }

  /// KMS took the credentials, and they are in use from now on.
  record Accepted() implements Answer {
    @Override
    public int type() {
      return 0x82;
    }
  }

  /// A new key, and the NSM document that binds its public key to its identity.
  ///
  /// @param birthAttestation COSE_Sign1 document
  record KeyGenerated(KeyRecord key, byte[] birthAttestation) implements Result {
    @Override
    public int type() {
      return 0x83;
    }
  }

  /// @param signature raw FIPS 204 encoding, already verified under the registered public key
  record Signed(byte[] signature, long signedAtEpochMs) implements Result {
    @Override
    public int type() {
      return 0x84;
    }
  }

  record Refused(Refusal refusal) implements ToJob {
    @Override
    public int type() {
      return 0xFF;
    }
  }

  /// @throws ProtocolException when the body is not exactly one answer of this type
  static Answer decode(int type, byte[] body) throws ProtocolException {
    BodyReader in = new BodyReader(body);
    Answer answer =
        switch (type) {
          case 0x81 ->
              new Status(
                  in.code(Phase.values()),
                  in.text(Limits.TEXT_BYTES_MAX),
                  in.bytes(48),
                  EnclaveStats.read(in));
          case 0x82 -> new Accepted();
          case 0x83 -> new KeyGenerated(KeyRecord.read(in), in.bytes(Limits.ATTESTATION_BYTES_MAX));
          case 0x84 -> new Signed(in.bytes(Limits.SIGNATURE_BYTES_MAX), in.i64());
          case 0xFF -> new Refused(in.code(Refusal.values()));
          default -> throw new ProtocolException("unknown answer type " + type);
        };
    in.end();
    return answer;
  }

  default byte[] encode() {
    BodyWriter out = new BodyWriter();
    switch (this) {
      case Status(var phase, var moduleId, var pcr0, var stats) -> {
        out.u8(phase.wire()).text(moduleId).bytes(pcr0);
        stats.write(out);
      }
      case Accepted() -> {}
      case KeyGenerated(var key, var attestation) -> {
        key.write(out);
        out.bytes(attestation);
      }
      case Signed(var signature, var signedAt) -> out.bytes(signature).i64(signedAt);
      case Refused(var refusal) -> out.u8(refusal.wire());
    }
    return out.body();
  }
}
