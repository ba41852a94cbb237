package pqsigner.attestation;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/// Platform configuration registers of a Nitro enclave: SHA-384 chains that start at zero.
public final class Pcr {
  public static final int BYTES = 48;
  public static final int COUNT = 32;

  private Pcr() {}

  /// What a register holds after it is extended: SHA-384(old ‖ data). `data` goes in as it is,
  /// which is what the NSM's ExtendPCR does.
  public static byte[] extend(byte[] old, byte[] data) {
    if (old.length != BYTES) {
      throw new IllegalArgumentException("a register has " + BYTES + " bytes");
    }
    MessageDigest sha384 = Sha2.sha384();
    sha384.update(old);
    return sha384.digest(data);
  }

  /// What the hypervisor measures into PCR0, 1, 2 and 8: one extension of a zero register with the
  /// SHA-384 of all parts. The parts are concatenated without boundaries, as AWS does.
  public static byte[] measure(byte[]... parts) {
    MessageDigest sha384 = Sha2.sha384();
    for (byte[] part : parts) {
      sha384.update(part);
    }
    return extend(new byte[BYTES], sha384.digest());
  }

  /// What AWS puts into PCR3: the role of the instance that started the enclave.
  ///
  /// @param roleArn of the form `arn:aws:iam::111122223333:role/name`
  public static byte[] ofRole(String roleArn) {
    return extend(new byte[BYTES], roleArn.getBytes(StandardCharsets.US_ASCII));
  }

  /// True for a register that was never extended. For PCR0, 1 and 2 that means debug mode.
  public static boolean isZero(byte[] register) {
    int any = 0;
    for (byte b : register) {
      any |= b;
    }
    return any == 0;
  }

  /// What AWS defines the register to hold, in a few words.
  public static String meaning(int index) {
    return switch (index) {
      case 0 -> "enclave image";
      case 1 -> "kernel and boot";
      case 2 -> "application";
      case 3 -> "parent's IAM role";
      case 4 -> "parent instance";
      case 8 -> "image signer";
      default -> index < 16 ? "reserved" : "set by the application";
    };
  }
}
