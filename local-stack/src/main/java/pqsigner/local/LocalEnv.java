package pqsigner.local;

import java.io.IOException;
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
final class LocalEnv {

  static final String FILE = "local.env";

  private LocalEnv() {}

  static Map<String, String> variables(LocalStack stack) {
    PemPair own = stack.pki().pair(stack.firstCustodian());
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("PQ_SIGNER_URL", stack.gateways().getFirst().toString());
    variables.put("PQ_SIGNER_KAFKA", stack.bootstrapServers());
    variables.put("PQ_SIGNER_REGISTRY", stack.registry().toString());
    variables.put("PQ_SIGNER_CA", stack.pki().ca().toString());
    variables.put("PQ_SIGNER_CERT", own.certificate().toString());
    variables.put("PQ_SIGNER_KEY", own.key().toString());
    variables.put("PQ_SIGNER_CUSTODIAN", stack.firstCustodian());
    variables.put("PQ_SIGNER_ATTESTATION_ROOT", stack.attestationRoot().toString());
    variables.put("PQ_SIGNER_PID_GATEWAY", pid(stack, "gateway"));
    variables.put("PQ_SIGNER_PID_WORKER", pid(stack, "worker"));
    variables.put("PQ_SIGNER_PID_ENCLAVE", pid(stack, "enclave"));
    variables.put("PQ_SIGNER_PID_BROKER", pid(stack, "broker"));
    return variables;
  }

  static void write(LocalStack stack) throws IOException {
    String text =
        variables(stack).entrySet().stream()
            .map(e -> e.getKey() + "=" + quoted(e.getValue()))
            .collect(Collectors.joining("\n", "", "\n"));
    Path target = stack.directory().resolve(FILE);
    Path draft = OwnerOnly.write(stack.directory().resolve(FILE + ".new"), text);
    Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /// As a POSIX shell reads it.
  static String quoted(String value) {
    return value.matches("[A-Za-z0-9_./:,@%+=-]*")
        ? value
        : "'" + value.replace("'", "'\\''") + "'";
  }

  private static String pid(LocalStack stack, String name) {
    return Long.toString(stack.process(name).pid());
  }
}
