package pqsigner.guarantees;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.attestation.BirthStatement;
import pqsigner.attestation.nitro.AttestationPolicy;
import pqsigner.attestation.nitro.AttestationVerifier;
import pqsigner.attestation.nitro.TrustRoot;
import pqsigner.attestation.nitro.Verification;
import pqsigner.client.Json;
import pqsigner.client.MlDsaPublicKey;
import pqsigner.client.SignatureCheck;
import pqsigner.client.SignerRequest;
import pqsigner.client.SignerResult;
import pqsigner.client.http.HttpSigner;
import pqsigner.client.kafka.KafkaSigner;
import pqsigner.client.kafka.ReceivedEvent;
import pqsigner.guarantees.stack.Answer;
import pqsigner.guarantees.stack.Key;
import pqsigner.guarantees.stack.RawHttp;
import pqsigner.guarantees.stack.SharedStack;
import pqsigner.guarantees.stack.Stack;
import pqsigner.mldsa.ExternalMu;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What the product is for, over both ways in.
@ExtendWith(SharedStack.class)
final class HappyPathIT {
  private static final byte[] MESSAGE = "transfer 1 to bob".getBytes(UTF_8);
  private static final byte[] NO_CONTEXT = {};

  private final Stack stack;

  HappyPathIT(Stack stack) {
    this.stack = stack;
  }

  @ParameterizedTest
  @ValueSource(strings = {"ML-DSA-44", "ML-DSA-65", "ML-DSA-87"})
  void aKeyMadeOverHttpSignsOverBothWaysIn(String algorithm) {
    Key key = stack.newKey(algorithm);
    assertThat(key.publicKey().algorithm().label()).isEqualTo(algorithm);
    try (HttpSigner http = stack.signer("custodian-a");
        KafkaSigner kafka = stack.kafka("custodian-a")) {
      SignerRequest request = SignerRequest.sign(key.userId(), MESSAGE);
      ObjectNode body = http.submit(request, Stack.PATIENCE).orFail();
      assertThat(Json.text(body, "alg")).isEqualTo(algorithm);
      assertThat(body.propertyNames())
          .containsExactlyInAnyOrder(
              "request_id", "user_id", "alg", "key_version", "signature", "signed_at");
      assertThat(verifies(key, Json.base64(body, "signature"))).isTrue();
      ObjectNode overKafka =
          kafka.submit(SignerRequest.sign(key.userId(), MESSAGE), Stack.PATIENCE).orFail();
      assertThat(verifies(key, Json.base64(overKafka, "signature"))).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ML-DSA-44", "ML-DSA-65", "ML-DSA-87"})
  void aKeyMadeOverKafkaSignsOverHttp(String algorithm) {
    String userId = Stack.newUserId();
    try (HttpSigner http = stack.signer("custodian-a");
        KafkaSigner kafka = stack.kafka("custodian-a")) {
      ObjectNode made =
          kafka.submit(SignerRequest.keyGeneration(userId, algorithm), Stack.PATIENCE).orFail();
      MlDsaPublicKey publicKey = MlDsaPublicKey.decode(Json.base64(made, "public_key_spki"));
      assertThat(Json.base64(made, "public_key")).isEqualTo(publicKey.raw());
      ObjectNode body = http.submit(SignerRequest.sign(userId, MESSAGE), Stack.PATIENCE).orFail();
      assertThat(verifies(new Key(userId, publicKey), Json.base64(body, "signature"))).isTrue();
    }
  }

  @Test
  void withoutAUserIdOneIsMinted() {
    try (HttpSigner http = stack.signer("custodian-a")) {
      for (String given : new String[] {null, ""}) {
        ObjectNode made =
            http.submit(SignerRequest.keyGeneration(given, "ML-DSA-44"), Stack.PATIENCE).orFail();
        assertThat(Json.text(made, "user_id"))
            .matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
      }
    }
  }

  @Test
  void withoutARequestIdOneIsMintedInOrderOfTime() throws Exception {
    Key key = stack.newKey("ML-DSA-44");
    String body =
        "{\"request_type\":\"sign\",\"payload\":{\"user_id\":\"%s\",\"message\":\"AA==\"}}"
            .formatted(key.userId());
    String first = Json.text(stack.http("custodian-a").post(body).body(), "request_id");
    String second = Json.text(stack.http("custodian-a").post(body).body(), "request_id");
    assertThat(first).matches("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-.*").isLessThan(second);
  }

  @Test
  void anyUserIdOfTheContractWorks() throws Exception {
    RawHttp raw = stack.http("custodian-a");
    for (String userId :
        List.of("a/b", "a%2Fb", "..", "?x=1#y", "日本語 😀", "\u0001\u0007", "u".repeat(256))) {
      String unique = userId.length() > 200 ? userId : userId + Stack.newUserId();
      try (HttpSigner http = stack.signer("custodian-a")) {
        SignerResult outcome =
            http.submit(SignerRequest.keyGeneration(unique, "ML-DSA-44"), Stack.PATIENCE);
        assertThat(Json.text(outcome.orFail(), "user_id")).isEqualTo(unique);
      }
      Answer keys = raw.get("/v1/pq-signer/keys/" + HttpSigner.encode(unique));
      assertThat(keys.status()).as(unique + " → " + keys).isEqualTo(200);
    }
  }

  @Test
  void aSignatureUnderAContextHoldsOnlyUnderIt() {
    Key key = stack.newKey("ML-DSA-65");
    byte[] context = "settlement".getBytes(UTF_8);
    try (HttpSigner http = stack.signer("custodian-a");
        KafkaSigner kafka = stack.kafka("custodian-a")) {
      SignerRequest request = SignerRequest.sign(key.userId(), MESSAGE).withContext(context);
      for (SignerResult outcome :
          List.of(
              http.submit(request, Stack.PATIENCE),
              kafka.submit(request.withRequestId(Stack.newRequestId()), Stack.PATIENCE))) {
        byte[] signature = Json.base64(outcome.orFail(), "signature");
        assertThat(SignatureCheck.ofMessage(key.publicKey(), context, MESSAGE, signature).valid())
            .isTrue();
        assertThat(verifies(key, signature)).isFalse();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ML-DSA-44", "ML-DSA-65", "ML-DSA-87"})
  void aSignatureOfAMuIsASignatureOfTheLargeMessage(String algorithm) throws Exception {
    Key key = stack.newKey(algorithm);
    byte[] large = new byte[3_000_000];
    java.util.Arrays.fill(large, (byte) 'x');
    byte[] mu = ExternalMu.of(key.publicKey().raw(), NO_CONTEXT, new ByteArrayInputStream(large));
    try (HttpSigner http = stack.signer("custodian-a");
        KafkaSigner kafka = stack.kafka("custodian-a")) {
      for (SignerResult outcome :
          List.of(
              http.submit(SignerRequest.signMu(key.userId(), mu), Stack.PATIENCE),
              kafka.submit(SignerRequest.signMu(key.userId(), mu), Stack.PATIENCE))) {
        byte[] signature = Json.base64(outcome.orFail(), "signature");
        assertThat(SignatureCheck.ofMessage(key.publicKey(), large, signature))
            .isEqualTo(new SignatureCheck(true, "JDK (SUN)"));
      }
    }
  }

  @Test
  void theEmptyMessageIsAMessage() {
    Key key = stack.newKey("ML-DSA-44");
    try (HttpSigner http = stack.signer("custodian-a")) {
      ObjectNode body =
          http.submit(SignerRequest.sign(key.userId(), new byte[0]), Stack.PATIENCE).orFail();
      assertThat(
              SignatureCheck.ofMessage(key.publicKey(), new byte[0], Json.base64(body, "signature"))
                  .valid())
          .isTrue();
    }
  }

  @Test
  void whoeverDoesNotWaitFindsTheResultLater() throws Exception {
    Key key = stack.newKey("ML-DSA-44");
    String id = Stack.newRequestId();
    String body =
        "{\"request_type\":\"sign\",\"payload\":{\"user_id\":\"%s\",\"message\":\"AA==\",\"request_id\":\"%s\"}}"
            .formatted(key.userId(), id);
    Answer accepted = stack.http("custodian-a").post(body, "Prefer", "respond-async");
    assertThat(accepted.status()).as(accepted.toString()).isEqualTo(202);
    assertThat(accepted.header("Location")).isEqualTo("/v1/pq-signer/requests/" + id);
    assertThat(Json.text(accepted.body(), "state")).isEqualTo("ACCEPTED");
    try (HttpSigner http = stack.signer("custodian-a")) {
      SignerResult outcome =
          http.submit(
              SignerRequest.sign(key.userId(), new byte[1]).withRequestId(id), Stack.PATIENCE);
      JsonNode state = http.get("/v1/pq-signer/requests/" + id).orFail();
      assertThat(Json.text(state, "state")).isEqualTo("SIGNED");
      assertThat(state.path("result")).isEqualTo(outcome.orFail());
    }
  }

  @Test
  void whenTheWaitEndsFirstTheWorkGoesOn() throws Exception {
    Key key = stack.newKey("ML-DSA-44");
    stack.local().kmsFaults().delay(Duration.ofSeconds(3));
    String id = Stack.newRequestId();
    try {
      String body =
          "{\"request_type\":\"sign\",\"payload\":{\"user_id\":\"%s\",\"message\":\"AA==\",\"request_id\":\"%s\"}}"
              .formatted(key.userId(), id);
      Answer accepted = stack.http("custodian-a").post(body, "Prefer", "wait=1");
      assertThat(accepted.status()).as(accepted.toString()).isEqualTo(202);
      assertThat(accepted.header("Location")).endsWith(id);
    } finally {
      stack.local().kmsFaults().clear();
    }
    try (HttpSigner http = stack.signer("custodian-a")) {
      SignerRequest same = SignerRequest.sign(key.userId(), new byte[1]).withRequestId(id);
      byte[] signature = Json.base64(http.submit(same, Stack.PATIENCE).orFail(), "signature");
      assertThat(SignatureCheck.ofMessage(key.publicKey(), new byte[1], signature).valid())
          .isTrue();
    }
  }

  @Test
  void theKeysOfAUserAreShownWithTheirBirth() throws Exception {
    String userId = Stack.newUserId();
    try (HttpSigner http = stack.signer("custodian-a")) {
      ObjectNode made =
          http.submit(SignerRequest.keyGeneration(userId, "ML-DSA-87"), Stack.PATIENCE).orFail();
      JsonNode answer = http.get("/v1/pq-signer/keys/" + HttpSigner.encode(userId)).orFail();
      assertThat(Json.text(answer, "user_id")).isEqualTo(userId);
      assertThat(answer.path("keys").size()).isEqualTo(1);
      JsonNode key = answer.path("keys").get(0);
      for (String field :
          List.of(
              "alg",
              "key_version",
              "public_key",
              "public_key_spki",
              "birth_attestation",
              "created_at")) {
        assertThat(key.path(field)).as(field).isEqualTo(made.path(field));
      }
      assertThat(birth(userId, key)).isInstanceOf(Verification.Verified.class);
      assertThat(birth(userId + "x", key)).isInstanceOf(Verification.Rejected.class);
    }
  }

  @Test
  void manyUsersAreServedAtOnceOverKafka() {
    List<Key> keys =
        List.of(stack.newKey("ML-DSA-44"), stack.newKey("ML-DSA-65"), stack.newKey("ML-DSA-87"));
    List<SignerRequest> requests =
        java.util.stream.IntStream.range(0, 300)
            .mapToObj(
                n -> SignerRequest.sign(keys.get(n % 3).userId(), ("message " + n).getBytes(UTF_8)))
            .toList();
    try (KafkaSigner kafka = stack.kafka("custodian-a")) {
      Map<String, ReceivedEvent> results = kafka.exchange(requests, Stack.PATIENCE);
      assertThat(results).hasSize(300);
      for (int n = 0; n < 300; n++) {
        ReceivedEvent result = results.get(requests.get(n).requestId());
        assertThat(result).isNotNull();
        assertThat(
                SignatureCheck.ofMessage(
                        keys.get(n % 3).publicKey(),
                        ("message " + n).getBytes(UTF_8),
                        result.signature())
                    .valid())
            .isTrue();
      }
    }
  }

  @Test
  void theContractIsPublished() throws Exception {
    Answer openApi = stack.http("custodian-a").get("/openapi.json");
    assertThat(openApi.status()).isEqualTo(200);
    assertThat(Json.text(openApi.body(), "openapi")).startsWith("3.1");
    assertThat(openApi.body().path("paths").has("/v1/pq-signer")).isTrue();
  }

  private Verification birth(String userId, JsonNode key) throws Exception {
    TrustRoot root = TrustRoot.of(Files.readAllBytes(stack.local().attestationRoot()));
    return new AttestationVerifier(InstantSource.system())
        .verify(
            Json.base64(key, "birth_attestation"),
            AttestationPolicy.trusting(root)
                .images(List.of(Map.of(0, HexFormat.of().parseHex(stack.local().pcr0()))))
                .birthOf(
                    new BirthStatement(
                            "custodian-a",
                            userId,
                            Json.text(key, "alg"),
                            1,
                            Json.base64(key, "public_key"),
                            stack.local().kmsKeyArn())
                        .sealedAs(
                            Json.text(key, "request_id"), Json.base64(key, "sealed_key_sha256"))));
  }

  private static boolean verifies(Key key, byte[] signature) {
    SignatureCheck check = SignatureCheck.ofMessage(key.publicKey(), MESSAGE, signature);
    assertThat(check.engine()).isEqualTo("JDK (SUN)");
    return check.valid();
  }
}
