package pqsigner.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static pqsigner.gateway.custodian.CustodianLimit.INTERACTIVE_MAX;

import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import pqsigner.attestation.SealedKey;
import pqsigner.gateway.http.HttpCaller.Answer;

/// The contract of the HTTP API over real mTLS, call by call.
@Timeout(60)
@ExtendWith(SharedWeb.Extension.class)
class HttpApiIT extends HttpCalls {

  HttpApiIT(SharedWeb shared) {
    super(shared);
  }

  @Test
  void aKeyIsGeneratedSignsAndIsShown() {
    Answer key = custodian.keygen("wallet");
    assertThat(key.status()).isEqualTo(200);
    assertThat(fields(key.body()))
        .containsExactly(
            "request_id",
            "user_id",
            "alg",
            "key_version",
            "public_key",
            "public_key_spki",
            "birth_attestation",
            "sealed_key_sha256",
            "created_at");
    assertThat(key.bytes("sealed_key_sha256"))
        .isEqualTo(SealedKey.sha256(new byte[] {1}, new byte[] {2}));
    assertThat(key.bytes("public_key")).hasSize(1312);
    assertThat(key.bytes("public_key_spki")).hasSize(1312 + 22);
    assertThat(UUID.fromString(key.text("request_id")).version()).isEqualTo(7);

    Answer signature = custodian.post(sign("wallet", ""));
    assertThat(signature.status()).isEqualTo(200);
    assertThat(fields(signature.body()))
        .containsExactly("request_id", "user_id", "alg", "key_version", "signature", "signed_at");
    assertThat(signature.bytes("signature")).asString().isEqualTo("signed by wallet");
    assertThat(Instant.parse(signature.text("signed_at"))).isBefore(Instant.now());

    Answer keys = custodian.get("/v1/pq-signer/keys/wallet");
    assertThat(keys.status()).isEqualTo(200);
    assertThat(fields(keys.body())).containsExactly("user_id", "keys");
    assertThat(fields(keys.body().path("keys").get(0)))
        .containsExactly(
            "alg",
            "key_version",
            "state",
            "fingerprint",
            "public_key",
            "public_key_spki",
            "birth_attestation",
            "request_id",
            "sealed_key_sha256",
            "created_at");
    assertThat(keys.body().at("/keys/0/request_id").asString()).isEqualTo(key.text("request_id"));
    assertThat(keys.body().at("/keys/0/sealed_key_sha256").asString())
        .isEqualTo(key.text("sealed_key_sha256"));
  }

  @Test
  void theSameRequestGivesTheSameBytesEvenThoughTheKeyExistsNow() {
    String body =
        """
        {"request_type":"key_generation",
         "payload":{"alg":"ML-DSA-65","user_id":"twice","request_id":"twice-1"}}
        """;
    Answer first = custodian.post(body);
    Answer second = custodian.post(body);

    assertThat(first.status()).isEqualTo(200);
    assertThat(second.status()).isEqualTo(200);
    assertThat(second.response().body()).isEqualTo(first.response().body());
    problem(custodian.keygen("twice"), 409, "key_already_exists");
    problem(
        custodian.post(sign("twice", ",\"request_id\":\"twice-1\"")), 409, "request_id_conflict");
  }

  @Test
  void muIsRefusedWhereItIsSwitchedOff() {
    String mu = Base64.getEncoder().encodeToString(new byte[64]);
    String body =
        "{\"request_type\":\"sign\",\"payload\":{\"user_id\":\"mu\",\"mu\":\"" + mu + "\"}}";
    assertThat(custodian.keygen("mu").status()).isEqualTo(200);
    assertThat(other.keygen("mu").status()).isEqualTo(200);

    assertThat(custodian.post(body).status()).isEqualTo(200);
    problem(other.post(body), 403, "forbidden");
    assertThat(other.post(sign("mu", "")).status()).isEqualTo(200);
  }

  @Test
  void aUserIdIsMinted() {
    for (String payload :
        List.of("{\"alg\":\"ML-DSA-44\"}", "{\"alg\":\"ML-DSA-44\",\"user_id\":\"\"}")) {
      Answer key =
          custodian.post("{\"request_type\":\"key_generation\",\"payload\":" + payload + "}");
      assertThat(key.status()).isEqualTo(200);
      assertThat(UUID.fromString(key.text("user_id")).version()).isEqualTo(4);
    }
  }

  @Test
  void anotherCustodianSeesNeitherKeysNorRequests() {
    assertThat(custodian.keygen("private").status()).isEqualTo(200);
    Answer signed = custodian.post(sign("private", ",\"request_id\":\"private-1\""));
    assertThat(signed.status()).isEqualTo(200);

    problem(other.post(sign("private", "")), 404, "unknown_user");
    problem(other.get("/v1/pq-signer/keys/private"), 404, "unknown_user");
    problem(other.get("/v1/pq-signer/requests/private-1"), 404, "unknown_request");
    assertThat(other.keygen("private").status()).as("its own key of that name").isEqualTo(200);
    assertThat(other.post(sign("private", ",\"request_id\":\"private-1\"")).status())
        .as("its own request of that name")
        .isEqualTo(200);
  }

  @Test
  void aDeadlineThatHasPassedIsRefusedUnlessTheRequestIsFinished() throws Exception {
    custodian.keygen("deadline");
    problem(
        custodian.post(sign("deadline", ",\"deadline\":\"2020-01-01T00:00:00Z\"")),
        422,
        "deadline_exceeded");
    Instant soon = Instant.now().plusMillis(1500);
    String body = sign("deadline", ",\"request_id\":\"in-time\",\"deadline\":\"" + soon + "\"");
    Answer first = custodian.post(body);
    assertThat(first.status()).isEqualTo(200);
    while (!Instant.now().isAfter(soon)) {
      Thread.onSpinWait();
    }
    assertThat(custodian.post(body).response().body()).isEqualTo(first.response().body());
  }

  @Test
  void theAlgorithmOfASignatureIsTheKeys() {
    custodian.keygen("algorithm");
    assertThat(custodian.post(sign("algorithm", ",\"alg\":\"ML-DSA-44\"")).status()).isEqualTo(200);
    problem(
        custodian.post(sign("algorithm", ",\"alg\":\"ML-DSA-87\"")), 400, "unsupported_algorithm");
  }

  @Test
  void whoDoesNotWaitIsAnswered202() {
    custodian.keygen("silent");
    Answer answer =
        custodian.post(
            sign("silent", ",\"request_id\":\"a/b;c?d%2F#..\""), "Prefer", "respond-async");
    assertThat(answer.status()).isEqualTo(202);
    assertThat(fields(answer.body())).containsExactly("request_id", "state");
    assertThat(answer.text("state")).isEqualTo("ACCEPTED");
    assertThat(answer.header("Preference-Applied")).isEqualTo("respond-async");

    Answer request = custodian.get(String.valueOf(answer.header("Location")));
    assertThat(request.status()).isEqualTo(200);
    assertThat(request.text("request_id")).isEqualTo("a/b;c?d%2F#..");
    assertThat(request.text("state")).isEqualTo("ACCEPTED");
    assertThat(fields(request.body()))
        .containsExactly("request_id", "request_type", "state", "accepted_at");
  }

  @Test
  void aWaitEndsWhenItWasAskedToEnd() {
    custodian.keygen("silent-wait");
    long start = System.nanoTime();
    Answer answer = custodian.post(sign("silent-wait", ""), "Prefer", "wait=1");
    Duration took = Duration.ofNanos(System.nanoTime() - start);

    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.header("Preference-Applied")).isEqualTo("wait=1");
    assertThat(took).isBetween(Duration.ofMillis(950), Duration.ofSeconds(4));
  }

  @Test
  void aReplyThatAnotherGatewayRecordedIsFoundAtTheEndOfTheWait() {
    custodian.keygen("elsewhere");
    Answer answer = custodian.post(sign("elsewhere", ""), "Prefer", "wait=1");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.bytes("signature")).asString().isEqualTo("signed by elsewhere");
  }

  @Test
  void aRequestThatCouldNotBeQueuedIsAccepted() {
    custodian.keygen("queuedown");
    assertThat(custodian.post(sign("queuedown", ""), "Prefer", "wait=0").status()).isEqualTo(202);
  }

  @Test
  void aFinishedRequestWithoutAResultAnswersItsCode() {
    custodian.keygen("denied");
    Answer denied = custodian.post(sign("denied", ",\"request_id\":\"denied-1\""));
    problem(denied, 502, "kms_denied");
    assertThat(denied.text("request_id")).isEqualTo("denied-1");
    Answer request = custodian.get("/v1/pq-signer/requests/denied-1");
    assertThat(request.text("state")).isEqualTo("REFUSED");
    assertThat(request.text("code")).isEqualTo("kms_denied");
    assertThat(request.text("retry")).as("this id is burnt").isEqualTo("new_request_id");
    assertThat(denied.text("retry")).isEqualTo("new_request_id");
    assertThat(denied.text("state")).isEqualTo("REFUSED");

    custodian.keygen("late");
    problem(
        custodian.post(sign("late", ",\"deadline\":\"2999-01-01T00:00:00Z\"")),
        422,
        "deadline_exceeded");
  }

  @Test
  void aFailedRequestAnswersItsCodeAndWhereItIs() {
    custodian.keygen("stuck");
    Answer failed = custodian.post(sign("stuck", ",\"request_id\":\"stuck-1\""));
    problem(failed, 503, "enclave_unavailable");
    assertThat(failed.header("Retry-After")).as("time alone does not help").isNull();
    assertThat(failed.text("state")).isEqualTo("FAILED");
    assertThat(failed.text("retry")).isEqualTo("same_request_id");
    assertThat(failed.header("Location")).isEqualTo("/v1/pq-signer/requests/stuck-1");
    Answer request = custodian.get("/v1/pq-signer/requests/stuck-1");
    assertThat(request.text("state")).isEqualTo("FAILED");
    assertThat(request.text("code")).isEqualTo("enclave_unavailable");
    assertThat(request.text("retry")).isEqualTo("same_request_id");
  }

  @Test
  void theOwnersRepetitionOfAFailedRequestIsWaitedForAndSigned() {
    custodian.keygen("mended");
    String body = sign("mended", ",\"request_id\":\"mended-1\"");
    problem(custodian.post(body), 503, "kms_unavailable");

    Answer signed = custodian.post(body, "Prefer", "wait=4");

    assertThat(signed.status()).isEqualTo(200);
    assertThat(signed.header("Preference-Applied")).isEqualTo("wait=4");
    assertThat(custodian.post(body).response().body()).isEqualTo(signed.response().body());
  }

  @Test
  void aFailedRequestIsPutBackToWorkSoOftenAndNoMore() {
    custodian.keygen("stuck-ever");
    String body = sign("stuck-ever", ",\"request_id\":\"stuck-2\"");
    for (int replays = 0; replays < WebLayer.REPLAYS_MAX; replays++) {
      assertThat(custodian.post(body).text("retry")).isEqualTo("same_request_id");
    }

    Answer last = custodian.post(body);

    problem(last, 503, "enclave_unavailable");
    assertThat(last.text("state")).isEqualTo("FAILED");
    assertThat(last.text("retry")).isEqualTo("new_request_id");
    assertThat(custodian.post(body).body()).as("and stays so").isEqualTo(last.body());
    String conflict = sign("stuck", ",\"request_id\":\"stuck-2\"");
    problem(custodian.post(conflict), 409, "request_id_conflict");
  }

  /// A failed request is no way around the places in flight.
  @Test
  void aFailedRequestThatIsRepeatedNeedsAPlaceAsANewOneDoes() throws Exception {
    try (WebLayer bounded = WebLayer.start(Map.of("pq-signer.http.wait-default", "200ms"))) {
      bounded.agree("custodian-a", Map.of(INTERACTIVE_MAX, 1));
      HttpCaller caller = HttpCaller.of(bounded.tls("custodian-a"), bounded.port());
      caller.keygen("mended");
      caller.keygen("silent");
      String failed = sign("mended", ",\"request_id\":\"failed\"");
      problem(caller.post(failed), 503, "kms_unavailable");
      assertThat(caller.post(sign("silent", "")).status()).as("fills the house").isEqualTo(202);

      problem(caller.post(failed), 429, "rate_limited");

      assertThat(caller.get("/v1/pq-signer/requests/failed").text("state")).isEqualTo("FAILED");
    }
  }

  @Test
  void aStoreThatIsDownIsAReasonToComeBack() {
    Answer answer = custodian.post(sign("storedown", ",\"request_id\":\"x\""));
    problem(answer, 503, "overloaded");
    assertThat(answer.header("Retry-After")).isEqualTo("1");
    assertThat(answer.text("request_id")).isEqualTo("x");
    assertThat(answer.body().toString()).doesNotContain("secret");
    Answer minted = custodian.post(sign("storedown", ""));
    assertThat(UUID.fromString(minted.text("request_id")).version())
        .as("an id to repeat the request with")
        .isEqualTo(7);
  }

  @Test
  void aWaitThatEndsWhileTheStoreIsDownEndsIn202() {
    custodian.keygen("silent-store");
    Answer answer =
        custodian.post(
            sign("silent-store", ",\"request_id\":\"unreadable-1\""), "Prefer", "wait=1");
    assertThat(answer.status()).isEqualTo(202);
  }

  @Test
  void aBugTellsTheCallerNothing() {
    Answer answer = custodian.post(sign("bug", ""));
    problem(answer, 500, "internal");
    assertThat(answer.body().toString()).doesNotContain("secret").doesNotContain("Exception");
  }
}
