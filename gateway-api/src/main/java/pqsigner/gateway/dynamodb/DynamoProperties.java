package pqsigner.gateway.dynamodb;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// What the environment says of DynamoDB; see [DynamoSettings] for units and consequences.
///
/// @param createTables creates missing tables at start; for local use, off in production
/// @param keysCached keys remembered for signing; one takes about 8 KiB
/// @param currentKeyFor how long the newest version of a key is trusted to be the newest
@ConfigurationProperties("pq-signer.dynamodb")
public record DynamoProperties(
    @Nullable URI endpoint,
    @DefaultValue("eu-central-1") String region,
    @DefaultValue("pq-signer-requests") String requestsTable,
    @DefaultValue("pq-signer-keys") String keysTable,
    @DefaultValue("false") boolean createTables,
    @DefaultValue("1500ms") Duration attemptTimeout,
    @DefaultValue("4s") Duration callTimeout,
    @DefaultValue("3") int attemptsMax,
    @DefaultValue("128") int connectionsMax,
    @DefaultValue("4096") int keysCached,
    @DefaultValue("1m") Duration currentKeyFor) {

  DynamoSettings settings() {
    return new DynamoSettings(
        endpoint, region, attemptTimeout, callTimeout, attemptsMax, connectionsMax);
  }

  TableNames tables() {
    return new TableNames(requestsTable, keysTable);
  }
}
