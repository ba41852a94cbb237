package pqsigner.worker.batch;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The note that a worker leaves with a partition's committed offset before it starts on the record
/// there. The next ordinary commit wipes it, so whoever finds it knows that its writer did not get
/// past that record.
///
/// @param alone how many times the record was alone in flight; 0 when it was started with others
public record StartMark(int alone) {
  private static final Pattern TEXT = Pattern.compile("pq-signer-started;alone=(\\d{1,4})");

  public StartMark {
    if (alone < 0 || alone > 9999) {
      throw new IllegalArgumentException("alone must be 0 to 9999");
    }
  }

  public StartMark onceMoreAlone() {
    return new StartMark(Math.min(9999, alone + 1));
  }

  /// As it stands in the offset's metadata.
  public String text() {
    return "pq-signer-started;alone=" + alone;
  }

  /// Empty for anything that is not such a note.
  public static Optional<StartMark> parse(String metadata) {
    Matcher matcher = TEXT.matcher(metadata);
    return matcher.matches()
        ? Optional.of(new StartMark(Integer.parseInt(matcher.group(1))))
        : Optional.empty();
  }
}
