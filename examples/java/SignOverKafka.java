import static java.lang.System.getenv;

import pqsigner.client.*;
import pqsigner.client.kafka.*;
import pqsigner.events.Topics;

void main(String[] args) {
  var me =
      new PemIdentity(
          Path.of(getenv("PQ_SIGNER_CA")),
          Path.of(getenv("PQ_SIGNER_CERT")),
          Path.of(getenv("PQ_SIGNER_KEY")));
  var endpoint =
      new KafkaEndpoint(
          getenv("PQ_SIGNER_KAFKA"),
          getenv("PQ_SIGNER_REGISTRY"),
          new Topics(Topics.DEFAULT_PREFIX),
          getenv("PQ_SIGNER_CUSTODIAN"));
  try (var signer = KafkaSigner.open(endpoint, me).retrying()) {
    var key =
        signer
            .submit(SignerRequest.keyGeneration(null, "ML-DSA-65"), Duration.ofSeconds(60))
            .requireKey();
    var request = SignerRequest.sign(key.userId(), args[0].getBytes(StandardCharsets.UTF_8));
    var signed = signer.submit(request, Duration.ofSeconds(60)).requireSigned();
    IO.println(
        signed.userId()
            + " "
            + Base64.getEncoder().encodeToString(signed.signature())
            + " "
            + SignatureCheck.of(key.publicKey(), request, signed.signature()));
  }
}
