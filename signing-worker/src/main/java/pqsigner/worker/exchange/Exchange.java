package pqsigner.worker.exchange;

import java.util.Map;
import pqsigner.protocol.Answer;

/// What came back from the enclave for one batch.
///
/// @param answers by correlation id; a job that was not answered is absent
public record Exchange(Map<Long, Answer.ToJob> answers, Ending ending) {

  /// How the exchange ended, which decides what a missing answer means.
  public enum Ending {
    /// Everything was answered.
    COMPLETE,
    /// The batch deadline passed, and the enclave showed that it lives: what is missing is slow.
    DEADLINE,
    /// The batch deadline passed and not one job was answered, of this batch or any other, although
    /// the enclave lives: what it depends on may be down.
    SILENT,
    /// There was no connection, so nothing was sent.
    UNREACHABLE,
    /// The connection broke, or the enclave hung, while jobs were in flight.
    LOST
  }

  public Exchange {
    answers = Map.copyOf(answers);
  }

  /// For a batch that had nothing to ask.
  public static Exchange nothingAsked() {
    return new Exchange(Map.of(), Ending.COMPLETE);
  }
}
