package pqsigner.gateway.dynamodb;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// How to reach DynamoDB.
///
/// @param endpoint overrides the region's endpoint, for local use and for VPC endpoints with a name
///   of their own. If wrong: readiness stays false, and every request is told `overloaded`
/// @param region AWS region of the tables. If wrong: the tables are not found there, as with a
///   wrong `endpoint`
/// @param requestsTable name of the ledger's table, 3 to 255 of letters, digits, `_`, `-`, `.`. If
///   wrong: as a wrong `endpoint`; another installation's table mixes both ledgers
/// @param keysTable name of the keys' table, likewise, and not the same one. If wrong: as
///   `requests-table`; with an empty table every signature ends as `unknown_user`
/// @param custodiansTable name of the registry of custodians, likewise, and a third one. If wrong:
///   as `requests-table`; an empty table is filled from `pq-signer.custodians.initial`
/// @param keyStatesTable name of the table of the keys' states, likewise. If wrong: as
///   `requests-table`; with an empty table disabled keys sign
/// @param createTables creates missing tables at start; for local use. If wrong: in production the
///   role forbids it, and the gateway does not start
/// @param attemptTimeout of one HTTP exchange with DynamoDB, above 0s. If wrong: too short turns a
///   slow store into duplicate writes, which are harmless, and load, which is not; too long uses up
///   `call-timeout` in one attempt
/// @param callTimeout of a call with all its retries, at least `attempt-timeout`, and at most 5s
///   together with `key-trusted-for`. If wrong: too long lets callers and listeners hang on a dead
///   ledger; too short makes `overloaded` of what one more retry would have saved
/// @param attemptsMax tries of one call, the first included, 1 to 10. If wrong: more multiply the
///   load on a store that throttles; 1 shows every hiccup to the caller
/// @param connectionsMax idle connections kept open, 1 to 4096; more are opened under load and
///   closed after use. If wrong: below the calls at once, nearly each pays for a TLS handshake
/// @param keysCached keys remembered for signing, 1 to 1000000. If wrong: too many cost memory,
///   about 8 KiB each; too few cost a read of DynamoDB for each signature
/// @param keyTrustedFor how long a key that was read is trusted to be enabled, and the newest, from
///   0s. Together with `call-timeout` at most 5s, which is how long after a disabling a signature
///   may still be recorded. If wrong: longer signs with a disabled key, or with an old version, for
///   as long; 0s costs two reads for each signature
@Validated
@ConfigurationProperties(prefix = "pq-signer.dynamodb", ignoreUnknownFields = false)
public record DynamoSettings(
    @Nullable URI endpoint,
    @DefaultValue("eu-central-1") String region,
    @DefaultValue("pq-signer-requests") String requestsTable,
    @DefaultValue("pq-signer-keys") String keysTable,
    @DefaultValue("pq-signer-custodians") String custodiansTable,
    @DefaultValue("pq-signer-key-states") String keyStatesTable,
    @DefaultValue("false") boolean createTables,
    @DefaultValue("1500ms") Duration attemptTimeout,
    @DefaultValue("4s") Duration callTimeout,
    @DefaultValue("3") @Min(1) @Max(10) int attemptsMax,
    @DefaultValue("128") @Min(1) @Max(4096) int connectionsMax,
    @DefaultValue("4096") @Min(1) @Max(1_000_000) int keysCached,
    @DefaultValue("1s") Duration keyTrustedFor) {

  /// Within which a disabling or a rotation is effective on every gateway.
  private static final Duration KEY_CHANGES_WITHIN = Duration.ofSeconds(5);

  /// For making tables: DynamoDB Local on a busy machine takes longer to make one than a request
  /// may wait.
  DynamoSettings patient() {
    return new DynamoSettings(
        endpoint,
        region,
        requestsTable,
        keysTable,
        custodiansTable,
        keyStatesTable,
        createTables,
        Duration.ofSeconds(20),
        Duration.ofMinutes(1),
        attemptsMax,
        connectionsMax,
        keysCached,
        keyTrustedFor);
  }

  @AssertTrue(message = "attempt-timeout must be above 0s, call-timeout not below it")
  boolean isTimeoutConsistent() {
    return attemptTimeout.isPositive() && callTimeout.compareTo(attemptTimeout) >= 0;
  }

  @AssertTrue(message = "key-trusted-for must not be negative, and with call-timeout at most 5s")
  boolean isKeyTrustBounded() {
    return !keyTrustedFor.isNegative()
        && keyTrustedFor.plus(callTimeout).compareTo(KEY_CHANGES_WITHIN) <= 0;
  }

  public TableNames tables() {
    return new TableNames(requestsTable, keysTable, custodiansTable, keyStatesTable);
  }
}
