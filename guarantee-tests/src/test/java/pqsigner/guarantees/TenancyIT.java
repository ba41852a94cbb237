package pqsigner.guarantees;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import pqsigner.client.Json;
import pqsigner.client.MlDsaPublicKey;
import pqsigner.client.SignatureCheck;
import pqsigner.client.SignerRequest;
import pqsigner.client.SignerResult;
import pqsigner.client.http.HttpSigner;
import pqsigner.client.kafka.KafkaSigner;
import pqsigner.guarantees.stack.Answer;
import pqsigner.guarantees.stack.Key;
import pqsigner.guarantees.stack.SharedStack;
import pqsigner.guarantees.stack.Stack;

/// No caller sees, uses or learns of what is another's.
@ExtendWith(SharedStack.class)
final class TenancyIT {
  private static final byte[] MESSAGE = "mine".getBytes(UTF_8);

  private final Stack stack;

  TenancyIT(Stack stack) {
    this.stack = stack;
  }

  @Test
  void anotherCustodiansUserIsUnknownInTheSameWords() throws Exception {
    Key key = stack.newKey("custodian-a", "ML-DSA-44");
    try (KafkaSigner kafka = stack.kafka("custodian-b")) {
      assertRefused(kafka.submit(SignerRequest.sign(key.userId(), MESSAGE), Stack.PATIENCE));
    }
    Answer foreign = stack.http("custodian-b").post(sign(key.userId()));
    Answer nobody = stack.http("custodian-b").post(sign("nobody"));
    HttpContractIT.assertProblem(foreign, 404, "unknown_user");
    assertThat(Json.text(foreign.body(), "detail")).isEqualTo(Json.text(nobody.body(), "detail"));
    HttpContractIT.assertProblem(
        stack.http("custodian-b").get("/v1/pq-signer/keys/" + key.userId()), 404, "unknown_user");
  }

  @Test
  void anotherCustodiansRequestIsUnknown() throws Exception {
    Key key = stack.newKey("custodian-a", "ML-DSA-44");
    SignerRequest request = SignerRequest.sign(key.userId(), MESSAGE);
    try (HttpSigner http = stack.signer("custodian-a")) {
      http.submit(request, Stack.PATIENCE).requireSigned();
    }
    HttpContractIT.assertProblem(
        stack.http("custodian-b").get("/v1/pq-signer/requests/" + request.requestId()),
        404,
        "unknown_request");
  }

  @Test
  void twoCustodiansMayUseTheSameNamesForDifferentThings() {
    String userId = Stack.newUserId();
    String requestId = Stack.newRequestId();
    try (HttpSigner a = stack.signer("custodian-a");
        HttpSigner b = stack.signer("custodian-b")) {
      SignerRequest generation = SignerRequest.keyGeneration(userId, "ML-DSA-44");
      MlDsaPublicKey keyOfA = a.submit(generation, Stack.PATIENCE).requireKey().publicKey();
      MlDsaPublicKey keyOfB = b.submit(generation, Stack.PATIENCE).requireKey().publicKey();
      assertThat(keyOfA.raw()).isNotEqualTo(keyOfB.raw());
      SignerRequest ofA = SignerRequest.sign(userId, MESSAGE).withRequestId(requestId);
      SignerRequest ofB =
          SignerRequest.sign(userId, "other".getBytes(UTF_8)).withRequestId(requestId);
      byte[] signatureOfA = a.submit(ofA, Stack.PATIENCE).requireSigned().signature();
      byte[] signatureOfB = b.submit(ofB, Stack.PATIENCE).requireSigned().signature();
      assertThat(SignatureCheck.of(keyOfA, ofA, signatureOfA).valid()).isTrue();
      assertThat(SignatureCheck.of(keyOfB, ofB, signatureOfB).valid()).isTrue();
    }
  }

  @Test
  void rolesAreKeptApart() throws Exception {
    HttpContractIT.assertProblem(
        stack.http("custodian-a").get("/v1/operator/jobs"), 403, "forbidden");
    HttpContractIT.assertProblem(stack.http("operator").post(sign("u")), 403, "forbidden");
    HttpContractIT.assertProblem(
        stack.http("operator").get("/v1/pq-signer/keys/u"), 403, "forbidden");
    assertThat(stack.http("operator").get("/v1/operator/jobs").status()).isEqualTo(200);
  }

  /// The gateway trusts the authorities of custodians and operators only, so the handshake fails.
  @Test
  void aServicesCertificateGetsNoAnswer() throws Exception {
    for (String service : List.of("gateway", "worker", "admin")) {
      assertThatExceptionOfType(IOException.class)
          .as(service)
          .isThrownBy(() -> stack.http(service).get("/openapi.json"));
    }
    assertThat(stack.http("operator").get("/openapi.json").status()).isEqualTo(200);
  }

  @Test
  void withoutAGoodCertificateThereIsNoAnswerAtAll() {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> stack.anonymousHttp().get("/openapi.json"));
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> stack.http("intruder").get("/openapi.json"));
  }

  private static void assertRefused(SignerResult outcome) {
    assertThat(outcome)
        .isInstanceOfSatisfying(
            SignerResult.Refused.class,
            refused -> assertThat(refused.code()).isEqualTo("unknown_user"));
  }

  private static String sign(String userId) {
    return "{\"request_type\":\"sign\",\"payload\":{\"user_id\":\""
        + userId
        + "\",\"message\":\"\"}}";
  }
}
