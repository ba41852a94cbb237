package pqsigner.worker.enclave;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import pqsigner.protocol.KeyIdentity;
import pqsigner.protocol.KeyRecord;
import pqsigner.protocol.Request.Mode;
import pqsigner.worker.batch.Ask;

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

  /// One frame with a message for each text; slots count from 0.
  public static List<Ask> signTogether(String... texts) {
    List<Ask.Item> items = new ArrayList<>();
    for (String text : texts) {
      items.add(item(items.size(), text));
    }
    return List.of(new Ask.SignTogether(key(identity("user")), items));
  }

  public static Ask.Item item(int slot, String text) {
    return new Ask.Item(slot, Mode.MESSAGE, text.getBytes(UTF_8), new byte[0], 0);
  }
}
