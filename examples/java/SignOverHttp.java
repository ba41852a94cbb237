import static java.lang.System.getenv;

import pqsigner.client.*;
import pqsigner.client.http.HttpSigner;

void main(String[] args) {
  var me =
      new PemIdentity(
          Path.of(getenv("PQ_SIGNER_CA")),
          Path.of(getenv("PQ_SIGNER_CERT")),
          Path.of(getenv("PQ_SIGNER_KEY")));
  var patience = Duration.ofSeconds(60);
  try (var signer = HttpSigner.open(URI.create(getenv("PQ_SIGNER_URL")), me).retrying()) {
    var key = signer.submit(SignerRequest.keyGeneration(null, "ML-DSA-65"), patience).requireKey();
    var request = SignerRequest.sign(key.userId(), args[0].getBytes(StandardCharsets.UTF_8));
    var signed = signer.submit(request, patience).requireSigned();
    IO.println(
        signed.userId()
            + " "
            + Base64.getEncoder().encodeToString(signed.signature())
            + " "
            + SignatureCheck.of(key.publicKey(), request, signed.signature()));
  }
}
