package pqsigner.image.input;

import java.util.Optional;

/// A processor that Nitro Enclaves run on.
public enum Architecture {
  X86_64("x86_64", 0x3E),
  AARCH64("aarch64", 0xB7);

  private static final int MACHINE_OFFSET = 18;
  private static final int CLASS_64_LITTLE_ENDIAN = 0x0102;

  private final String label;
  private final int elfMachine;

  Architecture(String label, int elfMachine) {
    this.label = label;
    this.elfMachine = elfMachine;
  }

  public String label() {
    return label;
  }

  public static Optional<Architecture> named(String label) {
    for (Architecture architecture : values()) {
      if (architecture.label.equals(label)) {
        return Optional.of(architecture);
      }
    }
    return Optional.empty();
  }

  /// The processor of a program, library or kernel module; empty if it is none of these.
  public static Optional<Architecture> ofElf(byte[] file) {
    if (file.length < MACHINE_OFFSET + 2
        || file[0] != 0x7F
        || file[1] != 'E'
        || file[2] != 'L'
        || file[3] != 'F'
        || (file[5] << 8 | file[4]) != CLASS_64_LITTLE_ENDIAN) {
      return Optional.empty();
    }
    int machine = (file[MACHINE_OFFSET] & 0xFF) | (file[MACHINE_OFFSET + 1] & 0xFF) << 8;
    for (Architecture architecture : values()) {
      if (architecture.elfMachine == machine) {
        return Optional.of(architecture);
      }
    }
    return Optional.empty();
  }
}
