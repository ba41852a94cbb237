package pqsigner.worker.batch;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import pqsigner.protocol.KeyIdentity;
import pqsigner.protocol.KeyRecord;
import pqsigner.protocol.Limits;
import pqsigner.protocol.Request;

/// Collects work into frames: all messages under one key travel together until a frame is full.
final class SignFrames {
  private static final int BODY_BYTES_MAX = Limits.FRAME_BYTES_MAX - Limits.FRAME_HEADER_BYTES;

  private final List<Ask> finished = new ArrayList<>();
  private final Map<KeyContent, Filling> filling = new LinkedHashMap<>();

  void add(int slot, Ticket ticket, Work work) {
    switch (work) {
      case Work.GenerateKey(var request) -> finished.add(new Ask.Generate(slot, request));
      case Work.Sign(var key, var mode, var content, var context) -> {
        Ask.Item item = new Ask.Item(slot, mode, content, context, ticket.deadlineEpochMs());
        Filling frame = filling.computeIfAbsent(KeyContent.of(key), _ -> new Filling(key));
        frame.add(item, finished);
      }
    }
  }

  List<Ask> asks() {
    filling.values().forEach(frame -> frame.finish(finished));
    return finished;
  }

  /// One key's frame while it still takes messages.
  private static final class Filling {
    private final KeyRecord key;
    private final int emptyBytes;
    private final List<Ask.Item> items = new ArrayList<>();
    private int bytes;

    Filling(KeyRecord key) {
      this.key = key;
      this.emptyBytes = new Request.Sign(key, List.of()).encode().length;
      this.bytes = emptyBytes;
    }

    void add(Ask.Item item, List<Ask> finished) {
      int itemBytes =
          new Request.SignItem(0, item.mode(), item.content(), item.context(), 0).encodedBytes();
      if (items.size() == Limits.SIGN_ITEMS_MAX || bytes + itemBytes > BODY_BYTES_MAX) {
        finish(finished);
      }
      items.add(item);
      bytes += itemBytes;
    }

    void finish(List<Ask> finished) {
      if (!items.isEmpty()) {
        finished.add(new Ask.SignTogether(key, List.copyOf(items)));
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
