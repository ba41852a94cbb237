package pqsigner.local;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import pqsigner.local.kms.Identity;

/// Two roles that share nothing: the Nitro host may call KMS and has no DynamoDB, the gateway has
/// DynamoDB and may not call KMS. New credentials at every start.
public record LocalIdentities(Identity nitroHost, Identity gateway, String region, String keyArn) {

  private static final String ACCOUNT = "000000000000";
  private static final String ACCESS_KEY_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final SecureRandom RANDOM = new SecureRandom();

  public static LocalIdentities random(String region) {
    return new LocalIdentities(
        role("pq-signer-nitro-host"),
        role("pq-signer-gateway"),
        region,
        "arn:aws:kms:" + region + ":" + ACCOUNT + ":key/" + UUID.randomUUID());
  }

  /// What the SDK's default provider chain reads.
  Map<String, String> environment(Identity identity) {
    return Map.of(
        "AWS_ACCESS_KEY_ID", identity.accessKeyId(),
        "AWS_SECRET_ACCESS_KEY", identity.secretAccessKey(),
        "AWS_SESSION_TOKEN", identity.sessionToken(),
        "AWS_REGION", region,
        "AWS_EC2_METADATA_DISABLED", "true");
  }

  /// What the same chain reads from the file that `AWS_SHARED_CREDENTIALS_FILE` names, for a
  /// process whose environment is written down before there are credentials.
  public static String profile(Identity identity) {
    return """
        [default]
        aws_access_key_id = %s
        aws_secret_access_key = %s
        aws_session_token = %s
        """
        .formatted(identity.accessKeyId(), identity.secretAccessKey(), identity.sessionToken());
  }

  static String randomBase64(int bytes) {
    byte[] random = new byte[bytes];
    RANDOM.nextBytes(random);
    return Base64.getEncoder().encodeToString(random);
  }

  private static Identity role(String name) {
    var accessKey = new StringBuilder("ASIA");
    for (int i = 0; i < 16; i++) {
      accessKey.append(ACCESS_KEY_LETTERS.charAt(RANDOM.nextInt(ACCESS_KEY_LETTERS.length())));
    }
    return new Identity(
        "arn:aws:iam::" + ACCOUNT + ":role/" + name,
        accessKey.toString(),
        randomBase64(30),
        randomBase64(96));
  }
}
