package pqsigner.image.rootfs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import pqsigner.enclave.boot.ConfigurationException;
import pqsigner.enclave.boot.EnclaveConfiguration;
import pqsigner.image.input.InputFiles;
import pqsigner.image.input.RefusedException;
import pqsigner.image.input.RefusedException.Reason;

/// The enclave's configuration as it will be in the image, and the value of PCR16 under it.
///
/// The enclave's own code reads it, from the very bytes that go into the image and under the very
/// names: a configuration that the enclave would refuse at boot is refused here, and PCR16 cannot
/// differ from what the enclave extends.
public final class MeasuredConfiguration {
  /// Where it is in the enclave.
  static final String PATH = "/etc/pq-signer/enclave.properties";

  private static final String FOLDER = "rootfs/etc/pq-signer";
  private static final String FILE_NAME = "enclave.properties";

  private static final int FILE_BYTES_MAX = 64 * 1024;
  private static final int ROOTS_BYTES_MAX = 256 * 1024;
  private static final Pattern TRUST_ROOTS =
      Pattern.compile("^[ \\t]*kms\\.trust-roots *= *(\\S.*?)\\s*$", Pattern.MULTILINE);

  /// In the image both files are in one folder, so the one must name the other without a path.
  private static final String PLAIN_NAME = "[A-Za-z0-9_][A-Za-z0-9._-]{0,127}";

  private final byte[] properties;
  private final String rootsName;
  private final byte[] roots;
  private final byte[] pcr16;

  private MeasuredConfiguration(byte[] properties, String rootsName, byte[] roots, byte[] pcr16) {
    this.properties = properties;
    this.rootsName = rootsName;
    this.roots = roots;
    this.pcr16 = pcr16;
  }

  public static MeasuredConfiguration read(Path file) throws RefusedException {
    byte[] properties = InputFiles.read(file, FILE_BYTES_MAX);
    String rootsName = rootsName(properties);
    byte[] roots = InputFiles.read(file.resolveSibling(rootsName), ROOTS_BYTES_MAX);
    return of(properties, rootsName, roots);
  }

  /// The configuration in a ramdisk that [EnclaveFiles] laid out.
  public static Optional<MeasuredConfiguration> in(FileTree tree) throws RefusedException {
    Optional<byte[]> properties = tree.content(FOLDER + "/" + FILE_NAME);
    if (properties.isEmpty()) {
      return Optional.empty();
    }
    String rootsName = rootsName(properties.get());
    byte[] roots =
        tree.content(FOLDER + "/" + rootsName)
            .orElseThrow(
                () ->
                    new RefusedException(
                        Reason.CONFIGURATION_INVALID, "the image lacks " + rootsName));
    return Optional.of(of(properties.get(), rootsName, roots));
  }

  private static MeasuredConfiguration of(byte[] properties, String rootsName, byte[] roots)
      throws RefusedException {
    return new MeasuredConfiguration(
        properties, rootsName, roots, pcr16(properties, rootsName, roots));
  }

  /// What PCR16 will hold.
  public byte[] pcr16() {
    return pcr16.clone();
  }

  void addTo(FileTree tree) throws RefusedException {
    tree.file(FOLDER + "/" + FILE_NAME, properties, false);
    tree.file(FOLDER + "/" + rootsName, roots, false);
  }

  private static String rootsName(byte[] properties) throws RefusedException {
    Matcher matcher = TRUST_ROOTS.matcher(new String(properties, UTF_8));
    String name = matcher.results().map((MatchResult line) -> line.group(1)).findFirst().orElse("");
    if (!name.matches(PLAIN_NAME) || name.equals(FILE_NAME)) {
      throw new RefusedException(
          Reason.CONFIGURATION_INVALID,
          "kms.trust-roots must name a file beside the configuration, without a folder");
    }
    return name;
  }

  private static byte[] pcr16(byte[] properties, String rootsName, byte[] roots)
      throws RefusedException {
    try (TemporaryFolder folder = new TemporaryFolder()) {
      Path staged = folder.path().resolve(FILE_NAME);
      Files.write(staged, properties);
      Files.write(folder.path().resolve(rootsName), roots);
      return EnclaveConfiguration.read(staged).pcr16();
    } catch (ConfigurationException e) {
      throw new RefusedException(Reason.CONFIGURATION_INVALID, String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw new RefusedException(Reason.INPUT_UNREADABLE, "cannot stage the configuration", e);
    }
  }
}
