package pqsigner.worker.credentials;

import java.time.Duration;
import java.time.Instant;
import pqsigner.protocol.Request;

/// When credentials are pushed again.
///
/// @param margin how long before their end new ones are asked for
/// @param ageMax when they are pushed again although they would last longer
/// @param gapMin never more often than this, however short they live
public record CredentialSchedule(Duration margin, Duration ageMax, Duration gapMin) {

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

  public static boolean expired(Instant now, Request.Credentials credentials) {
    return credentials.expiresAtEpochMs() != 0
        && now.toEpochMilli() >= credentials.expiresAtEpochMs();
  }
}
