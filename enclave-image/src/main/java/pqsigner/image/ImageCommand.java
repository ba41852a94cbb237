package pqsigner.image;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import pqsigner.image.eif.Eif;
import pqsigner.image.eif.EifReader;
import pqsigner.image.eif.SigningIdentity;
import pqsigner.image.input.PinnedFile;
import pqsigner.image.input.RefusedException;
import pqsigner.image.input.RefusedException.Reason;
import pqsigner.image.measurement.MeasurementManifest;
import pqsigner.image.measurement.Measurements;
import pqsigner.image.policy.KmsKeyPolicy;
import pqsigner.image.rootfs.EnclaveFiles;
import pqsigner.image.rootfs.EnclaveParts;
import pqsigner.image.rootfs.FileTree;
import pqsigner.image.rootfs.Jar;
import pqsigner.image.rootfs.JarCopies;
import pqsigner.image.rootfs.JavaRuntime;
import pqsigner.image.rootfs.MeasuredConfiguration;
import pqsigner.image.rootfs.NativeLibrary;
import pqsigner.image.rootfs.TemporaryFolder;

/// Build, measure, and write the policy: the three things people do with an image.
public final class ImageCommand {
  public static final String IMAGE_FILE = "enclave.eif";
  public static final String MANIFEST_FILE = "measurements.json";

  private ImageCommand() {}

  /// Where the image's Java runtime comes from.
  public sealed interface RuntimeSource {

    /// Link one from this JDK, which must be for the image's processor.
    record Jdk(Path home) implements RuntimeSource {}

    /// This one was linked before.
    record Linked(Path folder) implements RuntimeSource {}
  }

  /// Where everything comes from that is the enclave's own and not its configuration: what a Maven
  /// build and a JDK left, and the C library of this machine.
  public record Source(
      EnclaveModule enclave, RuntimeSource runtime, List<NativeLibrary> libraries) {

    public Source {
      libraries = List.copyOf(libraries);
    }
  }

  /// @param configuration the enclave's, with the roots it names beside it
  /// @param init a program, or a whole first ramdisk
  /// @param nsmModule for an init that loads the NSM driver
  /// @param signer null for an unsigned image
  /// @param listen where the enclave serves its parent, such as `vsock:any:5000`
  /// @param out folder for image and manifest
  public record Build(
      Source source,
      Path configuration,
      PinnedFile kernel,
      PinnedFile commandLine,
      PinnedFile init,
      @Nullable PinnedFile nsmModule,
      @Nullable SigningIdentity signer,
      String listen,
      Path out) {}

  /// @param manifest as written to its file
  public record Built(Path imageFile, Path manifestFile, MeasurementManifest manifest) {}

  public static Built build(Build build) throws RefusedException {
    try (TemporaryFolder folder = new TemporaryFolder()) {
      EnclaveFiles files =
          new EnclaveFiles(
              parts(build.source(), folder.path()),
              MeasuredConfiguration.read(build.configuration()),
              build.listen());
      ImageParts parts = ImageParts.of(build, files);
      Files.createDirectories(build.out());
      Path image = build.out().resolve(IMAGE_FILE);
      Path manifest = build.out().resolve(MANIFEST_FILE);
      replace(image, parts.image()::write);
      replace(manifest, out -> out.write(parts.manifest().json()));
      return new Built(image, manifest, parts.manifest());
    } catch (IOException e) {
      throw new RefusedException(Reason.INPUT_UNREADABLE, "cannot write the image", e);
    }
  }

  /// @param work a folder to keep copies in
  private static EnclaveParts parts(Source source, Path work) throws RefusedException {
    List<Jar> jars = JarCopies.of(source.enclave().jars(), work.resolve("jars"));
    JavaRuntime runtime =
        switch (source.runtime()) {
          case RuntimeSource.Linked(Path linked) -> JavaRuntime.in(linked);
          case RuntimeSource.Jdk(Path home) -> JavaRuntime.link(home, jars, work.resolve("java"));
        };
    return new EnclaveParts(
        source.enclave().version(),
        runtime,
        jars,
        source.enclave().jvmOptions(),
        source.libraries());
  }

  /// What the image will measure, with PCR16 when its last ramdisk is laid out as ours are.
  ///
  /// @param manifest that the image must agree with; null to only measure
  public static Measurements measure(Path file, @Nullable Path manifest) throws RefusedException {
    Eif image = EifReader.read(file);
    Measurements measurements = Measurements.of(image);
    Optional<MeasuredConfiguration> configuration = configuration(image);
    if (configuration.isPresent()) {
      measurements = measurements.with(Measurements.CONFIGURATION, configuration.get().pcr16());
    }
    if (manifest != null) {
      requireEqual(measurements, MeasurementManifest.read(manifest).measurements());
    }
    return measurements;
  }

  /// @param manifests one, or the old and the new one during an upgrade
  /// @param instanceRole null where it is the host role
  /// @param policyAdministrator null to lock the policy forever
  /// @return the policy's text
  public static String policy(
      List<Path> manifests,
      String hostRole,
      @Nullable String instanceRole,
      List<String> keyAdministrators,
      @Nullable String policyAdministrator)
      throws RefusedException {
    List<MeasurementManifest> images = new ArrayList<>();
    for (Path file : manifests) {
      images.add(MeasurementManifest.read(file));
    }
    try {
      return new KmsKeyPolicy(
              images,
              hostRole,
              Objects.requireNonNullElse(instanceRole, hostRole),
              keyAdministrators,
              policyAdministrator)
          .json();
    } catch (IllegalArgumentException e) {
      throw new RefusedException(Reason.POLICY_UNSAFE, String.valueOf(e.getMessage()), e);
    }
  }

  private static Optional<MeasuredConfiguration> configuration(Eif image) throws RefusedException {
    FileTree tree;
    try {
      tree = FileTree.read(image.ramdisks().getLast());
    } catch (RefusedException e) {
      return Optional.empty(); // somebody else's archive
    }
    return MeasuredConfiguration.in(tree);
  }

  private static void requireEqual(Measurements actual, Measurements expected)
      throws RefusedException {
    NavigableMap<Integer, String> found = actual.pcrs();
    if (!found.equals(expected.pcrs())) {
      List<String> different =
          expected.pcrs().keySet().stream()
              .filter(index -> !Objects.equals(found.get(index), expected.pcrs().get(index)))
              .map(index -> "PCR" + index)
              .toList();
      throw new RefusedException(
          Reason.MEASUREMENT_MISMATCH,
          different.isEmpty()
              ? "the image is signed, but the manifest's was not"
              : "the image has another " + String.join(", ", different));
    }
  }

  private interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /// Whoever reads the file sees the old one or the new one.
  private static void replace(Path file, Content content) throws IOException {
    Path partial = file.resolveSibling(file.getFileName() + ".partial");
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(partial))) {
      content.writeTo(out);
    }
    Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }
}
