package pqsigner.image.oci;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import pqsigner.image.input.Architecture;
import pqsigner.image.input.RefusedException;
import pqsigner.image.input.RefusedException.Reason;
import pqsigner.image.oci.ImageManifest.Layer;
import pqsigner.image.rootfs.EnclaveJar;
import pqsigner.image.rootfs.EnclaveParts;
import pqsigner.image.rootfs.Jar;
import pqsigner.image.rootfs.JavaRuntime;

/// The enclave's container image (`deploy/images/enclave.Dockerfile`), and what of it goes into an
/// enclave: nothing but the parts that are looked for here. How the image says it is to be run
/// (user, environment, entry point) has no effect.
public final class ContainerImage {
  private static final String JAVA = "/opt/java";
  private static final String ENCLAVE = "/app/enclave.jar";
  private static final String CLASS_PATH = "/app/lib";
  private static final String JVM_OPTIONS = "/app/enclave.jvmopts";

  private static final int MANIFEST_BYTES_MAX = 64 * 1024;

  private ContainerImage() {}

  /// @param work a folder to keep contents in, which nobody else writes to
  public static EnclaveParts read(PinnedImage image, Path work) throws RefusedException {
    return read(image, work, Limits.DEFAULT);
  }

  static EnclaveParts read(PinnedImage image, Path work, Limits limits) throws RefusedException {
    Spool spool = new Spool(work);
    LayoutArchive archive = LayoutArchive.read(image.archive(), spool, limits);
    ImageManifest manifest = ImageManifest.find(archive, image.digest(), limits);
    LayerReader reader = new LayerReader(spool, limits);
    ImageRoot root = new ImageRoot(limits);
    for (Layer layer : manifest.layers()) {
      root.apply(reader.read(archive.blob(layer.blob()), layer));
    }
    return parts(root, manifest.architecture());
  }

  private static EnclaveParts parts(ImageRoot root, Architecture architecture)
      throws RefusedException {
    JavaRuntime runtime = new JavaRuntime(root.files(JAVA));
    if (runtime.architecture() != architecture) {
      throw new RefusedException(
          Reason.INPUT_UNSUITABLE,
          "the image is for %s, its Java for %s"
              .formatted(architecture.label(), runtime.architecture().label()));
    }
    Path enclave = root.file(ENCLAVE);
    String version = version(enclave);
    List<Jar> jars = new ArrayList<>();
    jars.add(new Jar(EnclaveJar.name(version), enclave));
    for (Map.Entry<String, Path> file : root.files(CLASS_PATH).entrySet()) {
      if (file.getKey().endsWith(".jar") && !file.getKey().contains("/")) {
        jars.add(new Jar(file.getKey(), file.getValue())); // what "/app/lib/*" means to the JVM
      }
    }
    return new EnclaveParts(
        version, runtime, jars, root.file(JVM_OPTIONS), SharedLibraries.of(runtime, jars, root));
  }

  /// From the jar itself and not from a label of the image: the jar is measured, and a build in
  /// folders has the same version from the same build.
  private static String version(Path enclave) throws RefusedException {
    String version = null;
    try (ZipFile jar = new ZipFile(enclave.toFile())) {
      ZipEntry entry = jar.getEntry(JarFile.MANIFEST_NAME);
      if (entry != null) {
        try (InputStream in = jar.getInputStream(entry)) {
          byte[] manifest = in.readNBytes(MANIFEST_BYTES_MAX);
          version =
              new Manifest(new ByteArrayInputStream(manifest))
                  .getMainAttributes()
                  .getValue(Attributes.Name.IMPLEMENTATION_VERSION);
        }
      }
    } catch (IOException e) {
      throw new RefusedException(Reason.INPUT_UNREADABLE, "not a jar: " + ENCLAVE, e);
    }
    if (version == null || !EnclaveJar.isVersion(version)) {
      throw new RefusedException(
          Reason.INPUT_UNSUITABLE, ENCLAVE + " has no Implementation-Version in its manifest");
    }
    return version;
  }
}
