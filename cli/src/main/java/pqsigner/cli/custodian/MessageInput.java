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
import pqsigner.mldsa.ExternalMu;

/// What is signed: a message, or its external mu; and the context.
final class MessageInput {
  /// Far above the contract's bound, so that the service's own answer is what a caller sees.
  private static final int MESSAGE_BYTES_MAX = 16 << 20;

  /// Exactly one of these.
  static final class Source {
    @Option(names = "--message", paramLabel = "TEXT", description = "The message, as UTF-8.")
    private @Nullable String text;

    @Option(
        names = "--message-file",
        paramLabel = "FILE",
        description = "The message from a file; - for standard input.")
    private @Nullable String file;

    @Option(
        names = "--mu",
        paramLabel = "FILE",
        description = "The 64-byte external mu from a file, raw or base64; - for standard input.")
    private @Nullable String mu;
  }

  @SuppressWarnings("NullAway.Init") // set by picocli
  @ArgGroup(multiplicity = "1")
  private Source source;

  @Option(names = "--context", paramLabel = "TEXT", description = "FIPS 204 context, as UTF-8.")
  private @Nullable String context;

  byte @Nullable [] message() {
    if (source.text != null) {
      return source.text.getBytes(UTF_8);
    }
    return source.file == null ? null : ByteInput.read(source.file, MESSAGE_BYTES_MAX);
  }

  byte @Nullable [] mu() {
    return source.mu == null ? null : ByteInput.readEncoded(source.mu, 1024);
  }

  byte @Nullable [] context() {
    return context == null ? null : context.getBytes(UTF_8);
  }

  /// The external mu of the message, whatever its size.
  byte[] muOfMessage(MlDsaPublicKey key) {
    byte[] contextBytes = context == null ? new byte[0] : context.getBytes(UTF_8);
    try (InputStream in = open()) {
      return ExternalMu.of(key.raw(), contextBytes, in);
    } catch (IOException e) {
      throw new CommandFailure("unreadable_input", String.valueOf(e.getMessage()), e);
    }
  }

  private InputStream open() throws IOException {
    if (source.file != null) {
      return ByteInput.open(source.file);
    }
    byte[] bytes = message();
    if (bytes == null) {
      throw new IOException("--external-mu needs the message, not its mu");
    }
    return new ByteArrayInputStream(bytes);
  }
}
