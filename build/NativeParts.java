import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Adds to a bill of materials what Maven cannot see: BoringSSL, which is compiled into Conscrypt.
///
/// Run as a source file on the module's class path; does nothing where Conscrypt is not on it.
/// Argument: the CycloneDX file, which is rewritten.
public final class NativeParts {

  public static void main(String[] arguments) throws IOException {
    Path sbom = Path.of(arguments[0]);
    try (InputStream in =
        NativeParts.class.getResourceAsStream("/org/conscrypt/conscrypt.properties")) {
      if (in != null && Files.exists(sbom)) {
        Properties conscrypt = new Properties();
        conscrypt.load(in);
        add(sbom, conscrypt.getProperty("org.conscrypt.boringssl.version"));
      }
    }
  }

  /// Inside Conscrypt's own component, which is how CycloneDX says that one contains the other.
  private static void add(Path sbom, String commit) throws IOException {
    String text = Files.readString(sbom);
    if (commit == null || !commit.matches("[0-9a-f]{40}")) {
      throw new IllegalStateException("Conscrypt does not say which BoringSSL it has");
    }
    if (text.contains("pkg:github/google/boringssl@")) {
      return;
    }
    Matcher conscrypt =
        Pattern.compile(
                "\"purl\" : \"pkg:maven/org\\.conscrypt/conscrypt-openjdk-uber@[^\"]+\"(,?)")
            .matcher(text);
    if (!conscrypt.find()) {
      throw new IllegalStateException("Conscrypt is on the class path and not in " + sbom);
    }
    String purl = "pkg:github/google/boringssl@" + commit;
    String component =
        """
        ,
              "components" : [
                {
                  "type" : "library",
                  "bom-ref" : "%s",
                  "name" : "boringssl",
                  "version" : "%s",
                  "purl" : "%s"
                }
              ]\
        """
            .formatted(purl, commit, purl);
    String whole = conscrypt.group();
    String purlLine = whole.substring(0, whole.length() - conscrypt.group(1).length());
    Files.writeString(
        sbom,
        text.replace(whole, purlLine + component.indent(0).stripTrailing() + conscrypt.group(1)));
  }
}
