package pqsigner.image.measurement;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import pqsigner.attestation.Pcr;
import pqsigner.enclave.boot.EnclaveConfiguration;
import pqsigner.image.eif.Eif;
import pqsigner.image.eif.ImageSignature;
import pqsigner.image.input.RefusedException;

/// Registers and their foretold values.
///
/// @param pcrs lower-case hex by index
public record Measurements(NavigableMap<Integer, String> pcrs) {
  public static final int IMAGE = 0;
  public static final int BOOT = 1;
  public static final int APPLICATION = 2;
  public static final int PARENT_ROLE = 3;
  public static final int SIGNER = 8;
  public static final int CONFIGURATION = EnclaveConfiguration.MEASUREMENT_PCR;

  private static final String REGISTER = "[0-9a-f]{" + 2 * Pcr.BYTES + "}";
  private static final String ROLE_ARN =
      "arn:aws[a-z-]*:iam::[0-9]{12}:role/([\\x21-\\x7E]{1,510}/)?[A-Za-z0-9+=,.@_-]{1,64}";

  public Measurements {
    pcrs = Collections.unmodifiableNavigableMap(new TreeMap<>(pcrs));
    pcrs.forEach(
        (index, value) -> {
          if (index < 0 || index >= Pcr.COUNT || !value.matches(REGISTER)) {
            throw new IllegalArgumentException("not a register: PCR" + index + "=" + value);
          }
        });
  }

  /// What the hypervisor will record of this image.
  ///
  /// @throws RefusedException when its signature is not good, since it would not start
  public static Measurements of(Eif image) throws RefusedException {
    List<byte[]> ramdisks = image.ramdisks();
    List<byte[]> all = new ArrayList<>(List.of(image.kernel(), image.commandLine()));
    all.addAll(ramdisks);
    NavigableMap<Integer, String> pcrs = new TreeMap<>();
    byte[] pcr0 = measure(all);
    pcrs.put(IMAGE, hex(pcr0));
    pcrs.put(BOOT, hex(Pcr.measure(image.kernel(), image.commandLine(), ramdisks.getFirst())));
    pcrs.put(APPLICATION, hex(measure(ramdisks.subList(1, ramdisks.size()))));
    if (image.signature().isPresent()) {
      byte[] certificate = ImageSignature.verify(image.signature().get(), pcr0);
      pcrs.put(SIGNER, hex(Pcr.measure(certificate)));
    }
    return new Measurements(pcrs);
  }

  /// PCR3 of an enclave whose parent instance has this role. The ARN goes in as it is, without a
  /// hash of its own.
  ///
  /// @param roleArn of the instance profile's role, which is not the role of a pod on it
  public static String parentRole(String roleArn) {
    requireRole(roleArn);
    return hex(Pcr.ofRole(roleArn));
  }

  public static void requireRole(String roleArn) {
    if (!roleArn.matches(ROLE_ARN)) {
      throw new IllegalArgumentException("not the ARN of an IAM role: " + roleArn);
    }
  }

  public Measurements with(int index, byte[] register) {
    NavigableMap<Integer, String> more = new TreeMap<>(pcrs);
    more.put(index, hex(register));
    return new Measurements(more);
  }

  /// The 48 bytes of a register that is here.
  public byte[] register(int index) {
    String value = pcrs.get(index);
    if (value == null) {
      throw new IllegalArgumentException("PCR" + index + " is not known");
    }
    return HexFormat.of().parseHex(value);
  }

  /// For an attestation policy's `pcrs`.
  public NavigableMap<Integer, byte[]> registers() {
    NavigableMap<Integer, byte[]> registers = new TreeMap<>();
    pcrs.forEach((index, value) -> registers.put(index, HexFormat.of().parseHex(value)));
    return registers;
  }

  private static byte[] measure(List<byte[]> parts) {
    return Pcr.measure(parts.toArray(byte[][]::new));
  }

  private static String hex(byte[] register) {
    return HexFormat.of().formatHex(register);
  }
}
