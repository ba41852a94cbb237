package pqsigner.worker.credentials;

import java.time.Duration;
import java.time.Instant;
import pqsigner.protocol.Request;

/// When credentials are pushed again.
///
/// @param margin how long before their end new ones are asked for
/// @param ageMax when they are pushed again although they would last longer
/// @param gapMin never more often than this, however short they live
/// @param retryMin wait after the second refusal in a row; doubles with each
/// @param retryMax the longest such wait
public record CredentialSchedule(
    Duration margin, Duration ageMax, Duration gapMin, Duration retryMin, Duration retryMax) {

  public Instant nextPush(Instant now, Request.Credentials pushed) {
    Instant byAge = now.plus(ageMax);
    if (pushed.expiresAtEpochMs() == 0) {
      return byAge;
    }
    Instant byExpiry = Instant.ofEpochMilli(pushed.expiresAtEpochMs()).minus(margin);
    Instant next = byExpiry.isBefore(byAge) ? byExpiry : byAge;
    Instant soonest = now.plus(gapMin);
    return next.isBefore(soonest) ? soonest : next;
  }

  /// After a refusal others are fetched at once, since those at hand may only have been old; from
  /// then on with growing waits.
  ///
  /// @param refusals in a row, at least 1
  public Instant nextPushAfter(int refusals, Instant now) {
    if (refusals == 1) {
      return now;
    }
    Duration wait = retryMin.multipliedBy(1L << Math.min(refusals - 2, 20));
    return now.plus(wait.compareTo(retryMax) > 0 ? retryMax : wait);
  }

  public static boolean expired(Instant now, Request.Credentials credentials) {
    return credentials.expiresAtEpochMs() != 0
        && now.toEpochMilli() >= credentials.expiresAtEpochMs();
  }
}
