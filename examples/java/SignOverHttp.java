import pqsigner.client.*;
import pqsigner.client.http.*;

void main(String[] args) {
  var patience = Duration.ofSeconds(60);
  var gateway = URI.create(Environment.of("PQ_SIGNER_URL"));
  try (var signer = HttpSigner.open(gateway, PemIdentity.ofEnvironment()).retrying()) {
    var keygen = SignerRequest.keyGeneration(null, "ML-DSA-65");
    var key = signer.submit(keygen, patience).requireKey();
    var sign = SignerRequest.sign(key.userId(), args[0].getBytes(StandardCharsets.UTF_8));
    var signature = signer.submit(sign, patience).requireSigned().signature();
    IO.println(SignatureCheck.of(key.publicKey(), sign, signature));
    IO.println(key.userId() + " " + Base64.getEncoder().encodeToString(signature));
  }
}
