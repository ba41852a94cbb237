package pqsigner.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import pqsigner.client.SignerRequest;

/// Whoever owns the host and its database can break keys, and cannot use them.
final class HostileParentScene implements Transcript.Scene {
  private static final byte[] MESSAGE = "to the operator's own account".getBytes(UTF_8);

  private final Cast cast;

  HostileParentScene(Cast cast) {
    this.cast = cast;
  }

  @Override
  public void play(Transcript told) {
    cast.generate("erin", "ML-DSA-65");
    cast.generate("frank", "ML-DSA-65");
    cast.generate("mallory", "ML-DSA-65");
    try (HostileDatabase database = HostileDatabase.open(cast.stack())) {
      database.giveRecordOf("mallory", "erin");
      told.tell("in DynamoDB, mallory's wrapped key replaces erin's");
      told.checkEquals(
          "a signature by erin: key_record_rejected", "key_record_rejected", sign("erin"));
      database.flipBitOfSeed("frank");
      told.tell("in DynamoDB, one bit of frank's wrapped seed is flipped");
      told.checkEquals(
          "a signature by frank: key_record_rejected", "key_record_rejected", sign("frank"));
    }
    told.checkEquals(
        "the gateway's own AWS credentials at the KMS: AccessDeniedException",
        "AccessDeniedException",
        KmsAsGateway.refusal(cast.stack()));
  }

  private String sign(String userId) {
    return cast.custodian().submit(SignerRequest.sign(userId, MESSAGE), Cast.PATIENCE).code();
  }
}
