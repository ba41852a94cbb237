package pqsigner.gateway.custodian;

import jakarta.validation.constraints.AssertTrue;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;
import pqsigner.events.Topics;

/// How this gateway follows the registry of custodians.
///
/// @param initial names to register, enabled and without limits of their own, if the registry is
///   empty; ignored otherwise. May be an empty list, but has to be given while the registry is
///   empty. If wrong: without it a gateway does not start on an empty registry; a name too many is
///   a custodian, as soon as one of the custodians' authorities issues a certificate for it
/// @param refresh pause between two reads of the registry, 500ms to 5s. If wrong: too long, and a
///   custodian that was cut off is served for that much longer; too short costs reads of DynamoDB
/// @param usableFor how long a gateway that cannot read the registry goes by what it read last, 10s
///   to 1h; after that it is not ready, takes no commands and tells custodians `overloaded`. If
///   wrong: too long, and a custodian that was cut off is served by a gateway that does not know;
///   too short turns a hiccup of DynamoDB into an outage
@Validated
@ConfigurationProperties(prefix = "pq-signer.custodians", ignoreUnknownFields = false)
public record CustodianSettings(
    @Nullable List<String> initial,
    @DefaultValue("3s") Duration refresh,
    @DefaultValue("1m") Duration usableFor) {

  public CustodianSettings {
    initial = initial == null ? null : List.copyOf(initial);
  }

  @AssertTrue(message = "initial must be custodians' names, which no role or service has")
  boolean isNamed() {
    return Stream.ofNullable(initial).flatMap(List::stream).allMatch(Topics::isCustodian);
  }

  @AssertTrue(message = "refresh must be between 500ms and 5s, usable-for between 10s and 1h")
  boolean isTimely() {
    return isBetween(Duration.ofMillis(500), refresh, Duration.ofSeconds(5))
        && isBetween(Duration.ofSeconds(10), usableFor, Duration.ofHours(1));
  }

  private static boolean isBetween(Duration least, Duration value, Duration most) {
    return value.compareTo(least) >= 0 && value.compareTo(most) <= 0;
  }
}
