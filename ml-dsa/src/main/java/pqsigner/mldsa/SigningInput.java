package pqsigner.mldsa;

/// What is signed. An instance always satisfies FIPS 204, so that no engine has to check.
public sealed interface SigningInput {

  /// FIPS 204, algorithm 2, line 1.
  int CONTEXT_BYTES_MAX = 255;

  int MU_BYTES = 64;

  /// Pure ML-DSA over a message.
  record Message(byte[] message, byte[] context) implements SigningInput {
    public Message {
      if (context.length > CONTEXT_BYTES_MAX) {
        throw new IllegalArgumentException("context longer than FIPS 204 allows");
      }
    }

    @Override
    public String toString() {
      return "Message[" + message.length + " bytes]";
    }
  }

  /// A message representative that the caller computed. Exactly 64 bytes: there are engines that
  /// sign any length without a word.
  record ExternalMu(byte[] mu) implements SigningInput {
    public ExternalMu {
      if (mu.length != MU_BYTES) {
        throw new IllegalArgumentException("mu is not 64 bytes");
      }
    }

    @Override
    public String toString() {
      return "ExternalMu";
    }
  }

  /// A message with the empty context.
  static SigningInput message(byte[] message) {
    return new Message(message, new byte[0]);
  }
}
