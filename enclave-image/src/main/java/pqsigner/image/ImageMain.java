package pqsigner.image;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pqsigner.image.ImageCommand.RuntimeSource;
import pqsigner.image.ImageCommand.Source;
import pqsigner.image.eif.SigningIdentity;
import pqsigner.image.input.InputFiles;
import pqsigner.image.input.Json;
import pqsigner.image.input.PinnedFile;
import pqsigner.image.input.RefusedException;
import pqsigner.image.measurement.Measurements;
import pqsigner.image.rootfs.NativeLibrary;
import tools.jackson.databind.node.ObjectNode;

/// [ImageCommand] for a shell. Prints JSON on standard output, reasons on standard error.
///
/// Exit codes: 0 done, 1 refused, 2 usage.
public final class ImageMain {
  private static final String USAGE =
      """
      usage: build   --kernel FILE --kernel-sha256 HEX --cmdline FILE --cmdline-sha256 HEX
                     --init FILE --init-sha256 HEX [--nsm-module FILE --nsm-module-sha256 HEX]
                     --config FILE --out DIR [--listen vsock:CID:PORT]
                     [--signing-certificate PEM --signing-key PEM]
                     [--enclave DIR] [--jdk DIR | --runtime DIR] --library FILE[=PATH]...
             measure --eif FILE [--manifest FILE]
             policy  --manifest FILE [--manifest FILE] --host-role ARN [--instance-role ARN]
                     --key-admin ARN... [--policy-admin ARN]\
      """;

  private static final int PEM_BYTES_MAX = 64 * 1024;

  private ImageMain() {}

  public static void main(String[] arguments) {
    System.exit(run(Arrays.asList(arguments), System.out, System.err));
  }

  static int run(List<String> arguments, PrintStream out, PrintStream err) {
    try {
      if (arguments.isEmpty()) {
        throw new IllegalArgumentException("no command");
      }
      Options options = new Options(arguments.subList(1, arguments.size()));
      out.println(
          switch (arguments.getFirst()) {
            case "build" -> build(options);
            case "measure" -> measure(options);
            case "policy" -> policy(options);
            default -> throw new IllegalArgumentException("no command " + arguments.getFirst());
          });
      return 0;
    } catch (RefusedException e) {
      err.println(e.getMessage());
      return 1;
    } catch (IllegalArgumentException e) {
      err.println(e.getMessage());
      err.println(USAGE);
      return 2;
    }
  }

  private static String build(Options options) throws RefusedException {
    Path configuration = Path.of(options.one("--config"));
    PinnedFile kernel = pinned(options, "--kernel");
    PinnedFile commandLine = pinned(options, "--cmdline");
    PinnedFile init = pinned(options, "--init");
    PinnedFile nsmModule = maybePinned(options, "--nsm-module");
    SigningIdentity signer = signer(options);
    String listen = options.one("--listen", "vsock:any:5000");
    Path out = Path.of(options.one("--out"));
    Path module = Path.of(options.one("--enclave", "enclave"));
    RuntimeSource runtime = runtime(options);
    List<NativeLibrary> libraries =
        options.all("--library").stream().map(NativeLibrary::parse).toList();
    options.requireNoOther();
    ImageCommand.Built built =
        ImageCommand.build(
            new ImageCommand.Build(
                new Source(EnclaveModule.in(module), runtime, libraries),
                configuration,
                kernel,
                commandLine,
                init,
                nsmModule,
                signer,
                listen,
                out));
    ObjectNode page = Json.object();
    page.put("image", built.imageFile().toString());
    page.put("manifest", built.manifestFile().toString());
    pcrs(page, built.manifest().measurements());
    return Json.page(page);
  }

  private static String measure(Options options) throws RefusedException {
    Path image = Path.of(options.one("--eif"));
    String manifest = options.maybe("--manifest");
    options.requireNoOther();
    Measurements measurements =
        ImageCommand.measure(image, manifest == null ? null : Path.of(manifest));
    ObjectNode page = Json.object();
    pcrs(page, measurements);
    return Json.page(page);
  }

  private static String policy(Options options) throws RefusedException {
    List<Path> manifests = options.all("--manifest").stream().map(Path::of).toList();
    String hostRole = options.one("--host-role");
    String instanceRole = options.maybe("--instance-role");
    List<String> keyAdministrators = options.all("--key-admin");
    String policyAdministrator = options.maybe("--policy-admin");
    options.requireNoOther();
    return ImageCommand.policy(
        manifests, hostRole, instanceRole, keyAdministrators, policyAdministrator);
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

  private static @Nullable SigningIdentity signer(Options options) throws RefusedException {
    String certificate = options.maybe("--signing-certificate");
    String key = options.maybe("--signing-key");
    if (certificate == null && key == null) {
      return null;
    }
    if (certificate == null || key == null) {
      throw new IllegalArgumentException("--signing-certificate and --signing-key belong together");
    }
    return SigningIdentity.of(
        InputFiles.read(Path.of(certificate), PEM_BYTES_MAX),
        InputFiles.read(Path.of(key), PEM_BYTES_MAX));
  }

  private static PinnedFile pinned(Options options, String name) {
    return new PinnedFile(Path.of(options.one(name)), options.one(name + "-sha256"));
  }

  private static @Nullable PinnedFile maybePinned(Options options, String name) {
    String file = options.maybe(name);
    return file == null ? null : new PinnedFile(Path.of(file), options.one(name + "-sha256"));
  }

  private static void pcrs(ObjectNode page, Measurements measurements) {
    ObjectNode pcrs = page.putObject("pcrs");
    measurements.pcrs().forEach((index, value) -> pcrs.put("" + index, value));
  }
}
