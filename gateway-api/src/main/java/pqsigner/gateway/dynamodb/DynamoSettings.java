package pqsigner.gateway.dynamodb;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How to reach DynamoDB.
///
/// @param endpoint overrides the region's endpoint; for local use
/// @param attemptTimeout of one HTTP exchange; too short turns a slow store into duplicate writes,
///   which are harmless, and load, which is not
/// @param callTimeout of a call with all its retries; bounds how long an HTTP caller or a listener
///   can hang on the ledger
/// @param attemptsMax tries of one call, the first included
/// @param connectionsMax connections kept open; more are opened under load and closed after use
public record DynamoSettings(
    @Nullable URI endpoint,
    String region,
    Duration attemptTimeout,
    Duration callTimeout,
    int attemptsMax,
    int connectionsMax) {

  public static final Duration DEFAULT_ATTEMPT_TIMEOUT = Duration.ofMillis(1500);
  public static final Duration DEFAULT_CALL_TIMEOUT = Duration.ofSeconds(4);
  public static final int DEFAULT_ATTEMPTS_MAX = 3;
  public static final int DEFAULT_CONNECTIONS_MAX = 128;

  public DynamoSettings {
    if (attemptTimeout.isNegative() || attemptTimeout.isZero()) {
      throw new IllegalArgumentException("the attempt timeout must be positive");
    }
    if (callTimeout.compareTo(attemptTimeout) < 0) {
      throw new IllegalArgumentException("the call timeout must not be below the attempt timeout");
    }
    if (attemptsMax < 1 || attemptsMax > 10) {
      throw new IllegalArgumentException("attempts must be 1 to 10");
    }
    if (connectionsMax < 1 || connectionsMax > 4096) {
      throw new IllegalArgumentException("connections must be 1 to 4096");
    }
  }

  public static DynamoSettings of(@Nullable URI endpoint, String region) {
    return new DynamoSettings(
        endpoint,
        region,
        DEFAULT_ATTEMPT_TIMEOUT,
        DEFAULT_CALL_TIMEOUT,
        DEFAULT_ATTEMPTS_MAX,
        DEFAULT_CONNECTIONS_MAX);
  }
}
