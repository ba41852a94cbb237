package pqsigner.cli.custodian;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import pqsigner.client.SignerRequest;

/// Makes a key in the enclave.
@Command(
    name = "keygen",
    mixinStandardHelpOptions = true,
    description = "Make an ML-DSA key in the enclave and print its public key.")
public final class KeygenCommand extends NewKeyCommand {
  @Option(
      names = "--alg",
      defaultValue = "ML-DSA-65",
      description = "ML-DSA-44, ML-DSA-65 (default) or ML-DSA-87.")
  private String algorithm = "ML-DSA-65";

  @Option(names = "--user-id", description = "The key's name; a new one if missing.")
  private @Nullable String userId;

  @Override
  SignerRequest request() {
    return SignerRequest.keyGeneration(userId, algorithm);
  }
}
