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
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
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
import pqsigner.client.RegisteredKey;
import pqsigner.client.SignatureCheck;
import pqsigner.client.Signer;
import pqsigner.client.SignerRequest;
import pqsigner.client.SignerResult;
import pqsigner.client.SignerResult.Signed;
import pqsigner.client.http.HttpSigner;
import pqsigner.client.http.JsonHttp;
import pqsigner.client.kafka.KafkaSigner;
import pqsigner.guarantees.stack.Answer;
import pqsigner.guarantees.stack.Key;
import pqsigner.guarantees.stack.RawHttp;
import pqsigner.guarantees.stack.SharedStack;
import pqsigner.guarantees.stack.Stack;
import pqsigner.mldsa.ExternalMu;
import tools.jackson.databind.JsonNode;

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
      Signed signed = http.submit(request, Stack.PATIENCE).requireSigned();
      assertThat(signed.algorithm().label()).isEqualTo(algorithm);
      assertThat(verifies(key, signed.signature())).isTrue();
      Signed overKafka =
          kafka.submit(SignerRequest.sign(key.userId(), MESSAGE), Stack.PATIENCE).requireSigned();
      assertThat(verifies(key, overKafka.signature())).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ML-DSA-44", "ML-DSA-65", "ML-DSA-87"})
  void aKeyMadeOverKafkaSignsOverHttp(String algorithm) {
    String userId = Stack.newUserId();
    try (HttpSigner http = stack.signer("custodian-a");
        KafkaSigner kafka = stack.kafka("custodian-a")) {
      RegisteredKey made =
          kafka.submit(SignerRequest.keyGeneration(userId, algorithm), Stack.PATIENCE).requireKey();
      Signed signed =
          http.submit(SignerRequest.sign(userId, MESSAGE), Stack.PATIENCE).requireSigned();
      assertThat(verifies(new Key(userId, made.publicKey()), signed.signature())).isTrue();
    }
  }

  @Test
  void withoutAUserIdOneIsMinted() {
    try (HttpSigner http = stack.signer("custodian-a")) {
      for (String given : new String[] {null, ""}) {
        SignerRequest request = SignerRequest.keyGeneration(given, "ML-DSA-44");
        assertThat(http.submit(request, Stack.PATIENCE).requireKey().userId())
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
        SignerRequest request = SignerRequest.keyGeneration(unique, "ML-DSA-44");
        assertThat(http.submit(request, Stack.PATIENCE).requireKey().userId()).isEqualTo(unique);
      }
      Answer keys = raw.get("/v1/pq-signer/keys/" + JsonHttp.encode(unique));
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
        byte[] signature = outcome.requireSigned().signature();
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
        byte[] signature = outcome.requireSigned().signature();
        assertThat(SignatureCheck.ofMessage(key.publicKey(), large, signature))
            .isEqualTo(new SignatureCheck(true, "JDK (SUN)"));
      }
    }
  }

  @Test
  void theEmptyMessageIsAMessage() {
    Key key = stack.newKey("ML-DSA-44");
    try (HttpSigner http = stack.signer("custodian-a")) {
      SignerRequest request = SignerRequest.sign(key.userId(), new byte[0]);
      Signed signed = http.submit(request, Stack.PATIENCE).requireSigned();
      assertThat(SignatureCheck.of(key.publicKey(), request, signed.signature()).valid()).isTrue();
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
      assertThat(http.state(id)).usingRecursiveComparison().isEqualTo(outcome.requireSigned());
      JsonNode state = stack.http("custodian-a").get("/v1/pq-signer/requests/" + id).body();
      assertThat(Json.text(state, "state")).isEqualTo("SIGNED");
      assertThat(state.path("result").propertyNames())
          .containsExactlyInAnyOrder(
              "request_id", "user_id", "alg", "key_version", "signature", "signed_at");
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
      byte[] signature = http.submit(same, Stack.PATIENCE).requireSigned().signature();
      assertThat(SignatureCheck.ofMessage(key.publicKey(), new byte[1], signature).valid())
          .isTrue();
    }
  }

  @Test
  void theKeysOfAUserAreShownWithTheirBirth() throws Exception {
    String userId = Stack.newUserId();
    try (HttpSigner http = stack.signer("custodian-a")) {
      RegisteredKey made =
          http.submit(SignerRequest.keyGeneration(userId, "ML-DSA-87"), Stack.PATIENCE)
              .requireKey();
      assertThat(http.keys(userId)).usingRecursiveComparison().isEqualTo(List.of(made));
      JsonNode answer = stack.http("custodian-a").get(HttpSigner.keysPath(userId)).body();
      assertThat(Json.text(answer, "user_id")).isEqualTo(userId);
      assertThat(Json.base64(answer.at("/keys/0"), "public_key_spki"))
          .isEqualTo(made.publicKey().spki());
      assertThat(birth(userId, made)).isInstanceOf(Verification.Verified.class);
      assertThat(birth(userId + "x", made)).isInstanceOf(Verification.Rejected.class);
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
      List<CompletableFuture<SignerResult>> results =
          requests.stream().map(one -> kafka.submitAsync(one, Stack.PATIENCE)).toList();
      for (int n = 0; n < 300; n++) {
        byte[] signature = Signer.await(results.get(n)).requireSigned().signature();
        assertThat(
                SignatureCheck.of(keys.get(n % 3).publicKey(), requests.get(n), signature).valid())
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

  private Verification birth(String userId, RegisteredKey key) throws Exception {
    TrustRoot root = TrustRoot.of(Files.readAllBytes(stack.local().attestationRoot()));
    return new AttestationVerifier(InstantSource.system())
        .verify(
            key.birthAttestation(),
            AttestationPolicy.trusting(root)
                .images(List.of(Map.of(0, HexFormat.of().parseHex(stack.local().pcr0()))))
                .birthOf(
                    new BirthStatement(
                            "custodian-a",
                            userId,
                            key.publicKey().algorithm().label(),
                            1,
                            key.publicKey().raw(),
                            stack.local().kmsKeyArn())
                        .sealedAs(key.requestId(), Objects.requireNonNull(key.sealedKeySha256()))));
  }

  private static boolean verifies(Key key, byte[] signature) {
    SignatureCheck check = SignatureCheck.ofMessage(key.publicKey(), MESSAGE, signature);
    assertThat(check.engine()).isEqualTo("JDK (SUN)");
    return check.valid();
  }
}
