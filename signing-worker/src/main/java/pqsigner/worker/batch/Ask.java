package pqsigner.worker.batch;

import java.util.List;
import pqsigner.protocol.KeyRecord;
import pqsigner.protocol.Request;
import pqsigner.protocol.Request.Mode;

/// One frame to the enclave before it has correlation ids. A slot is the position of the job in its
/// batch.
public sealed interface Ask {

  List<Integer> slots();

  record Generate(int slot, Request.GenerateKey request) implements Ask {
    @Override
    public List<Integer> slots() {
      return List.of(slot);
    }
  }

  /// Messages under one key, so that the enclave unwraps it once.
  record SignTogether(KeyRecord key, List<Item> items) implements Ask {
    @Override
    public List<Integer> slots() {
      return items.stream().map(Item::slot).toList();
    }
  }

  record Item(int slot, Mode mode, byte[] content, byte[] context, long deadlineEpochMs) {}
}
