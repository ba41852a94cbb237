package pqsigner.cli.custodian;

import pqsigner.cli.CommandFailure;
import pqsigner.cli.GatewayConnection;
import pqsigner.client.MlDsaPublicKey;
import pqsigner.client.RegisteredKey;
import pqsigner.client.http.HttpSigner;

/// Registered public keys.
final class Keys {
  private Keys() {}

  /// The newest version of a key.
  static MlDsaPublicKey newest(GatewayConnection connection, String userId) {
    try (HttpSigner signer = connection.http()) {
      return signer.keys(userId).stream()
          .reduce((_, newer) -> newer)
          .map(RegisteredKey::publicKey)
          .orElseThrow(() -> new CommandFailure("unknown_user", "there is no key for " + userId));
    }
  }
}
