package pqsigner.image.oci;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import pqsigner.image.input.Architecture;
import pqsigner.image.input.RefusedException;
import pqsigner.image.input.RefusedException.Reason;

/// What the manifest of one digest and its configuration say of an image.
///
/// @param layers from the lowest
record ImageManifest(Architecture architecture, List<Layer> layers) {
  private static final String LAYER = "application/vnd.oci.image.layer.v1.tar";
  private static final String DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar";

  /// @param blob as it is in the archive
  /// @param gzipped or a plain tar file
  /// @param diffId digest of the plain tar file
  record Layer(Descriptor blob, boolean gzipped, String diffId) {}

  /// @param platform empty where the index says nothing of it
  private record Found(Descriptor descriptor, Optional<Architecture> platform) {}

  static ImageManifest find(LayoutArchive archive, String digest, Limits limits)
      throws RefusedException {
    Found found = search(archive, digest, limits);
    Descriptor descriptor = found.descriptor();
    OciJson manifest = archive.json("the manifest", descriptor);
    requireVersion(manifest);
    if (manifest.has("mediaType") && !manifest.text("mediaType").equals(descriptor.mediaType())) {
      throw malformed("the manifest says that it is something else");
    }
    Descriptor configuration = Descriptor.of(manifest.object("config"));
    if (!configuration.isConfiguration()) {
      throw unsupported("not a container image but", configuration.mediaType());
    }
    OciJson config = archive.json("the configuration", configuration);
    Architecture architecture = architecture(config);
    if (found.platform().isPresent() && found.platform().get() != architecture) {
      throw malformed("index and configuration name two processors");
    }
    return new ImageManifest(architecture, layers(manifest, config, limits));
  }

  private static Found search(LayoutArchive archive, String digest, Limits limits)
      throws RefusedException {
    Set<Found> found = new HashSet<>();
    for (OciJson entry : entries(archive.index(), limits)) {
      Descriptor descriptor = Descriptor.of(entry);
      if (descriptor.digest().equals(digest)) {
        found.add(found(entry, descriptor, false));
      } else if (descriptor.isIndex()) {
        for (OciJson inner : entries(archive.json("an index", descriptor), limits)) {
          if (inner.text("digest").equals(digest)) {
            found.add(found(inner, Descriptor.of(inner), true));
          }
        }
      }
    }
    if (found.isEmpty()) {
      throw new RefusedException(Reason.INPUT_MISMATCH, "the archive has no image " + digest);
    }
    if (found.size() > 1) {
      throw new RefusedException(
          Reason.INPUT_CONFLICT, "the archive describes it twice: " + digest);
    }
    return found.iterator().next();
  }

  private static List<OciJson> entries(OciJson index, Limits limits) throws RefusedException {
    requireVersion(index);
    return index.objects("manifests", limits.descriptors());
  }

  private static Found found(OciJson entry, Descriptor descriptor, boolean platformRequired)
      throws RefusedException {
    if (descriptor.isIndex()) {
      throw new RefusedException(
          Reason.INPUT_UNSUITABLE, "the digest is an index's: give that of one image in it");
    }
    if (!descriptor.isManifest()) {
      throw unsupported("not an image's manifest but", descriptor.mediaType());
    }
    return new Found(
        descriptor,
        platformRequired || entry.has("platform")
            ? Optional.of(architecture(entry.object("platform")))
            : Optional.empty());
  }

  /// A configuration and a platform say it alike.
  private static Architecture architecture(OciJson json) throws RefusedException {
    String os = json.text("os");
    String name = json.text("architecture");
    return switch (os + "/" + name) {
      case "linux/amd64" -> Architecture.X86_64;
      case "linux/arm64" -> Architecture.AARCH64;
      default -> throw unsupported("an image for", os + "/" + name);
    };
  }

  private static List<Layer> layers(OciJson manifest, OciJson config, Limits limits)
      throws RefusedException {
    List<OciJson> blobs = manifest.objects("layers", limits.layers());
    OciJson rootfs = config.object("rootfs");
    List<String> diffIds = rootfs.texts("diff_ids", limits.layers());
    if (!rootfs.text("type").equals("layers") || diffIds.size() != blobs.size()) {
      throw malformed("manifest and configuration have not the same layers");
    }
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < blobs.size(); i++) {
      Descriptor blob = Descriptor.of(blobs.get(i));
      layers.add(new Layer(blob, gzipped(blob), diffIds.get(i)));
    }
    return layers;
  }

  private static boolean gzipped(Descriptor layer) throws RefusedException {
    return switch (layer.mediaType()) {
      case LAYER, DOCKER_LAYER -> false;
      case LAYER + "+gzip", DOCKER_LAYER + ".gzip" -> true;
      default -> {
        String type = layer.mediaType().toLowerCase(Locale.ROOT);
        throw unsupported(
            type.contains("zstd")
                ? "a layer in zstd:"
                : type.contains("encrypted") ? "an encrypted layer:" : "a layer of type",
            layer.mediaType());
      }
    };
  }

  private static void requireVersion(OciJson json) throws RefusedException {
    if (json.size("schemaVersion") != 2) {
      throw malformed(json.what() + " is not of version 2");
    }
  }

  private static RefusedException malformed(String detail) {
    return new RefusedException(Reason.OCI_MALFORMED, detail);
  }

  private static RefusedException unsupported(String what, String type) {
    return new RefusedException(Reason.OCI_UNSUPPORTED, what + " " + Descriptor.quoted(type));
  }
}
