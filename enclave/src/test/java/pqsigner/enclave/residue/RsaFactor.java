package pqsigner.enclave.residue;

import java.math.BigInteger;

/// Recognises a prime of an RSA key by what anyone can check: it divides the modulus. So the search
/// needs no copy of the private key, which only the enclave ever had.
///
/// Written as bytes from the most significant on (PKCS#1, byte arrays), as native little-endian
/// limbs (BoringSSL), or as the int array of a BigInteger in little-endian memory.
final class RsaFactor {
  private static final int STRIDE = 8;

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

  boolean isAt(byte[] window, int at) {
    return looksRandom(window, at)
        && (bigEndian(window, at) || littleEndian(window, at) || intArray(window, at));
  }

  /// Memory is mostly zeros and pointers; the primes have no zero word of 4 bytes among the 16
  /// looked at, but by a chance of one in two hundred million.
  private boolean looksRandom(byte[] window, int at) {
    for (int i = 0; i < bytes; i += STRIDE) {
      if ((window[at + i] | window[at + i + 1] | window[at + i + 2] | window[at + i + 3]) == 0) {
        return false;
      }
    }
    return true;
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
