package pqsigner.gateway.dynamodb;

import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClientBuilder;

/// Builds the one DynamoDB client of a gateway.
public final class DynamoClients {

  private DynamoClients() {}

  /// With credentials from the SDK's default chain: the environment, or the role of the host.
  public static DynamoDbClient create(DynamoSettings settings, ExecutionInterceptor calls) {
    return builder(settings, DefaultCredentialsProvider.builder().build(), calls).build();
  }

  public static DynamoDbClient create(DynamoSettings settings, AwsCredentialsProvider credentials) {
    return builder(settings, credentials, new ExecutionInterceptor() {}).build();
  }

  /// The JDK's HTTP connections, because they are enough and bring no dependency. The standard
  /// retry strategy: the adaptive one slows the whole process down after a throttling, to so few
  /// calls that replies queue up for minutes.
  private static DynamoDbClientBuilder builder(
      DynamoSettings settings, AwsCredentialsProvider credentials, ExecutionInterceptor calls) {
    keepConnections(settings.connectionsMax());
    DynamoDbClientBuilder builder =
        DynamoDbClient.builder()
            .region(Region.of(settings.region()))
            .credentialsProvider(credentials)
            .httpClient(
                UrlConnectionHttpClient.builder()
                    .connectionTimeout(min(settings.attemptTimeout(), Duration.ofSeconds(1)))
                    .socketTimeout(settings.attemptTimeout())
                    .build())
            .overrideConfiguration(
                override ->
                    override
                        .addExecutionInterceptor(calls)
                        .apiCallAttemptTimeout(settings.attemptTimeout())
                        .apiCallTimeout(settings.callTimeout())
                        .retryStrategy(
                            AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                .maxAttempts(settings.attemptsMax())
                                .build()));
    if (settings.endpoint() != null) {
      builder.endpointOverride(settings.endpoint());
    }
    return builder;
  }

  /// The JDK keeps only 5 idle connections to a host and reads this property once; with more calls
  /// at once than that, nearly each would pay for a TLS handshake.
  private static void keepConnections(int connectionsMax) {
    if (System.getProperty("http.maxConnections") == null) {
      System.setProperty("http.maxConnections", Integer.toString(connectionsMax));
    }
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
