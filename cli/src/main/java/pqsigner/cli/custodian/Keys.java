package pqsigner.cli.custodian;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
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

  /// For people to compare: the first 16 hex digits of the SHA-256.
  static String fingerprint(byte[] spki) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(spki);
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
