package pqsigner.mldsa;

import java.security.spec.EncodedKeySpec;

/// Key bytes in Conscrypt's "raw" format: a FIPS 204 public key, or a seed. The superclass would
/// copy the array twice, and nobody could zero the copies of a seed.
public final class RawKeySpec extends EncodedKeySpec {
  private final byte[] bytes;

  public RawKeySpec(byte[] bytes) {
    super(new byte[0]);
    this.bytes = bytes;
  }

  @Override
  public byte[] getEncoded() {
    return bytes;
  }

  @Override
  public String getFormat() {
    return "raw";
  }
}
