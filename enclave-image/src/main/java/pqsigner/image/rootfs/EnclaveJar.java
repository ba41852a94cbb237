package pqsigner.image.rootfs;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The name that the enclave's own jar has in the enclave. The version in it is measured like every
/// name there, so it must not depend on where the jar was found.
public final class EnclaveJar {
  private static final String VERSION = "[0-9][A-Za-z0-9.+-]{0,63}";
  private static final Pattern NAME = Pattern.compile("enclave-(" + VERSION + ")\\.jar");

  private EnclaveJar() {}

  public static boolean isVersion(String text) {
    return text.matches(VERSION);
  }

  /// @param version as [#isVersion] accepts it
  public static String name(String version) {
    return "enclave-" + version + ".jar";
  }

  /// @return empty when another file has this name
  public static Optional<String> version(String name) {
    Matcher matcher = NAME.matcher(name);
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }
}
