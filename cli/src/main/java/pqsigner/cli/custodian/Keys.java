package pqsigner.cli.custodian;

import java.util.List;
import org.jspecify.annotations.Nullable;
import pqsigner.cli.CommandFailure;
import pqsigner.cli.GatewayConnection;
import pqsigner.client.RegisteredKey;
import pqsigner.client.http.HttpSigner;

/// Registered public keys.
final class Keys {
  private Keys() {}

  /// The versions of a key, newest first, or the one that is asked for.
  static List<RegisteredKey> of(
      GatewayConnection connection, String userId, @Nullable Integer version) {
    List<RegisteredKey> keys;
    try (HttpSigner signer = connection.http()) {
      keys =
          signer.keys(userId).reversed().stream()
              .filter(key -> version == null || key.version() == version)
              .toList();
    }
    if (keys.isEmpty()) {
      throw version == null
          ? new CommandFailure("unknown_user", "there is no key for " + userId)
          : new CommandFailure("unknown_key_version", userId + " has no version " + version);
    }
    return keys;
  }

  /// The version that would sign.
  static RegisteredKey signing(
      GatewayConnection connection, String userId, @Nullable Integer version) {
    List<RegisteredKey> keys = of(connection, userId, version);
    return keys.stream().filter(RegisteredKey::enabled).findFirst().orElse(keys.getFirst());
  }
}
