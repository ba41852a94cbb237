package pqsigner.cli.demo;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import pqsigner.client.MlDsaPublicKey;
import pqsigner.client.PemIdentity;
import pqsigner.client.RegisteredKey;
import pqsigner.client.SignatureCheck;
import pqsigner.client.SignerRequest;
import pqsigner.client.SignerResult;
import pqsigner.client.http.HttpSigner;
import pqsigner.client.http.JsonHttp;
import pqsigner.client.kafka.KafkaEndpoint;
import pqsigner.client.kafka.KafkaSigner;
import pqsigner.events.Topics;
import pqsigner.local.LocalStack;
import pqsigner.local.pki.PemPair;

/// The players: the stack, its callers, and the keys made so far.
final class Cast implements AutoCloseable {
  static final String CUSTODIAN = "custodian-a";
  static final String OTHER_CUSTODIAN = "custodian-b";
  private static final String OPERATOR = "operator";

  /// Longer than anything should take on a busy machine.
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private final LocalStack stack;
  private final HttpSigner custodian;
  private final Map<String, MlDsaPublicKey> keys = new HashMap<>();

  Cast(LocalStack stack) {
    this.stack = stack;
    this.custodian = signer(CUSTODIAN);
  }

  LocalStack stack() {
    return stack;
  }

  /// custodian-a's service.
  HttpSigner custodian() {
    return custodian;
  }

  HttpSigner signer(String name) {
    return HttpSigner.open(stack.gateways().getFirst(), identity(name));
  }

  JsonHttp operator() {
    return JsonHttp.open(stack.gateways().getFirst(), identity(OPERATOR));
  }

  PemIdentity identity(String name) {
    PemPair pair = stack.pki().pair(name);
    return new PemIdentity(stack.pki().ca(), pair.certificate(), pair.key());
  }

  /// custodian-a's pipeline.
  KafkaSigner pipeline() {
    return KafkaSigner.open(topicsOf(CUSTODIAN), identity(CUSTODIAN));
  }

  KafkaEndpoint topicsOf(String name) {
    return new KafkaEndpoint(
        stack.bootstrapServers(),
        stack.registry().toString(),
        new Topics(Topics.DEFAULT_PREFIX),
        name);
  }

  /// Makes a key over HTTP and remembers its public half.
  RegisteredKey generate(String userId, String algorithm) {
    return generated(custodian.submit(SignerRequest.keyGeneration(userId, algorithm), PATIENCE));
  }

  /// Remembers the public half of a new key.
  RegisteredKey generated(SignerResult result) {
    RegisteredKey key = result.requireKey();
    keys.put(key.userId(), key.publicKey());
    return key;
  }

  /// Over HTTP.
  byte[] sign(SignerRequest request) {
    return custodian.submit(request, PATIENCE).requireSigned().signature();
  }

  /// Whether the JDK's own ML-DSA accepts a signature of what a request asked to have signed.
  boolean verifies(SignerRequest request, byte[] signature) {
    MlDsaPublicKey key = keys.get(String.valueOf(request.userId()));
    return key != null && SignatureCheck.of(key, request, signature).valid();
  }

  @Override
  public void close() {
    custodian.close();
  }
}
