package pqsigner.worker.batch;

import pqsigner.events.ErrorCode;

/// What follows when one job fails while others may succeed: first lane, second lane, dead letter.
public final class RetryPolicy {

  /// Tries of one job before it is given up: at once, after the first lane, after the second.
  public static final int ATTEMPTS_MAX = 3;

  /// Where a job goes next.
  public enum Next {
    FIRST_LANE,
    SECOND_LANE,
    DEAD_LETTER
  }

  private RetryPolicy() {}

  /// @param attempts how many times the job has been tried, including this one; at least 1
  public static Next after(int attempts) {
    if (attempts < 1) {
      throw new IllegalArgumentException("attempts are counted from 1");
    }
    return switch (attempts) {
      case 1 -> Next.FIRST_LANE;
      case 2 -> Next.SECOND_LANE;
      default -> Next.DEAD_LETTER;
    };
  }

  /// Whether a job is given up without another try, because it was the only one in flight when the
  /// worker or the enclave went down, too often. Each such crash counts as an attempt; a first one
  /// never suffices, since it may as well have been a power cut.
  ///
  /// @param attempts how many times the job was tried before and came back through a lane
  public static boolean blames(int attempts, int crashesAlone) {
    return crashesAlone >= 2 && attempts + crashesAlone >= ATTEMPTS_MAX;
  }

  public static Outcome.DeadLettered crashed(int crashesAlone) {
    return new Outcome.DeadLettered(
        ErrorCode.INTERNAL,
        "alone in flight "
            + crashesAlone
            + " times when the worker or the enclave went down or failed");
  }
}
