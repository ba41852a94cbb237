package pqsigner.cli.custodian;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import pqsigner.client.SignerRequest;

/// Makes the next version of a key.
@Command(
    name = "rotate",
    mixinStandardHelpOptions = true,
    description = {
      "Make the next version of a key, which signs from then on.",
      "Older versions stay: what they signed still verifies, and sign --key-version uses them until"
          + " keys disable."
    })
public final class RotateCommand extends NewKeyCommand {
  @Option(names = "--user-id", required = true, description = "The key's name.")
  private String userId;

  @Option(
      names = "--alg",
      description = "ML-DSA-44, ML-DSA-65 or ML-DSA-87; that of the newest version if missing.")
  private @Nullable String algorithm;

  @Override
  SignerRequest request() {
    return SignerRequest.keyRotation(userId, algorithm);
  }
}
