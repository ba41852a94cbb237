package pqsigner.local;

import java.nio.ByteBuffer;
import java.time.Instant;
import pqsigner.events.avro.SigningReply;

/// A record to send through the registry.
final class EventSamples {

  private EventSamples() {}

  static SigningReply reply() {
    return SigningReply.newBuilder()
        .setCustodian("custodian-a")
        .setRequestId("r-1")
        .setRequestType("sign")
        .setDigest(ByteBuffer.wrap(new byte[32]))
        .setOutcome("SIGNED")
        .setKeyVersion(1)
        .setCompletedAt(Instant.ofEpochMilli(1_700_000_000_000L))
        .setSignature(ByteBuffer.wrap(new byte[] {1, 2, 3}))
        .build();
  }
}
