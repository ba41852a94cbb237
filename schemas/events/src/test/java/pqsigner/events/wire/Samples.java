package pqsigner.events.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.avro.util.Utf8;
import pqsigner.events.avro.Command;
import pqsigner.events.avro.Conflict;
import pqsigner.events.avro.Failed;
import pqsigner.events.avro.GeneratedKey;
import pqsigner.events.avro.Result;
import pqsigner.events.avro.SigningJob;
import pqsigner.events.avro.SigningReply;
import pqsigner.events.avro.WrappedKey;

/// One of each record, every field set.
final class Samples {
  private static final Instant NOON = Instant.parse("2026-05-04T12:00:00.123Z");

  private Samples() {}

  static Command command() {
    return Command.newBuilder()
        .setRequestType(new Utf8("sign"))
        .setRequestId(new Utf8("request-1"))
        .setUserId(new Utf8("künde-1"))
        .setAlg(new Utf8("ML-DSA-65"))
        .setMessage(bytes(300))
        .setMu(bytes(64))
        .setContext(bytes(7))
        .setDeadline(new Utf8("2026-05-04T12:00:00Z"))
        .build();
  }

  static Result result() {
    return Result.newBuilder()
        .setRequestId("request-1")
        .setRequestType("sign")
        .setState("SIGNED")
        .setCode("internal")
        .setDetail("none")
        .setUserId("künde-1")
        .setAlg("ML-DSA-87")
        .setKeyVersion(1)
        .setSignature(bytes(4627))
        .setSignedAt(NOON)
        .setPublicKey(bytes(2592))
        .setPublicKeySpki(bytes(2614))
        .setBirthAttestation(bytes(5000))
        .setCreatedAt(NOON)
        .setRetry("new_request_id")
        .setAcceptedAt(NOON)
        .setDeadline(NOON)
        .setSealedKeySha256(bytes(32))
        .build();
  }

  static Failed failed() {
    return Failed.newBuilder()
        .setRequestId("request-1")
        .setRequestType("sign")
        .setState("FAILED")
        .setCode("kms_unavailable")
        .setRetry("same_request_id")
        .setFailure(2)
        .setAttempts(3)
        .setUserId("künde-1")
        .setAlg("ML-DSA-87")
        .setKeyVersion(1)
        .setAcceptedAt(NOON)
        .setDeadline(NOON)
        .setFailedAt(NOON)
        .build();
  }

  static Conflict conflict() {
    return Conflict.newBuilder()
        .setRequestId("request-1")
        .setRequestType("sign")
        .setCode("request_id_conflict")
        .setRetry("new_request_id")
        .setCommandPartition(2)
        .setCommandOffset(5_000_000_000L)
        .setCommandAt(NOON)
        .build();
  }

  static SigningJob job() {
    return SigningJob.newBuilder()
        .setCustodian("custodian-a")
        .setRequestId("request-1")
        .setRequestType("sign")
        .setUserId("künde-1")
        .setAlg("ML-DSA-44")
        .setKeyVersion(1)
        .setDigest(bytes(32))
        .setMessage(bytes(65536))
        .setMu(bytes(64))
        .setContext(bytes(255))
        .setDeadline(NOON)
        .setAcceptedAt(NOON)
        .setReplyPartition(3)
        .setKey(new WrappedKey(bytes(1312), bytes(184), bytes(60)))
        .setBirthNonce(bytes(32))
        .build();
  }

  static SigningReply reply() {
    return SigningReply.newBuilder()
        .setCustodian("custodian-a")
        .setRequestId("request-1")
        .setRequestType("key_generation")
        .setDigest(bytes(32))
        .setOutcome("GENERATED")
        .setCode("internal")
        .setKeyVersion(1)
        .setCompletedAt(NOON)
        .setSignature(bytes(2420))
        .setGenerated(new GeneratedKey(bytes(1312), bytes(184), bytes(60), bytes(5000)))
        .setAttempts(3)
        .build();
  }

  static List<SpecificRecordBase> all() {
    return List.of(command(), result(), failed(), conflict(), job(), reply());
  }

  /// Distinct bytes at each position, so that nothing fits where it does not belong.
  static ByteBuffer bytes(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i * 31 + length);
    }
    return ByteBuffer.wrap(bytes);
  }

  /// The wire format, by hand.
  static byte[] framed(int id, byte... body) {
    return ByteBuffer.allocate(5 + body.length).put((byte) 0).putInt(id).put(body).array();
  }

  static byte[] encoded(GenericRecord record) {
    GenericDatumWriter<GenericRecord> writer =
        record instanceof SpecificRecordBase ours
            ? new SpecificDatumWriter<>(record.getSchema(), ours.getSpecificData())
            : new GenericDatumWriter<>(record.getSchema());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      writer.write(record, EncoderFactory.get().directBinaryEncoder(out, null));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
