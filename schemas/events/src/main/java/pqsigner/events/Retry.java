package pqsigner.events;

import java.util.Arrays;
import java.util.Optional;

/// What a caller can do about a request that was not signed, by its name in problems, results and
/// failed events.
public enum Retry {
  /// The same request again, under its own id: nothing can be signed twice by that. After a moment,
  /// or when what was missing is there. Of a lookup: the same lookup.
  SAME_REQUEST_ID("same_request_id"),
  /// The same content under another id; this id will always be answered as it was now.
  NEW_REQUEST_ID("new_request_id"),
  /// This content is never signed, under whatever id.
  NEVER("never");

  private final String label;

  Retry(String label) {
    this.label = label;
  }

  public String label() {
    return label;
  }

  public static Optional<Retry> of(String label) {
    return Arrays.stream(values()).filter(retry -> retry.label.equals(label)).findFirst();
  }

  /// What helps once the refusal is recorded, when the same id gives the same answer for ever.
  public Retry onceRecorded() {
    return switch (this) {
      case SAME_REQUEST_ID, NEW_REQUEST_ID -> NEW_REQUEST_ID;
      case NEVER -> NEVER;
    };
  }
}
