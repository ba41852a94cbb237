package pqsigner.cli.custodian;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import pqsigner.cli.GatewayCommand;
import pqsigner.client.Json;
import pqsigner.client.RegisteredKey;
import pqsigner.client.http.HttpSigner;

/// Says whether a version of a key signs.
abstract class KeysStateCommand extends GatewayCommand {
  @Parameters(index = "0", paramLabel = "USER_ID", description = "The key's name.")
  private String userId;

  @Parameters(index = "1", paramLabel = "VERSION", description = "The number of the version.")
  private int version;

  private final boolean enabled;

  KeysStateCommand(boolean enabled) {
    this.enabled = enabled;
  }

  @Override
  public Integer call() {
    try (HttpSigner signer = connection.http()) {
      RegisteredKey key = signer.enable(userId, version, enabled);
      String state = key.enabled() ? "ENABLED" : "DISABLED";
      output.show(
          Json.object()
              .put("user_id", userId)
              .put("key_version", key.version())
              .put("state", state)
              .put("fingerprint", key.publicKey().fingerprint()),
          state,
          userId + "  version " + key.version(),
          "  fingerprint  " + key.publicKey().fingerprint());
    }
    return 0;
  }

  /// Lets a version sign again.
  @Command(
      name = "enable",
      mixinStandardHelpOptions = true,
      description = "Let a version of a key sign again, for requests made from now on.")
  public static final class EnableCommand extends KeysStateCommand {
    EnableCommand() {
      super(true);
    }
  }

  /// Stops a version.
  @Command(
      name = "disable",
      mixinStandardHelpOptions = true,
      description = {
        "Stop a version of a key: from five seconds on it signs nothing, also for requests that were"
            + " accepted before.",
        "What it signed stays valid, and nothing is deleted."
      })
  public static final class DisableCommand extends KeysStateCommand {
    DisableCommand() {
      super(false);
    }
  }
}
