package pqsigner.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pqsigner.image.oci.Layout;
import pqsigner.image.oci.PinnedImage;
import pqsigner.image.oci.Tar;
import pqsigner.image.rootfs.NativeLibrary;

/// The real enclave, once from the folders of the build and once from the container image that its
/// Dockerfile describes: the same bytes. No engine made the image; its base layer has this
/// machine's C library.
class ContainerImageIT {
  private static final Path ENCLAVE = Path.of("../enclave");

  @TempDir private Path folder;

  @BeforeEach
  void enclaveIsBuilt() {
    assumeThat(ENCLAVE.resolve("target/runtime.classpath")).as("the enclave is not built").exists();
    assumeThat(ENCLAVE.resolve("target/image/lib")).as("the enclave is not built").exists();
    assumeThat(Machine.JDK.resolve("bin/jlink")).as("this is no JDK").exists();
  }

  @Test
  void theContainerImageMakesTheEnclaveThatTheFoldersMake()
      throws IOException, InterruptedException {
    Ingredients ingredients = Ingredients.in(folder.resolve("ingredients"));
    List<NativeLibrary> libraries = Machine.libraries();
    List<Tar> layers =
        EnclaveDockerfile.layers(Files.createDirectory(folder.resolve("dockerfile")));
    Layout layout =
        new Layout()
            .gzipped(
                EnclaveDockerfile.placed(
                    libraries.stream().map(library -> Path.of(library.target())).toList()));
    layers.forEach(layout::gzipped);
    PinnedImage image = layout.write(folder.resolve("enclave.tar"));

    List<String> folders = new ArrayList<>(List.of("--enclave", ENCLAVE.toString()));
    folders.addAll(List.of("--jdk", Machine.JDK.toString()));
    for (NativeLibrary library : libraries) {
      folders.addAll(List.of("--library", library.target()));
    }
    build(ingredients, folder.resolve("folders"), folders);
    build(
        ingredients,
        folder.resolve("image"),
        List.of("--image", image.archive().toString(), "--image-digest", image.digest()));

    assertThat(Files.readString(folder.resolve("image/measurements.json")))
        .isEqualTo(Files.readString(folder.resolve("folders/measurements.json")));
    assertThat(
            Files.mismatch(
                folder.resolve("image/enclave.eif"), folder.resolve("folders/enclave.eif")))
        .isEqualTo(-1);
  }

  private static void build(Ingredients ingredients, Path out, List<String> source)
      throws IOException {
    List<String> arguments = new ArrayList<>(List.of("build", "--out", out.toString()));
    arguments.addAll(List.of("--config", ingredients.path("enclave.properties").toString()));
    for (String name : List.of("kernel", "cmdline", "init")) {
      arguments.addAll(List.of("--" + name, ingredients.path(name).toString()));
      arguments.addAll(List.of("--" + name + "-sha256", ingredients.pinned(name).sha256()));
    }
    arguments.addAll(source);
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code = ImageMain.run(arguments, System.out, new PrintStream(err, true, UTF_8));
    assertThat(code).as(err.toString(UTF_8)).isZero();
  }
}
