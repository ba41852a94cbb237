package pqsigner.image.oci;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import pqsigner.image.input.Input;
import pqsigner.image.input.Json;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// An image layout as builders write it, of layers that a test made. Documents can be changed
/// before they are named by their digests, and blobs afterwards.
public final class Layout {
  static final String OCI = "application/vnd.oci.image.";
  static final String LAYER = OCI + "layer.v1.tar";

  /// Name and content of what is in the archive, in its order.
  final Map<String, byte[]> files = new LinkedHashMap<>();

  final ObjectNode configuration = Json.object();
  final ObjectNode manifest = Json.object();
  final ObjectNode index = Json.object();
  private final List<String> diffIds = new ArrayList<>();
  private final ArrayNode layers;

  public Layout() {
    files.put("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(UTF_8));
    configuration.put("architecture", "amd64").put("os", "linux");
    manifest.put("schemaVersion", 2).put("mediaType", OCI + "manifest.v1+json");
    manifest.putObject("config");
    layers = manifest.putArray("layers");
    index.put("schemaVersion", 2).putArray("manifests");
  }

  public Layout layer(Tar tar) {
    return layer(tar.bytes());
  }

  Layout layer(byte[] tar) {
    return layer(tar, tar, LAYER);
  }

  public Layout gzipped(Tar tar) {
    byte[] plain = tar.bytes();
    return layer(plain, Tar.gzip(plain), LAYER + "+gzip");
  }

  Layout layer(byte[] plain, byte[] blob, String mediaType) {
    diffIds.add("sha256:" + Input.sha256(plain));
    describe(layers.addObject(), mediaType, blob);
    return this;
  }

  /// Keeps the blob and fills in its descriptor.
  ObjectNode describe(ObjectNode descriptor, String mediaType, byte[] blob) {
    String sha256 = Input.sha256(blob);
    files.put("blobs/sha256/" + sha256, blob);
    return descriptor
        .put("mediaType", mediaType)
        .put("digest", "sha256:" + sha256)
        .put("size", blob.length);
  }

  ObjectNode layer(int index) {
    return (ObjectNode) layers.path(index);
  }

  ArrayNode manifests() {
    return (ArrayNode) index.path("manifests");
  }

  /// Names configuration and manifest by what they are now.
  ///
  /// @return the manifest's digest
  String manifestDigest() {
    ObjectNode rootfs = configuration.putObject("rootfs").put("type", "layers");
    diffIds.forEach(rootfs.putArray("diff_ids")::add);
    return manifestDigestAsIs();
  }

  String manifestDigestAsIs() {
    describe(
        (ObjectNode) manifest.path("config"), OCI + "config.v1+json", Json.line(configuration));
    ObjectNode described =
        describe(manifests().addObject(), OCI + "manifest.v1+json", Json.line(manifest));
    return described.path("digest").stringValue();
  }

  byte[] archive() {
    files.put("index.json", Json.line(index));
    Tar tar = new Tar().folder("blobs/").folder("blobs/sha256/");
    files.forEach(tar::file);
    return tar.bytes();
  }

  /// @return what a build takes
  public PinnedImage write(Path file) throws IOException {
    String digest = manifestDigest();
    Files.write(file, archive());
    return new PinnedImage(file, digest);
  }
}
