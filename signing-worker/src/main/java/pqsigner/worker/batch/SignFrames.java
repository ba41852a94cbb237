package pqsigner.worker.batch;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import pqsigner.protocol.KeyIdentity;
import pqsigner.protocol.KeyRecord;
import pqsigner.protocol.Limits;
import pqsigner.protocol.Request;

/// Collects jobs into frames: all messages under one key travel together until a frame is full.
final class SignFrames {
  private static final int BODY_BYTES_MAX = Limits.FRAME_BYTES_MAX - Limits.FRAME_HEADER_BYTES;

  private final SequencedMap<Long, Request.Job> frames = new LinkedHashMap<>();
  private final Map<KeyContent, Filling> filling = new LinkedHashMap<>();

  void add(Arrival.Job job) {
    switch (job.request()) {
      case Request.GenerateKey generate -> frames.put(job.id(), generate);
      case Request.Sign(var key, var items) -> {
        Filling frame = filling.computeIfAbsent(KeyContent.of(key), _ -> new Filling(key));
        items.forEach(frame::add);
      }
    }
  }

  /// By the id of the frame, which is also that of its first job.
  SequencedMap<Long, Request.Job> finish() {
    filling.values().forEach(Filling::finish);
    return frames;
  }

  /// One key's frame while it still takes messages.
  private final class Filling {
    private final KeyRecord key;
    private final int emptyBytes;
    private final List<Request.SignItem> items = new ArrayList<>();
    private int bytes;

    Filling(KeyRecord key) {
      this.key = key;
      this.emptyBytes = new Request.Sign(key, List.of()).encode().length;
      this.bytes = emptyBytes;
    }

    void add(Request.SignItem item) {
      if (items.size() == Limits.SIGN_ITEMS_MAX || bytes + item.encodedBytes() > BODY_BYTES_MAX) {
        finish();
      }
      items.add(item);
      bytes += item.encodedBytes();
    }

    void finish() {
      if (!items.isEmpty()) {
        Request.Sign sign = new Request.Sign(key, List.copyOf(items));
        frames.put(items.getFirst().correlationId(), sign);
        items.clear();
        bytes = emptyBytes;
      }
    }
  }

  /// A key record compared by its bytes: a record with the same identity but other ciphertext is
  /// another record, and must not be signed under this one.
  private record KeyContent(
      KeyIdentity identity, ByteBuffer publicKey, ByteBuffer dataKey, ByteBuffer seed) {
    static KeyContent of(KeyRecord key) {
      return new KeyContent(
          key.identity(),
          ByteBuffer.wrap(key.publicKey()),
          ByteBuffer.wrap(key.encryptedDataKey()),
          ByteBuffer.wrap(key.wrappedSeed()));
    }
  }
}
