package pqsigner.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.jspecify.annotations.Nullable;
import pqsigner.image.ImageCommand.RuntimeSource;
import pqsigner.image.ImageCommand.Source;
import pqsigner.image.eif.SigningIdentity;
import pqsigner.image.input.Architecture;
import pqsigner.image.input.Input;
import pqsigner.image.input.PinnedFile;
import pqsigner.image.rootfs.NativeLibrary;

/// Everything that a build takes, small and synthetic, in one folder. The configuration alone is
/// real, because the enclave's own code reads it.
public final class Ingredients {
  public static final String KEY_ARN =
      "arn:aws:kms:eu-central-1:111122223333:key/0f0e0d0c-1111-2222-3333-444455556666";
  public static final String COMMAND_LINE = "reboot=k panic=30 console=ttyS0 random.trust_cpu=off";

  private static final Certificates ROOT = Certificates.onCurve("secp384r1");

  private final Path folder;

  private Ingredients(Path folder) {
    this.folder = folder;
  }

  public static Ingredients in(Path folder) throws IOException {
    Ingredients ingredients = new Ingredients(folder);
    ingredients.write("kernel", "synthetic kernel".getBytes(UTF_8));
    ingredients.write("cmdline", (COMMAND_LINE + "\n").getBytes(UTF_8));
    ingredients.write("init", Elf.of(Architecture.X86_64, "synthetic init"));
    ingredients.write("nsm.ko", Elf.of(Architecture.X86_64, "synthetic driver"));
    ingredients.write("libc.so.6", Elf.of(Architecture.X86_64, "synthetic C library"));
    ingredients.write("enclave.jvmopts", "-XX:+DisableAttachMechanism\n".getBytes(UTF_8));
    ingredients.configuration("");
    ingredients.jar(
        "enclave.jar",
        Map.of(
            "META-INF/MANIFEST.MF",
            "Manifest-Version: 1.0\nImplementation-Version: 1.2.3\n",
            "a/Enclave.class",
            "a"));
    ingredients.jar(
        "library-b.jar", Map.of("b/B.class", "b", "META-INF/versions/9/b/B.class", "b9"));
    ingredients.jar("library-c.jar", Map.of("c/C.class", "c", "module-info.class", "m"));
    ingredients.runtime();
    return ingredients;
  }

  public Path path(String name) {
    return folder.resolve(name);
  }

  public void write(String name, byte[] content) throws IOException {
    Path file = path(name);
    Files.createDirectories(Objects.requireNonNull(file.getParent()));
    Files.write(file, content);
  }

  public void configuration(String more) throws IOException {
    write("roots.pem", ROOT.certificatePem());
    write(
        "enclave.properties",
        """
        # of a test
        kms.key-arn = %s
        kms.region = eu-central-1
        kms.endpoint-host = kms.eu-central-1.amazonaws.com
        kms.address = vsock:3:8000
        kms.trust-roots = roots.pem
        %s
        """
            .formatted(KEY_ARN, more)
            .getBytes(UTF_8));
  }

  public void jar(String name, Map<String, String> entries) throws IOException {
    try (OutputStream file = Files.newOutputStream(path(name));
        JarOutputStream jar = new JarOutputStream(file)) {
      for (var entry : new TreeMap<>(entries).entrySet()) {
        ZipEntry header = new ZipEntry(entry.getKey());
        header.setTime(0);
        jar.putNextEntry(header);
        jar.write(entry.getValue().getBytes(UTF_8));
        jar.closeEntry();
      }
    }
  }

  private void runtime() throws IOException {
    write("runtime/bin/java", Elf.of(Architecture.X86_64, "java"));
    write("runtime/bin/keytool", Elf.of(Architecture.X86_64, "keytool"));
    write("runtime/lib/modules", "classes".getBytes(UTF_8));
    write("runtime/lib/server/libjvm.so", Elf.of(Architecture.X86_64, "jvm"));
    write("runtime/lib/security/cacerts", "the machine's roots".getBytes(UTF_8));
    write("runtime/legal/java.base/LICENSE", "licence".getBytes(UTF_8));
    write(
        "runtime/release",
        "JAVA_VERSION=\"25.0.3\"\nMODULES=\"java.base java.sql\"\n".getBytes(UTF_8));
  }

  public PinnedFile pinned(String name) throws IOException {
    return new PinnedFile(path(name), Input.sha256(Files.readAllBytes(path(name))));
  }

  public EnclaveModule enclave(String... classPath) {
    return new EnclaveModule(
        "1.2.3",
        path("enclave.jar"),
        List.of(classPath).stream().map(this::path).toList(),
        path("enclave.jvmopts"));
  }

  public ImageCommand.Build build(Path out) throws IOException {
    return build(out, enclave("library-b.jar", "library-c.jar"), null);
  }

  public ImageCommand.Build build(Path out, EnclaveModule enclave, @Nullable SigningIdentity signer)
      throws IOException {
    return build(
        out,
        new Source(
            enclave,
            new RuntimeSource.Linked(path("runtime")),
            List.of(new NativeLibrary(path("libc.so.6"), "/lib/x86_64-linux-gnu/libc.so.6"))),
        signer);
  }

  public ImageCommand.Build build(Path out, Source source, @Nullable SigningIdentity signer)
      throws IOException {
    return new ImageCommand.Build(
        source,
        path("enclave.properties"),
        pinned("kernel"),
        pinned("cmdline"),
        pinned("init"),
        pinned("nsm.ko"),
        signer,
        "vsock:any:5000",
        out);
  }
}
