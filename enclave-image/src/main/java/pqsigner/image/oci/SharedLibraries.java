package pqsigner.image.oci;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import pqsigner.image.input.Architecture;
import pqsigner.image.input.InputFiles;
import pqsigner.image.input.RefusedException;
import pqsigner.image.input.RefusedException.Reason;
import pqsigner.image.rootfs.Jar;
import pqsigner.image.rootfs.JavaRuntime;
import pqsigner.image.rootfs.NativeLibrary;

/// The C library's parts that the enclave runs on: the loader that `bin/java` names, and whatever
/// the runtime, the native libraries in jars, and these parts themselves say they need.
///
/// They are looked up as the loader will do it in the enclave, where there is no `ld.so.cache`: in
/// the folders that Debian's loader has built in, in its order. The path found first is their place
/// in the enclave, whatever links led to the content.
final class SharedLibraries {
  static final int LIBRARIES_MAX = 64;
  private static final int FILE_BYTES_MAX = 64 << 20;
  private static final String PROGRAM = "bin/java";

  private final ImageRoot root;
  private final Architecture architecture;
  private final Deque<Need> needs = new ArrayDeque<>();
  private final Set<String> known = new HashSet<>();
  private final SortedMap<String, Path> found = new TreeMap<>();

  /// @param by who needs it, for people
  private record Need(String library, String by) {}

  private SharedLibraries(ImageRoot root, Architecture architecture) {
    this.root = root;
    this.architecture = architecture;
  }

  static List<NativeLibrary> of(JavaRuntime runtime, List<Jar> jars, ImageRoot root)
      throws RefusedException {
    SharedLibraries libraries = new SharedLibraries(root, runtime.architecture());
    libraries.addRuntime(runtime.files());
    for (Jar jar : jars) {
      libraries.addJar(jar);
    }
    libraries.resolve();
    return libraries.found.entrySet().stream()
        .map(entry -> new NativeLibrary(entry.getValue(), entry.getKey()))
        .toList();
  }

  private void addRuntime(Map<String, Path> files) throws RefusedException {
    for (var file : files.entrySet()) {
      String name = file.getKey();
      if (name.endsWith(".so")) {
        // The runtime's libraries find each other beside themselves ($ORIGIN).
        known.add(name.substring(name.lastIndexOf('/') + 1));
      }
    }
    Path program = files.get(PROGRAM);
    if (program == null) {
      throw new RefusedException(Reason.INPUT_UNREADABLE, "the Java runtime has no " + PROGRAM);
    }
    String loader =
        add(PROGRAM, read(program))
            .interpreter()
            .orElseThrow(
                () ->
                    new RefusedException(
                        Reason.INPUT_UNSUITABLE, PROGRAM + " names no loader to start it"));
    known.add(loader.substring(loader.lastIndexOf('/') + 1));
    found.put(loader, root.file(loader));
    for (var file : files.entrySet()) {
      if (file.getKey().endsWith(".so")) {
        var _ = add(file.getKey(), read(file.getValue()));
      }
    }
  }

  /// Jars carry a library for each processor; only ours counts.
  private void addJar(Jar jar) throws RefusedException {
    try (JarFile file = new JarFile(jar.file().toFile(), false)) {
      List<JarEntry> entries =
          file.stream()
              .filter(each -> each.getName().endsWith(".so"))
              .limit(LIBRARIES_MAX + 1)
              .toList();
      if (entries.size() > LIBRARIES_MAX) {
        throw new RefusedException(
            Reason.INPUT_TOO_LARGE, "more native libraries in " + jar.name() + " than are read");
      }
      for (JarEntry entry : entries) {
        try (InputStream in = file.getInputStream(entry)) {
          byte[] content = in.readNBytes(FILE_BYTES_MAX + 1);
          if (content.length > FILE_BYTES_MAX) {
            throw new RefusedException(Reason.INPUT_TOO_LARGE, "a native library in " + jar.name());
          }
          if (Architecture.ofElf(content).equals(Optional.of(architecture))) {
            var _ = add(jar.name() + "!" + Descriptor.quoted(entry.getName()), content);
          }
        }
      }
    } catch (IOException e) {
      throw new RefusedException(Reason.INPUT_UNREADABLE, "not a jar: " + jar.name(), e);
    }
  }

  private void resolve() throws RefusedException {
    while (!needs.isEmpty()) {
      Need need = needs.pop();
      if (!known.add(need.library)) {
        continue;
      }
      String place = place(need);
      Path content = root.file(place);
      found.put(place, content);
      if (found.size() > LIBRARIES_MAX) {
        throw new RefusedException(
            Reason.INPUT_TOO_LARGE, "more than " + LIBRARIES_MAX + " shared libraries");
      }
      var _ = add(place, read(content));
    }
  }

  private String place(Need need) throws RefusedException {
    String triplet = architecture.label() + "-linux-gnu";
    for (String folder : List.of("/lib/" + triplet, "/usr/lib/" + triplet, "/lib", "/usr/lib")) {
      String place = folder + "/" + need.library;
      if (root.find(place).isPresent()) {
        return place;
      }
    }
    throw new RefusedException(
        Reason.INPUT_UNREADABLE,
        "the container image has no " + need.library + ", which " + need.by + " needs");
  }

  private SharedObject add(String name, byte[] file) throws RefusedException {
    SharedObject object = SharedObject.read(name, file, architecture);
    object.needed().forEach(library -> needs.add(new Need(library, name)));
    return object;
  }

  private static byte[] read(Path content) throws RefusedException {
    return InputFiles.read(content, FILE_BYTES_MAX);
  }
}
