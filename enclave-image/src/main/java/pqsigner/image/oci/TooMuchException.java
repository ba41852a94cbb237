package pqsigner.image.oci;

import java.io.IOException;

/// A stream goes on after its bound. On its way it passes through code of others, which knows
/// nothing of our refusals.
final class TooMuchException extends IOException {
  TooMuchException() {
    super("more bytes than allowed");
  }
}
