package pqsigner.worker.credentials;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.function.Supplier;
import pqsigner.protocol.Request;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.core.exception.SdkException;

/// Credentials from the SDK's provider chain: environment, profile, container or instance role.
public final class AwsCredentialSource implements Supplier<Request.Credentials> {
  private final AwsCredentialsProvider provider;

  public AwsCredentialSource(AwsCredentialsProvider provider) {
    this.provider = provider;
  }

  /// @throws NoCredentialsException when the chain has none at the moment
  @Override
  public Request.Credentials get() {
    AwsCredentials credentials;
    try {
      credentials = provider.resolveCredentials();
    } catch (SdkException e) {
      throw new NoCredentialsException(e);
    }
    byte[] token =
        credentials instanceof AwsSessionCredentials session
            ? session.sessionToken().getBytes(UTF_8)
            : new byte[0];
    return new Request.Credentials(
        credentials.accessKeyId().getBytes(UTF_8),
        credentials.secretAccessKey().getBytes(UTF_8),
        token,
        credentials.expirationTime().map(Instant::toEpochMilli).orElse(0L));
  }
}
