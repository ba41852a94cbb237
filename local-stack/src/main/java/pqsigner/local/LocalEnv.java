package pqsigner.local;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import pqsigner.local.pki.OwnerOnly;
import pqsigner.local.pki.PemPair;

/// `local.env`: what a shell or the command line needs to talk to a running stack. Its presence
/// says that the stack is ready, so it is written last and appears whole.
public final class LocalEnv {

  static final String FILE = "local.env";

  private LocalEnv() {}

  /// @param settings with the addresses and files as a client sees them
  public static Map<String, String> variables(StackSettings settings, URI gateway) {
    String custodian = settings.options().custodians().getFirst();
    PemPair own = settings.pki().pair(custodian);
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("PQ_SIGNER_URL", gateway.toString());
    variables.put("PQ_SIGNER_KAFKA", settings.addresses().bootstrapServers());
    variables.put("PQ_SIGNER_REGISTRY", settings.addresses().registry().toString());
    variables.put("PQ_SIGNER_CA", settings.pki().ca().toString());
    variables.put("PQ_SIGNER_CERT", own.certificate().toString());
    variables.put("PQ_SIGNER_KEY", own.key().toString());
    variables.put("PQ_SIGNER_CUSTODIAN", custodian);
    variables.put("PQ_SIGNER_ATTESTATION_ROOT", settings.pki().nitro().root().toString());
    return variables;
  }

  /// The variables of a stack that is ready in this folder.
  ///
  /// @throws IOException when none is
  public static Map<String, String> read(Path folder) throws IOException {
    return Files.readAllLines(folder.resolve(FILE)).stream()
        .map(line -> line.split("=", 2))
        .collect(Collectors.toMap(pair -> pair[0], pair -> unquoted(pair[1])));
  }

  static void write(LocalStack stack) throws IOException {
    publish(draft(stack.directory(), stack.environment()));
  }

  /// All but the name, which says that the stack is ready.
  public static Path draft(Path folder, Map<String, String> variables) throws IOException {
    String text =
        variables.entrySet().stream()
            .map(e -> e.getKey() + "=" + quoted(e.getValue()))
            .collect(Collectors.joining("\n", "", "\n"));
    return OwnerOnly.write(folder.resolve(FILE + ".new"), text);
  }

  public static void publish(Path draft) throws IOException {
    Files.move(
        draft,
        draft.resolveSibling(FILE),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  private static String unquoted(String value) {
    return value.startsWith("'")
        ? value.substring(1, value.length() - 1).replace("'\\''", "'")
        : value;
  }

  /// As a POSIX shell reads it.
  static String quoted(String value) {
    return value.matches("[A-Za-z0-9_./:,@%+=-]*")
        ? value
        : "'" + value.replace("'", "'\\''") + "'";
  }
}
