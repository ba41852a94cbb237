package pqsigner.worker.credentials;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import pqsigner.protocol.Request;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/// Credentials from the SDK's provider chain: environment, profile, container or instance role. The
/// chain keeps what it was given until shortly before its end, so after a refusal a new one is
/// made.
public final class AwsCredentialSource implements CredentialSource, AutoCloseable {
  private final Supplier<? extends AwsCredentialsProvider> chains;
  private @Nullable AwsCredentialsProvider chain;

  /// @param chains makes a provider that keeps nothing yet
  public AwsCredentialSource(Supplier<? extends AwsCredentialsProvider> chains) {
    this.chains = chains;
  }

  @Override
  public synchronized Request.Credentials get() {
    AwsCredentials credentials;
    try {
      if (chain == null) {
        chain = chains.get();
      }
      credentials = chain.resolveCredentials();
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

  @Override
  public synchronized void refused() {
    close();
  }

  @Override
  public synchronized void close() {
    if (chain instanceof SdkAutoCloseable closeable) {
      closeable.close();
    }
    chain = null;
  }
}
