package pqsigner.image;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pqsigner.image.ImageCommand.RuntimeSource;
import pqsigner.image.ImageCommand.Source;
import pqsigner.image.input.RefusedException;
import pqsigner.image.oci.PinnedImage;
import pqsigner.image.rootfs.NativeLibrary;

/// Those options of `build` that say where the enclave itself is: a container image, or folders.
///
/// @param image null for the folders, which are then where the other three say
record EnclaveOptions(
    @Nullable PinnedImage image,
    Path module,
    RuntimeSource runtime,
    List<NativeLibrary> libraries) {

  private static final List<String> OF_FOLDERS =
      List.of("--enclave", "--jdk", "--runtime", "--library");

  static EnclaveOptions of(Options options) {
    PinnedImage image = image(options);
    for (String option : OF_FOLDERS) {
      if (image != null && options.has(option)) {
        throw new IllegalArgumentException("--image and " + option + " exclude each other");
      }
    }
    return new EnclaveOptions(
        image,
        Path.of(options.one("--enclave", "enclave")),
        runtime(options),
        options.all("--library").stream().map(NativeLibrary::parse).toList());
  }

  /// Looks into the folders, so that it comes after every complaint about the options.
  Source source() throws RefusedException {
    return image != null
        ? new Source.Container(image)
        : new Source.Folders(EnclaveModule.in(module), runtime, libraries);
  }

  private static @Nullable PinnedImage image(Options options) {
    String file = options.maybe("--image");
    String digest = options.maybe("--image-digest");
    if (file == null && digest == null) {
      return null;
    }
    if (file == null || digest == null) {
      throw new IllegalArgumentException("--image and --image-digest belong together");
    }
    return new PinnedImage(Path.of(file), digest);
  }

  private static RuntimeSource runtime(Options options) {
    String linked = options.maybe("--runtime");
    String jdk = options.maybe("--jdk");
    if (linked != null && jdk != null) {
      throw new IllegalArgumentException("--jdk and --runtime exclude each other");
    }
    return linked != null
        ? new RuntimeSource.Linked(Path.of(linked))
        : new RuntimeSource.Jdk(Path.of(jdk != null ? jdk : System.getProperty("java.home")));
  }
}
