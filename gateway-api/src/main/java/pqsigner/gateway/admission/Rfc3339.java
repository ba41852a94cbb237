package pqsigner.gateway.admission;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// RFC 3339 `date-time`, exactly its grammar: offset required, `T` and `Z` in either case, no space
/// for the `T`, offsets up to 23:59 (more than `java.time` allows), any number of fraction digits
/// within [#CHARACTERS_MAX].
///
/// Where an [Instant] cannot say what was written, the earlier time is taken, because it is a
/// deadline: fractions beyond nanoseconds are cut off, and a leap second (`:60`, allowed only at
/// 23:59 UTC on the last day of a month) is the last nanosecond before it.
public final class Rfc3339 {

  public static final int CHARACTERS_MAX = 64;

  private static final Pattern DATE_TIME =
      Pattern.compile(
          "([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\\.([0-9]+))?"
              + "(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))");

  private Rfc3339() {}

  public static Optional<Instant> parse(String text) {
    if (text.length() > CHARACTERS_MAX) {
      return Optional.empty();
    }
    Matcher match = DATE_TIME.matcher(text);
    if (!match.matches()) {
      return Optional.empty();
    }
    try {
      return instant(match);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static Optional<Instant> instant(Matcher match) {
    int second = number(match, 6);
    boolean leap = second == 60;
    LocalDateTime local =
        LocalDateTime.of(
            number(match, 1),
            number(match, 2),
            number(match, 3),
            number(match, 4),
            number(match, 5),
            leap ? 59 : second,
            leap ? 999_999_999 : nanos(match.group(7)));
    long offsetSeconds = 0;
    if (match.group(8) != null) {
      int hours = number(match, 9);
      int minutes = number(match, 10);
      if (hours > 23 || minutes > 59) {
        return Optional.empty();
      }
      offsetSeconds = (match.group(8).equals("-") ? -60L : 60L) * (60L * hours + minutes);
    }
    Instant instant = local.toInstant(ZoneOffset.UTC).minusSeconds(offsetSeconds);
    return leap && !endsAMonth(instant) ? Optional.empty() : Optional.of(instant);
  }

  private static boolean endsAMonth(Instant lastNanosecond) {
    LocalDateTime next = LocalDateTime.ofInstant(lastNanosecond.plusNanos(1), ZoneOffset.UTC);
    return next.getDayOfMonth() == 1 && next.toLocalTime().toSecondOfDay() == 0;
  }

  private static int nanos(@Nullable String fraction) {
    return fraction == null ? 0 : Integer.parseInt((fraction + "00000000").substring(0, 9));
  }

  private static int number(Matcher match, int group) {
    return Integer.parseInt(match.group(group));
  }
}
