package pqsigner.cli.custodian;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;
import pqsigner.cli.ByteInput;
import pqsigner.cli.CommandFailure;
import pqsigner.client.MlDsaPublicKey;
import pqsigner.client.SignerRequest;
import pqsigner.mldsa.ExternalMu;

/// What is signed: a message, or its external mu; and the context.
final class MessageInput {
  /// Far above the contract's, so that callers see the service's own answer.
  private static final int MESSAGE_BYTES_LIMIT = 16 << 20;

  /// Likewise; a mu has 64 bytes.
  private static final int MU_BYTES_LIMIT = 1024;

  /// Exactly one of these.
  static final class Source {
    @Option(names = "--message", paramLabel = "TEXT", description = "The message, as UTF-8.")
    private @Nullable String text;

    @Option(
        names = "--message-file",
        paramLabel = "FILE",
        description = "The message, from a file; - for standard input.")
    private @Nullable String file;

    @Option(
        names = "--mu",
        paramLabel = "FILE",
        description = "The 64-byte external mu, from a file, raw or base64; - for standard input.")
    private @Nullable String mu;
  }

  @ArgGroup(multiplicity = "1")
  private Source source;

  @Option(names = "--context", paramLabel = "TEXT", description = "FIPS 204 context, as UTF-8.")
  private @Nullable String context;

  /// A request to sign it.
  SignerRequest request(String userId) {
    SignerRequest request =
        source.mu == null
            ? SignerRequest.sign(userId, message())
            : SignerRequest.signMu(userId, ByteInput.readEncoded(source.mu, MU_BYTES_LIMIT));
    return request.withContext(context == null ? null : contextBytes());
  }

  private byte[] message() {
    return source.text != null
        ? source.text.getBytes(UTF_8)
        : ByteInput.read(String.valueOf(source.file), MESSAGE_BYTES_LIMIT);
  }

  private byte[] contextBytes() {
    return context == null ? new byte[0] : context.getBytes(UTF_8);
  }

  /// The external mu of the message, whatever its size.
  byte[] muOfMessage(MlDsaPublicKey key) {
    try (InputStream in = open()) {
      return ExternalMu.of(key.raw(), contextBytes(), in);
    } catch (IOException e) {
      throw new CommandFailure("unreadable_input", String.valueOf(e.getMessage()), e);
    }
  }

  private InputStream open() throws IOException {
    if (source.mu != null) {
      throw new IOException("--external-mu needs the message, not its mu");
    }
    return source.file == null ? new ByteArrayInputStream(message()) : ByteInput.open(source.file);
  }
}
