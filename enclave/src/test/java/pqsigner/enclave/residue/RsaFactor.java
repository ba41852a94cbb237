package pqsigner.enclave.residue;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/// Recognises a prime of an RSA key by what anyone can check: it divides the modulus. So the search
/// needs no copy of the private key, which only the enclave ever had.
///
/// Written as bytes from the most significant on (PKCS#1, byte arrays), as native little-endian
/// limbs (BoringSSL), or as the int array of a BigInteger in little-endian memory.
final class RsaFactor {
  private static final int BYTE_VALUES = 256;

  private final BigInteger modulus;
  private final int bytes;
  private final byte[] candidate;

  RsaFactor(BigInteger modulus) {
    this.modulus = modulus;
    this.bytes = modulus.bitLength() / 16;
    this.candidate = new byte[bytes];
  }

  int bytes() {
    return bytes;
  }

  /// Where it begins, before `last`.
  ///
  /// Most memory repeats itself, and need not be divided by: 128 random bytes have fewer than 76
  /// different values by a chance of one in forty billion.
  List<Integer> positions(byte[] window, int last) {
    List<Integer> found = new ArrayList<>();
    int leastValues = bytes * 6 / 10;
    int[] seen = new int[BYTE_VALUES];
    int values = 0;
    for (int end = 0, at = 1 - bytes; at < last; end++, at++) {
      if (seen[window[end] & 0xff]++ == 0) {
        values++;
      }
      if (at >= 0) {
        if (values >= leastValues && isAt(window, at)) {
          found.add(at);
        }
        if (--seen[window[at] & 0xff] == 0) {
          values--;
        }
      }
    }
    return found;
  }

  private boolean isAt(byte[] window, int at) {
    return bigEndian(window, at) || littleEndian(window, at) || intArray(window, at);
  }

  private boolean bigEndian(byte[] window, int at) {
    if (!edges(window[at], window[at + bytes - 1])) {
      return false;
    }
    System.arraycopy(window, at, candidate, 0, bytes);
    return divides();
  }

  private boolean littleEndian(byte[] window, int at) {
    if (!edges(window[at + bytes - 1], window[at])) {
      return false;
    }
    for (int i = 0; i < bytes; i++) {
      candidate[i] = window[at + bytes - 1 - i];
    }
    return divides();
  }

  private boolean intArray(byte[] window, int at) {
    if (!edges(window[at + 3], window[at + bytes - 4])) {
      return false;
    }
    for (int i = 0; i < bytes; i++) {
      candidate[i] = window[at + (i & ~3) + 3 - (i & 3)];
    }
    return divides();
  }

  /// At least the square root of 2 times a power of 2 (FIPS 186-5, A.1.3), and odd.
  private static boolean edges(byte most, byte least) {
    return (most & 0xFF) >= 0xB5 && (least & 1) == 1;
  }

  private boolean divides() {
    return modulus.mod(new BigInteger(1, candidate)).signum() == 0;
  }
}
