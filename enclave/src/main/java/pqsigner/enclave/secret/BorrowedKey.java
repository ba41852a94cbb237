package pqsigner.enclave.secret;

import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import javax.crypto.SecretKey;

/// A secret key for the time of one [SecretBytes#expose]: hands a cipher the very array that is
/// zeroed afterwards, where [javax.crypto.spec.SecretKeySpec] would keep copies that nobody can
/// reach.
///
/// For Conscrypt's ciphers only. The JDK's zero what they get, which is right for a copy.
public final class BorrowedKey implements SecretKey {
  private final String algorithm;
  private final transient byte[] bytes;

  public BorrowedKey(String algorithm, byte[] bytes) {
    this.algorithm = algorithm;
    this.bytes = bytes;
  }

  @Override
  public String getAlgorithm() {
    return algorithm;
  }

  @Override
  public String getFormat() {
    return "RAW";
  }

  @Override
  public byte[] getEncoded() {
    return bytes;
  }

  private void writeObject(ObjectOutputStream out) throws NotSerializableException {
    throw new NotSerializableException("a key");
  }

  @Override
  public String toString() {
    return "BorrowedKey";
  }
}
