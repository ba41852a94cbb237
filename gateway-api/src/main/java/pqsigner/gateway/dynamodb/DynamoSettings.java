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
/// @param createTables creates missing tables at start; for local use. If wrong: in production the
///   role forbids it, and the gateway does not start
/// @param attemptTimeout of one HTTP exchange with DynamoDB, above 0s. If wrong: too short turns a
///   slow store into duplicate writes, which are harmless, and load, which is not; too long uses up
///   `call-timeout` in one attempt
/// @param callTimeout of a call with all its retries, at least `attempt-timeout`. If wrong: too
///   long lets callers and listeners hang on a dead ledger; too short makes `overloaded` of what
///   one more retry would have saved
/// @param attemptsMax tries of one call, the first included, 1 to 10. If wrong: more multiply the
///   load on a store that throttles; 1 shows every hiccup to the caller
/// @param connectionsMax idle connections kept open, 1 to 4096; more are opened under load and
///   closed after use. If wrong: below the calls at once, nearly each pays for a TLS handshake
/// @param keysCached keys remembered for signing, 1 to 1000000. If wrong: too many cost memory,
///   about 8 KiB each; too few cost a read of DynamoDB for each signature
/// @param currentKeyFor how long the newest version of a key is trusted to be the newest, 0s to 1h.
///   If wrong: longer signs with the old version after a new one was made; 0s costs a read for each
///   signature
@Validated
@ConfigurationProperties(prefix = "pq-signer.dynamodb", ignoreUnknownFields = false)
public record DynamoSettings(
    @Nullable URI endpoint,
    @DefaultValue("eu-central-1") String region,
    @DefaultValue("pq-signer-requests") String requestsTable,
    @DefaultValue("pq-signer-keys") String keysTable,
    @DefaultValue("pq-signer-custodians") String custodiansTable,
    @DefaultValue("false") boolean createTables,
    @DefaultValue("1500ms") Duration attemptTimeout,
    @DefaultValue("4s") Duration callTimeout,
    @DefaultValue("3") @Min(1) @Max(10) int attemptsMax,
    @DefaultValue("128") @Min(1) @Max(4096) int connectionsMax,
    @DefaultValue("4096") @Min(1) @Max(1_000_000) int keysCached,
    @DefaultValue("1m") Duration currentKeyFor) {

  /// For making tables: DynamoDB Local on a busy machine takes longer to make one than a request
  /// may wait.
  DynamoSettings patient() {
    return new DynamoSettings(
        endpoint,
        region,
        requestsTable,
        keysTable,
        custodiansTable,
        createTables,
        Duration.ofSeconds(20),
        Duration.ofMinutes(1),
        attemptsMax,
        connectionsMax,
        keysCached,
        currentKeyFor);
  }

  @AssertTrue(message = "attempt-timeout must be above 0s, call-timeout not below it")
  boolean isTimeoutConsistent() {
    return attemptTimeout.isPositive() && callTimeout.compareTo(attemptTimeout) >= 0;
  }

  @AssertTrue(message = "current-key-for must be between 0s and 1h")
  boolean isCurrentKeyBounded() {
    return !currentKeyFor.isNegative() && currentKeyFor.compareTo(Duration.ofHours(1)) <= 0;
  }

  public TableNames tables() {
    return new TableNames(requestsTable, keysTable, custodiansTable);
  }
}
