package pqsigner.image.rootfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static pqsigner.image.Refusals.assertRefused;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.attestation.Pcr;
import pqsigner.enclave.boot.ConfigurationException;
import pqsigner.enclave.boot.EnclaveConfiguration;
import pqsigner.image.Ingredients;
import pqsigner.image.input.RefusedException;
import pqsigner.image.input.RefusedException.Reason;

class MeasuredConfigurationTest {
  @TempDir private Path folder;
  private Ingredients ingredients;
  private Path file;

  @BeforeEach
  void write() throws IOException {
    ingredients = Ingredients.in(folder);
    file = ingredients.path("enclave.properties");
  }

  /// At boot the enclave has the NSM extend a zero register by the measurement.
  @Test
  void pcr16IsWhatTheEnclaveExtends() throws RefusedException, ConfigurationException {
    byte[] extended =
        Pcr.extend(new byte[Pcr.BYTES], EnclaveConfiguration.read(file).measurement());

    assertThat(MeasuredConfiguration.read(file).pcr16()).isEqualTo(extended);
  }

  @Test
  void anotherValueIsAnotherMeasurementAndAnotherCommentIsNot()
      throws IOException, RefusedException {
    byte[] before = MeasuredConfiguration.read(file).pcr16();

    ingredients.configuration("# another comment");
    assertThat(MeasuredConfiguration.read(file).pcr16()).isEqualTo(before);
    ingredients.configuration("lease.uses-max = 2");
    assertThat(MeasuredConfiguration.read(file).pcr16()).isNotEqualTo(before);
  }

  @Test
  void itIsFoundAgainInTheImage() throws RefusedException {
    MeasuredConfiguration configuration = MeasuredConfiguration.read(file);
    FileTree tree = new FileTree();
    configuration.addTo(tree);

    assertThat(MeasuredConfiguration.in(FileTree.read(tree.archive())))
        .hasValueSatisfying(found -> assertThat(found.pcr16()).isEqualTo(configuration.pcr16()));
    assertThat(MeasuredConfiguration.in(new FileTree())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../roots.pem", "/etc/roots.pem", "sub/roots.pem", "enclave.properties", ".roots"})
  void rootsElsewhereAreRefused(String name) throws IOException {
    Files.writeString(file, Files.readString(file).replace("= roots.pem", "= " + name), UTF_8);

    assertRefused(Reason.CONFIGURATION_INVALID, () -> MeasuredConfiguration.read(file));
  }

  @Test
  void whatTheEnclaveWouldRefuseIsRefused() throws IOException {
    ingredients.configuration("kms.key-alias = alias/x");

    assertRefused(Reason.CONFIGURATION_INVALID, () -> MeasuredConfiguration.read(file));
  }

  @Test
  void missingRootsAreRefused() throws IOException {
    Files.delete(ingredients.path("roots.pem"));

    assertRefused(Reason.INPUT_UNREADABLE, () -> MeasuredConfiguration.read(file));
  }
}
