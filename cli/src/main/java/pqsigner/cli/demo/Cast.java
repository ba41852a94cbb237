package pqsigner.cli.demo;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import pqsigner.client.Json;
import pqsigner.client.MlDsaPublicKey;
import pqsigner.client.PemIdentity;
import pqsigner.client.SignatureCheck;
import pqsigner.client.SignerRequest;
import pqsigner.client.SignerResult;
import pqsigner.client.http.HttpSigner;
import pqsigner.client.kafka.KafkaEndpoint;
import pqsigner.client.kafka.KafkaSigner;
import pqsigner.events.Topics;
import pqsigner.local.LocalStack;
import pqsigner.local.pki.PemPair;
import tools.jackson.databind.node.ObjectNode;

/// Who plays: the stack, its callers, and the keys made so far.
final class Cast implements AutoCloseable {
  static final String CUSTODIAN = "custodian-a";
  static final String OTHER_CUSTODIAN = "custodian-b";
  static final String OPERATOR = "operator";

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
  ObjectNode generate(String userId, String algorithm) {
    ObjectNode body =
        custodian.submit(SignerRequest.keyGeneration(userId, algorithm), PATIENCE).orFail();
    remember(userId, body);
    return body;
  }

  void remember(String userId, ObjectNode generated) {
    keys.put(userId, MlDsaPublicKey.decode(Json.base64(generated, "public_key_spki")));
  }

  MlDsaPublicKey key(String userId) {
    return Optional.ofNullable(keys.get(userId))
        .orElseThrow(() -> new IllegalStateException("no key was made for " + userId));
  }

  /// Whether the JDK's own ML-DSA accepts it.
  boolean verifies(String userId, byte[] message, byte[] signature) {
    return SignatureCheck.ofMessage(key(userId), message, signature).valid();
  }

  /// The code that a request is refused with, or what happened instead.
  static String code(SignerResult outcome) {
    return switch (outcome) {
      case SignerResult.Refused(_, var code, _) -> code;
      case SignerResult.Failed(_, var code, _) -> code;
      case SignerResult.Done _ -> "(done)";
      case SignerResult.Pending(_, var state) -> "(" + state + ")";
    };
  }

  @Override
  public void close() {
    custodian.close();
  }
}
