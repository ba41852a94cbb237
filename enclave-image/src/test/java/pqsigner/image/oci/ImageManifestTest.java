package pqsigner.image.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static pqsigner.image.Refusals.assertRefused;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.image.input.Json;
import pqsigner.image.input.RefusedException;
import pqsigner.image.input.RefusedException.Reason;
import pqsigner.image.rootfs.EnclaveParts;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// From the digest that is given to the layers, and every name between.
class ImageManifestTest {
  @TempDir private Path folder;
  private Layout layout = EnclaveLayers.image();

  @BeforeEach
  void image() {
    layout = EnclaveLayers.image();
  }

  private EnclaveParts read(String digest) throws IOException, RefusedException {
    Path archive = Files.write(folder.resolve("image.tar"), layout.archive());
    return ContainerImage.read(
        new PinnedImage(archive, digest), Files.createTempDirectory(folder, "work"));
  }

  private void assertRefusedWith(Reason reason, Consumer<Layout> change) {
    layout = EnclaveLayers.image();
    change.accept(layout);
    assertRefused(reason, () -> read(layout.manifestDigest()));
  }

  /// Puts all that is in the index into an index of its own, as builds for several platforms do.
  private void nest(Consumer<ObjectNode> platform) {
    ObjectNode inner = layout.index.deepCopy();
    inner
        .path("manifests")
        .forEach(each -> platform.accept(((ObjectNode) each).putObject("platform")));
    layout.manifests().removeAll();
    layout.describe(layout.manifests().addObject(), Layout.OCI + "index.v1+json", Json.line(inner));
  }

  @Test
  void anImageIsFoundByItsDigest() throws IOException, RefusedException {
    assertThat(read(layout.manifestDigest()).version()).isEqualTo("1.2.3");
  }

  @Test
  void ofTwoManifestsTheOneWithTheDigestIsTaken() throws IOException, RefusedException {
    Layout other = new Layout().layer(EnclaveLayers.base()).gzipped(EnclaveLayers.java());
    other.layer(EnclaveLayers.enclave().file("app/lib/more.jar", EnclaveLayers.jar("1")));
    String first = layout.manifestDigest();
    String second = other.manifestDigest();
    layout.files.putAll(other.files);
    layout.manifests().addAll(other.manifests());

    assertThat(read(first).jars()).hasSize(2);
    assertThat(read(second).jars()).hasSize(3);
    String neither = "sha256:" + "0".repeat(64);
    assertRefused(Reason.INPUT_MISMATCH, () -> read(neither));
  }

  /// Docker lists an image once for each of its names.
  @Test
  void theSameManifestMayBeNamedTwiceButNotDescribedTwice() throws IOException, RefusedException {
    String digest = layout.manifestDigest();
    ObjectNode again = layout.manifests().addObject();
    again.setAll((ObjectNode) layout.manifests().get(0));
    again.putObject("annotations").put("org.opencontainers.image.ref.name", "latest");
    assertThat(read(digest).version()).isEqualTo("1.2.3");

    again.put("size", 1);
    assertRefused(Reason.INPUT_CONFLICT, () -> read(digest));
  }

  @Test
  void oneIndexWithinTheIndexIsSearched() throws IOException, RefusedException {
    String digest = layout.manifestDigest();
    nest(platform -> platform.put("os", "linux").put("architecture", "amd64"));

    assertThat(read(digest).version()).isEqualTo("1.2.3");
    String index = layout.manifests().get(0).path("digest").stringValue();
    assertRefused(Reason.INPUT_UNSUITABLE, () -> read(index));
    nest(platform -> platform.put("os", "linux").put("architecture", "amd64"));
    assertRefused(Reason.INPUT_MISMATCH, () -> read(digest));
  }

  @ParameterizedTest
  @CsvSource({
    "windows, amd64, OCI_UNSUPPORTED",
    "linux, riscv64, OCI_UNSUPPORTED",
    "unknown, unknown, OCI_UNSUPPORTED",
    "linux, arm64, OCI_MALFORMED"
  })
  void aPlatformThatIsNotTheConfigurationsIsRefused(String os, String architecture, Reason reason) {
    String digest = layout.manifestDigest();
    nest(platform -> platform.put("os", os).put("architecture", architecture));

    assertRefused(reason, () -> read(digest));
  }

  @Test
  void anIndexWithinTheIndexSaysThePlatform() {
    String digest = layout.manifestDigest();
    nest(platform -> platform.put("os", "linux"));

    assertRefused(Reason.OCI_MALFORMED, () -> read(digest));
  }

  @Test
  void aBlobIsTheOneOfItsDigestAndSizeOrRefused() {
    String digest = layout.manifestDigest();
    for (var file : Map.copyOf(layout.files).entrySet()) {
      String name = file.getKey();
      byte[] good = file.getValue();
      if (!name.startsWith("blobs/")) {
        continue;
      }
      byte[] other = good.clone();
      other[other.length / 2] ^= 1;
      layout.files.put(name, other);
      assertRefused(Reason.INPUT_MISMATCH, () -> read(digest));
      layout.files.put(name, Arrays.copyOf(good, good.length - 1));
      assertRefused(Reason.INPUT_MISMATCH, () -> read(digest));
      layout.files.remove(name);
      assertRefused(Reason.OCI_MALFORMED, () -> read(digest));
      layout.files.put(name, good);
    }
  }

  @Test
  void aWrongSizeInADescriptorIsRefused() {
    assertRefusedWith(Reason.INPUT_MISMATCH, image -> image.layer(0).put("size", 1));
    assertRefusedWith(Reason.OCI_MALFORMED, image -> image.layer(0).put("size", -1));
    assertRefusedWith(Reason.OCI_MALFORMED, image -> image.layer(0).put("size", 1.5));
    assertRefusedWith(Reason.OCI_MALFORMED, image -> image.layer(0).remove("size"));
    layout = EnclaveLayers.image();
    String digest = layout.manifestDigest();
    ((ObjectNode) layout.manifests().get(0)).put("size", 1);
    assertRefused(Reason.INPUT_MISMATCH, () -> read(digest));
  }

  @Test
  void aDigestIsASha256() {
    assertRefusedWith(
        Reason.OCI_UNSUPPORTED, image -> image.layer(0).put("digest", "sha512:" + "0".repeat(128)));
    assertRefusedWith(
        Reason.OCI_UNSUPPORTED, image -> image.layer(0).put("digest", "sha256:../../etc/passwd"));
    assertRefusedWith(Reason.OCI_MALFORMED, image -> image.layer(0).remove("digest"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        Layout.LAYER + "+zstd",
        Layout.LAYER + "+encrypted",
        Layout.LAYER + "+gzip+encrypted",
        "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
        "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
        "application/vnd.in-toto+json",
        ""
      })
  void aLayerOfAnotherKindIsRefusedBeforeItIsRead(String mediaType) {
    assertRefusedWith(
        Reason.OCI_UNSUPPORTED, image -> image.layer(2).put("mediaType", mediaType).put("size", 1));
  }

  @Test
  void dockersNamesForTheSameThingsAreTaken() throws IOException, RefusedException {
    String docker = "application/vnd.docker.";
    layout.layer(0).put("mediaType", docker + "image.rootfs.diff.tar");
    layout.layer(1).put("mediaType", docker + "image.rootfs.diff.tar.gzip");
    layout.manifest.put("mediaType", docker + "distribution.manifest.v2+json");
    String digest = layout.manifestDigest();
    ((ObjectNode) layout.manifests().get(0))
        .put("mediaType", docker + "distribution.manifest.v2+json");

    assertThat(read(digest).version()).isEqualTo("1.2.3");
  }

  @Test
  void aManifestIsOfAContainerImage() {
    assertRefusedWith(Reason.OCI_MALFORMED, image -> image.manifest.put("schemaVersion", 1));
    assertRefusedWith(
        Reason.OCI_MALFORMED,
        image -> image.manifest.put("mediaType", Layout.OCI + "index.v1+json"));
    assertRefusedWith(Reason.OCI_MALFORMED, image -> image.manifest.put("layers", "none"));
    assertRefusedWith(Reason.OCI_MALFORMED, image -> image.index.put("schemaVersion", 3));
    layout = EnclaveLayers.image();
    String digest = layout.manifestDigest();
    ObjectNode described = (ObjectNode) layout.manifests().get(0);
    described.put("mediaType", "application/vnd.oci.artifact.manifest.v1+json");
    assertRefused(Reason.OCI_UNSUPPORTED, () -> read(digest));
  }

  @Test
  void aConfigurationThatIsNotTheManifestsIsRefused() {
    assertRefusedWith(Reason.OCI_UNSUPPORTED, image -> image.configuration.put("os", "windows"));
    assertRefusedWith(
        Reason.OCI_UNSUPPORTED, image -> image.configuration.put("architecture", "386"));
    // Its Java is for the other processor.
    assertRefusedWith(
        Reason.INPUT_UNSUITABLE, image -> image.configuration.put("architecture", "arm64"));

    layout = EnclaveLayers.image();
    var _ = layout.manifestDigest();
    layout.manifests().removeAll();
    ObjectNode rootfs = (ObjectNode) layout.configuration.path("rootfs");
    ((ArrayNode) rootfs.path("diff_ids")).remove(0);
    assertRefused(Reason.OCI_MALFORMED, () -> read(layout.manifestDigestAsIs()));
    ((ArrayNode) rootfs.path("diff_ids")).insert(0, "sha256:" + "0".repeat(64));
    assertRefused(Reason.INPUT_MISMATCH, () -> read(layout.manifestDigestAsIs()));
  }

  @Test
  void aGzipLayerThatUnpacksToSomethingElseIsRefused() {
    byte[] plain = new Tar().file("x", "x").bytes();
    byte[] other = Tar.gzip(new Tar().file("x", "y").bytes());
    assertRefusedWith(
        Reason.INPUT_MISMATCH, image -> image.layer(plain, other, Layout.LAYER + "+gzip"));
    assertRefusedWith(
        Reason.OCI_MALFORMED, image -> image.layer(plain, plain, Layout.LAYER + "+gzip"));
    assertRefusedWith(
        Reason.OCI_MALFORMED,
        image ->
            image.layer(
                plain,
                Arrays.copyOf(Tar.gzip(plain), Tar.gzip(plain).length - 9),
                Layout.LAYER + "+gzip"));
    assertRefusedWith(Reason.OCI_MALFORMED, image -> image.layer(plain, other, Layout.LAYER));
  }

  /// As packers that work in parallel, or keep an index, leave them.
  @Test
  void aLayerMayBeSeveralGzipStreams() throws IOException, RefusedException {
    byte[] plain = new Tar().file("app/enclave.jvmopts", "-Xcomp").bytes();
    ByteArrayOutputStream blob = new ByteArrayOutputStream();
    blob.write(Tar.gzip(Arrays.copyOf(plain, 700)));
    blob.write(Tar.gzip(new byte[0]));
    blob.write(Tar.gzip(Arrays.copyOfRange(plain, 700, plain.length)));
    layout.layer(plain, blob.toByteArray(), Layout.LAYER + "+gzip");

    assertThat(read(layout.manifestDigest()).jvmOptions()).hasContent("-Xcomp");
  }
}
