package pqsigner.gateway.admission.http;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What `Prefer` (RFC 7240) asks of the wait. As that document says: names in any case, several
/// headers are one list, the first of a repeated preference counts, and what is not understood is
/// ignored. `respond-async` together with `wait` means: wait that long, then answer 202.
///
/// @param patience how long to wait, within the limits
/// @param waitHonoured whether the wait was asked for
/// @param asyncAsked whether a 202 was asked for
record Preference(Duration patience, boolean waitHonoured, boolean asyncAsked) {

  private static final int PREFERENCES_MAX = 16;
  private static final int DIGITS_MAX = 9;

  /// One preference: a token, perhaps a value (token or quoted), perhaps parameters.
  private static final Pattern PREFERENCE =
      Pattern.compile(
          "\\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)"
              + "(?:\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*+)\"|([^\\s,;\"]*)))?"
              + "(?:\\s*;(?:[^,\"]|\"(?:[^\"\\\\]|\\\\.)*+\")*+)?\\s*(?:,|$)");

  static Preference of(List<String> headers, Duration waitDefault, Duration waitMax) {
    Matcher preference = PREFERENCE.matcher(String.join(",", headers));
    Optional<Duration> wait = Optional.empty();
    boolean async = false;
    int at = 0;
    for (int i = 0; i < PREFERENCES_MAX && at < preference.regionEnd(); i++) {
      preference.region(at, preference.regionEnd());
      if (!preference.lookingAt()) {
        break;
      }
      at = preference.end();
      switch (preference.group(1).toLowerCase(Locale.ROOT)) {
        case "respond-async" -> async = true;
        case "wait" -> wait = wait.or(() -> seconds(preference));
        default -> {}
      }
    }
    Duration granted = wait.orElse(async ? Duration.ZERO : waitDefault);
    return new Preference(
        granted.compareTo(waitMax) > 0 ? waitMax : granted, wait.isPresent(), async);
  }

  /// The value of `Preference-Applied`, if any preference was.
  Optional<String> applied(boolean answeredAsync) {
    String waited = waitHonoured ? "wait=" + patience.toSeconds() : "";
    String async = asyncAsked && answeredAsync ? "respond-async" : "";
    String both = waited.isEmpty() || async.isEmpty() ? waited + async : async + ", " + waited;
    return both.isEmpty() ? Optional.empty() : Optional.of(both);
  }

  private static Optional<Duration> seconds(Matcher preference) {
    String value = preference.group(2) == null ? preference.group(3) : preference.group(2);
    return value != null && value.matches("[0-9]{1," + DIGITS_MAX + "}")
        ? Optional.of(Duration.ofSeconds(Long.parseLong(value)))
        : Optional.empty();
  }
}
