import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Checks (or with `write` repairs) the formatting of every Java source below a folder.
///
/// Run by the root POM as a source file, in a JVM of its own.
public final class Format {

  public static void main(String[] arguments) throws Exception {
    boolean write = arguments[0].equals("write");
    List<Path> unformatted;
    try (Stream<Path> tree = Files.walk(Path.of(arguments[1]))) {
      unformatted =
          tree
              .filter(path -> path.toString().endsWith(".java"))
              .filter(path -> !path.toString().matches(".*/(target|\\.mvn)/.*"))
              .toList()
              .parallelStream()
              .filter(path -> differs(path, write))
              .toList();
    }
    if (!write && !unformatted.isEmpty()) {
      unformatted.forEach(path -> System.err.println("not formatted: " + path));
      System.err.println("run: ./mvnw -N process-sources -Dformat=write");
      System.exit(1);
    }
  }

  private static boolean differs(Path path, boolean write) {
    try {
      String source = Files.readString(path);
      String ordered =
          RemoveUnusedImports.removeUnusedImports(
              ImportOrderer.reorderImports(source, JavaFormatterOptions.Style.GOOGLE));
      String formatted = new Formatter().formatSource(ordered);
      if (write && !formatted.equals(source)) {
        Files.writeString(path, formatted);
      }
      return !formatted.equals(source);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (Exception e) {
      System.err.println("cannot parse " + path + ": " + e.getMessage());
      return true;
    }
  }
}
