package pqsigner.image;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import pqsigner.image.eif.Eif;
import pqsigner.image.eif.ImageSignature;
import pqsigner.image.eif.SigningIdentity;
import pqsigner.image.input.Architecture;
import pqsigner.image.input.Input;
import pqsigner.image.input.Json;
import pqsigner.image.input.RefusedException;
import pqsigner.image.input.RefusedException.Reason;
import pqsigner.image.measurement.MeasurementManifest;
import pqsigner.image.measurement.Measurements;
import pqsigner.image.rootfs.BootRamdisk;
import pqsigner.image.rootfs.EnclaveFiles;
import pqsigner.image.rootfs.FileTree;
import pqsigner.image.rootfs.JavaRuntime;
import tools.jackson.databind.node.ObjectNode;

/// Puts the parts of an image together, all of them in memory and each of them read once.
record ImageParts(Eif image, MeasurementManifest manifest) {
  private static final int KERNEL_BYTES_MAX = 64 << 20;
  private static final int INIT_BYTES_MAX = 64 << 20;
  private static final int MODULE_BYTES_MAX = 16 << 20;
  private static final int COMMAND_LINE_FILE_BYTES_MAX = 4096;

  private static final String NAME = "pq-signer-enclave";
  private static final Eif.Defaults DEFAULTS = new Eif.Defaults(2L << 30, 2);

  static ImageParts of(ImageCommand.Build build, EnclaveFiles files) throws RefusedException {
    JavaRuntime runtime = files.parts().runtime();
    Architecture architecture = runtime.architecture();
    byte[] kernel = build.kernel().read(KERNEL_BYTES_MAX);
    byte[] commandLine = commandLine(build.commandLine().read(COMMAND_LINE_FILE_BYTES_MAX));
    byte[] init = build.init().read(INIT_BYTES_MAX);
    byte[] module = build.nsmModule() == null ? null : build.nsmModule().read(MODULE_BYTES_MAX);
    byte[] boot = BootRamdisk.of(init, module, architecture);
    FileTree tree = files.tree();
    String version = files.parts().version();
    Eif image =
        sign(
            Eif.of(
                architecture,
                DEFAULTS,
                kernel,
                commandLine,
                metadata(version),
                List.of(boot, tree.archive())),
            build.signer());

    List<Input> inputs = new ArrayList<>();
    inputs.add(Input.of("kernel", kernel));
    inputs.add(Input.of("cmdline", commandLine));
    inputs.add(Input.of("init", init));
    if (module != null) {
      inputs.add(Input.of("nsm.ko", module));
    }
    inputs.addAll(tree.inputs());
    SortedMap<String, String> versions = new TreeMap<>(runtime.versions());
    Measurements measurements =
        Measurements.of(image).with(Measurements.CONFIGURATION, files.configuration().pcr16());
    return new ImageParts(
        image, new MeasurementManifest(version, architecture, measurements, inputs, versions));
  }

  private static Eif sign(Eif image, @Nullable SigningIdentity signer) throws RefusedException {
    if (signer == null) {
      return image;
    }
    byte[] pcr0 = Measurements.of(image).register(Measurements.IMAGE);
    return image.signed(ImageSignature.sign(pcr0, signer));
  }

  /// One line; the end of it is the file's, not the kernel's.
  private static byte[] commandLine(byte[] file) throws RefusedException {
    String line = new String(file, US_ASCII).stripTrailing();
    if (line.isEmpty() || !line.matches("[\\x20-\\x7E]+")) {
      throw new RefusedException(
          Reason.INPUT_UNSUITABLE, "the command line must be one line of ASCII");
    }
    return line.getBytes(US_ASCII);
  }

  /// What `nitro-cli describe-eif` insists on finding. It is not measured; the time of the build is
  /// left at zero so that the file, too, is the same each time.
  private static byte[] metadata(String version) {
    ObjectNode metadata = Json.object();
    metadata.put("ImageName", NAME);
    metadata.put("ImageVersion", version);
    metadata
        .putObject("BuildMetadata")
        .put("BuildTime", "1970-01-01T00:00:00Z")
        .put("BuildTool", NAME + "-image")
        .put("BuildToolVersion", version)
        .put("OperatingSystem", "Linux")
        .put("KernelVersion", "as given");
    metadata.putObject("DockerInfo");
    metadata.putObject("CustomMetadata");
    return Json.line(metadata);
  }
}
