package pqsigner.local.kms;

import java.util.List;

/// What the stand-in reads at start, as JSON, from a file that only its owner may open.
///
/// @param keyArn of its only key
/// @param masterKey base64, 32 bytes; given by the launcher, so that a restart loses no data key
/// @param identities all that can sign a request; which of them may use the key is in the policy
/// @param attestationRoot PEM file
/// @param certificate PEM file, chain of the service's host name
/// @param key PEM file
public record KmsSettings(
    String region,
    String keyArn,
    String masterKey,
    KeyPolicy policy,
    List<Identity> identities,
    String attestationRoot,
    String certificate,
    String key,
    int port,
    int controlPort) {

  public KmsSettings {
    identities = List.copyOf(identities);
  }

  @Override
  public String toString() {
    return "KmsSettings[" + keyArn + "]";
  }
}
