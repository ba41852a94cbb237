package pqsigner.protocol;

import java.io.IOException;

/// The peer broke the frame format; the connection cannot go on.
public final class ProtocolException extends IOException {
  public ProtocolException(String message) {
    super(message);
  }
}
