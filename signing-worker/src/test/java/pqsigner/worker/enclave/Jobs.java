package pqsigner.worker.enclave;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import pqsigner.protocol.KeyIdentity;
import pqsigner.protocol.KeyRecord;
import pqsigner.protocol.Request;
import pqsigner.protocol.Request.Mode;

/// Jobs for tests.
public final class Jobs {
  private Jobs() {}

  public static KeyIdentity identity(String userId) {
    return new KeyIdentity("custodian-a", userId, "ML-DSA-44", 1);
  }

  public static KeyRecord key(KeyIdentity identity) {
    return new KeyRecord(
        identity,
        ("public " + identity.userId()).getBytes(UTF_8),
        ("data key " + identity.userId()).getBytes(UTF_8),
        new byte[60]);
  }

  /// One frame with a message for each text; ids count from `firstId`.
  public static Map<Long, Request.Job> signTogether(long firstId, String... texts) {
    List<Request.SignItem> items = new ArrayList<>();
    for (String text : texts) {
      items.add(item(firstId + items.size(), text.getBytes(UTF_8)));
    }
    return Map.of(firstId, new Request.Sign(key(identity("user")), items));
  }

  public static Request.SignItem item(long id, byte[] message) {
    return new Request.SignItem(id, Mode.MESSAGE, message, new byte[0], 0);
  }
}
