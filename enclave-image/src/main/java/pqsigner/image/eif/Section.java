package pqsigner.image.eif;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// @param content not copied; images are large
record Section(Type type, byte[] content) {
  static final int HEADER_BYTES = 12;

  enum Type {
    KERNEL(1),
    COMMAND_LINE(2),
    RAMDISK(3),
    SIGNATURE(4),
    METADATA(5);

    private final int code;

    Type(int code) {
      this.code = code;
    }

    int code() {
      return code;
    }

    static Optional<Type> of(int code) {
      return Arrays.stream(values()).filter(type -> type.code == code).findFirst();
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Section that
        && type == that.type
        && Arrays.equals(content, that.content);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(content);
  }

  @Override
  public String toString() {
    return type + "[" + content.length + "]";
  }
}
