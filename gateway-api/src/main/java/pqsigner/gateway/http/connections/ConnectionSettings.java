package pqsigner.gateway.http.connections;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// Bounds on the connections to the API. How many one custodian may hold is
/// `pq-signer.fairness.share-percent` of `authenticated-max`.
///
/// @param handshakeTimeout how long a TLS handshake may take, counted from the acceptance of the
///   connection, 100ms to 1m. If wrong: too long lets callers without a certificate hold their
///   places; too short refuses callers that are far away
/// @param handshakesMax handshakes under way at once, 1 to 100000; one more cuts the oldest. If
///   wrong: too few cut honest callers during a flood of connections; too many cost memory, some 50
///   KiB each
/// @param handshakesPerSourceMax of those, from one IPv4 address or IPv6 /64 network, 1 to
///   `handshakes-max`; one more cuts that source's oldest. If wrong: too few cut honest callers
///   that share an address, as behind a load balancer; too many let one address crowd out the
///   others
/// @param authenticatedMax connections with a verified certificate, 1 to 100000; one more cuts the
///   longest idle one of whoever holds most. If wrong: too few make callers reconnect; too many
///   cost memory, some 70 KiB each
/// @param headTimeout how long the head of a request may take to arrive, 100ms to 1m. If wrong: too
///   long lets slow writers hold connections; too short refuses callers on bad lines
/// @param requestTimeout how long a request may take from its first byte until it is answered and
///   its body is read, 1s to 15m. If wrong: below `pq-signer.http.body-timeout` and
///   `pq-signer.http.wait-max` together, callers that wait lose their connection; too long lets a
///   refused body drip in
@Validated
@ConfigurationProperties(prefix = "pq-signer.connections", ignoreUnknownFields = false)
public record ConnectionSettings(
    @DefaultValue("2s") Duration handshakeTimeout,
    @DefaultValue("384") @Min(1) @Max(100_000) int handshakesMax,
    @DefaultValue("256") @Min(1) @Max(100_000) int handshakesPerSourceMax,
    @DefaultValue("1536") @Min(1) @Max(100_000) int authenticatedMax,
    @DefaultValue("10s") Duration headTimeout,
    @DefaultValue("2m") Duration requestTimeout) {

  /// Connections that were told to go and have not gone yet: the web server's own bound must never
  /// be what stops it from accepting.
  private static final int LEAVING_MAX = 128;

  /// What the web server needs room for.
  int connectionsMax() {
    return handshakesMax + authenticatedMax + LEAVING_MAX;
  }

  @AssertTrue(message = "handshakes-per-source-max must be at most handshakes-max")
  boolean isSourceBounded() {
    return handshakesPerSourceMax <= handshakesMax;
  }

  @AssertTrue(message = "handshake-timeout and head-timeout must be between 100ms and 1m")
  boolean isHeadTimely() {
    return isBetween(Duration.ofMillis(100), handshakeTimeout, Duration.ofMinutes(1))
        && isBetween(Duration.ofMillis(100), headTimeout, Duration.ofMinutes(1));
  }

  @AssertTrue(message = "request-timeout must be between 1s and 15m")
  boolean isRequestTimely() {
    return isBetween(Duration.ofSeconds(1), requestTimeout, Duration.ofMinutes(15));
  }

  private static boolean isBetween(Duration least, Duration value, Duration most) {
    return value.compareTo(least) >= 0 && value.compareTo(most) <= 0;
  }
}
