package pqsigner.guarantees;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.client.Json;
import pqsigner.client.SignatureCheck;
import pqsigner.guarantees.stack.Answer;
import pqsigner.guarantees.stack.Key;
import pqsigner.guarantees.stack.RawHttp;
import pqsigner.guarantees.stack.SharedStack;
import pqsigner.guarantees.stack.Stack;

/// Every rule of the HTTP contract, broken. After each the gateway still signs.
@ExtendWith(SharedStack.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class HttpContractIT {

  /// A request that breaks one rule.
  ///
  /// @param body may hold `$USER`, a user_id that has a key
  record Broken(String rule, String body, int status, String code) {
    @Override
    public String toString() {
      return rule;
    }
  }

  private final RawHttp http;
  private final Key key;

  HttpContractIT(Stack stack) {
    this.http = stack.http("custodian-a");
    this.key = stack.newKey("ML-DSA-44");
  }

  @BeforeAll
  void aGoodRequestWorks() throws Exception {
    stillSigns();
  }

  static Stream<Broken> brokenRules() {
    return Stream.of(bodies(), types(), userIds(), messages(), requestIds(), deadlines())
        .flatMap(List::stream);
  }

  private static List<Broken> bodies() {
    return List.of(
        malformed("empty body", ""),
        malformed("not JSON", "hello"),
        malformed("truncated JSON", "{\"request_type\":\"sign\",\"payload\":{"),
        malformed("array", "[]"),
        malformed("string", "\"sign\""),
        malformed("null", "null"),
        malformed("two values", sign("\"message\":\"\"") + sign("\"message\":\"\"")),
        malformed("byte order mark", "\ufeff" + sign("\"message\":\"\"")),
        malformed("comment", "/* */" + sign("\"message\":\"\"")),
        malformed("trailing comma", "{\"request_type\":\"sign\",\"payload\":{},}"),
        malformed("deep nesting", "[".repeat(100_000)),
        malformed("no payload", "{\"request_type\":\"sign\"}"),
        malformed("payload is an array", "{\"request_type\":\"sign\",\"payload\":[]}"),
        malformed("payload is null", "{\"request_type\":\"sign\",\"payload\":null}"),
        malformed(
            "duplicate request_type",
            "{\"request_type\":\"sign\",\"request_type\":\"sign\",\"payload\":{}}"),
        malformed("duplicate payload", "{\"request_type\":\"sign\",\"payload\":{},\"payload\":{}}"),
        malformed("duplicate user_id", sign("\"message\":\"\",\"user_id\":\"b\"")),
        malformed("duplicate message", sign("\"message\":\"\",\"message\":\"AA==\"")),
        unknown("field beside the payload", "{\"x\":1,\"request_type\":\"sign\",\"payload\":{}}"),
        unknown("field in the payload", sign("\"message\":\"\",\"x\":1")),
        unknown("field in other case", sign("\"Message\":\"\"")),
        unknown("ecdsa_signature", sign("\"message\":\"\",\"ecdsa_signature\":\"AA==\"")),
        unknown("ecdsa_pubkey", sign("\"message\":\"\",\"ecdsa_pubkey\":\"AA==\"")),
        unknown("custodian", sign("\"message\":\"\",\"custodian\":\"custodian-b\"")));
  }

  private static List<Broken> types() {
    return List.of(
        malformed("request_type missing", "{\"payload\":{\"alg\":\"ML-DSA-44\"}}"),
        malformed("request_type is a number", "{\"request_type\":1,\"payload\":{}}"),
        malformed("request_type is null", "{\"request_type\":null,\"payload\":{}}"),
        malformed("request_type unknown", "{\"request_type\":\"verify\",\"payload\":{}}"),
        malformed("request_type in other case", "{\"request_type\":\"SIGN\",\"payload\":{}}"),
        malformed("alg missing at key generation", keygen("")),
        malformed("alg is a number", keygen("\"alg\":44")),
        malformed("alg is null", keygen("\"alg\":null")),
        new Broken("alg unknown", keygen("\"alg\":\"ML-DSA-45\""), 400, "unsupported_algorithm"),
        new Broken("alg empty", keygen("\"alg\":\"\""), 400, "unsupported_algorithm"),
        new Broken(
            "alg in other case", keygen("\"alg\":\"ml-dsa-44\""), 400, "unsupported_algorithm"),
        new Broken(
            "alg of another scheme", keygen("\"alg\":\"RS256\""), 400, "unsupported_algorithm"),
        new Broken(
            "alg is not the key's",
            sign("\"message\":\"\",\"alg\":\"ML-DSA-65\""),
            400,
            "unsupported_algorithm"),
        unknown("message at key generation", keygen("\"alg\":\"ML-DSA-44\",\"message\":\"\"")),
        unknown("mu at key generation", keygen("\"alg\":\"ML-DSA-44\",\"mu\":\"\"")),
        unknown("context at key generation", keygen("\"alg\":\"ML-DSA-44\",\"context\":\"\"")));
  }

  private static List<Broken> userIds() {
    return List.of(
        new Broken("user_id missing at sign", signOf("\"message\":\"\""), 400, "invalid_user_id"),
        malformed("user_id is a number", signOf("\"user_id\":7,\"message\":\"\"")),
        malformed("user_id is null", signOf("\"user_id\":null,\"message\":\"\"")),
        invalidUser("user_id empty at sign", ""),
        invalidUser("user_id of 257 bytes", "u".repeat(257)),
        invalidUser("user_id of 258 bytes in 129 letters", "é".repeat(129)),
        invalidUser("user_id of 260 bytes in 65 emoji", "😀".repeat(65)),
        invalidUser("user_id is half a surrogate pair", "\\ud800"),
        new Broken(
            "user_id too long at key generation",
            keygen("\"alg\":\"ML-DSA-44\",\"user_id\":\"" + "u".repeat(257) + "\""),
            400,
            "invalid_user_id"),
        new Broken(
            "user_id of 256 bytes that has no key",
            signOf("\"user_id\":\"" + "é".repeat(128) + "\",\"message\":\"\""),
            404,
            "unknown_user"),
        new Broken(
            "user_id with another normal form",
            signOf("\"user_id\":\"$USER\u0301\",\"message\":\"\""),
            404,
            "unknown_user"),
        new Broken(
            "user_id with a blank after it",
            signOf("\"user_id\":\"$USER \",\"message\":\"\""),
            404,
            "unknown_user"),
        new Broken(
            "key exists",
            keygen("\"alg\":\"ML-DSA-44\",\"user_id\":\"$USER\""),
            409,
            "key_already_exists"));
  }

  private static List<Broken> messages() {
    String tooLong = Base64.getEncoder().encodeToString(new byte[65_537]);
    String context = Base64.getEncoder().encodeToString(new byte[256]);
    return List.of(
        malformed("neither message nor mu", sign("\"alg\":\"ML-DSA-44\"")),
        malformed("message and mu", sign("\"message\":\"\",\"mu\":\"" + zeros(64) + "\"")),
        malformed("message is a number", sign("\"message\":5")),
        malformed("message is an object", sign("\"message\":{}")),
        malformed("message without padding", sign("\"message\":\"AAA\"")),
        malformed("message with too much padding", sign("\"message\":\"AA===\"")),
        malformed("message in the URL alphabet", sign("\"message\":\"-_==\"")),
        malformed("message with a blank", sign("\"message\":\"AA ==\"")),
        malformed("message with a line break", sign("\"message\":\"AAAA\\nAAAA\"")),
        malformed("message with loose bits at its end", sign("\"message\":\"AB==\"")),
        malformed("message is hex with a letter outside", sign("\"message\":\"0x!0\"")),
        new Broken(
            "message one byte too long",
            sign("\"message\":\"" + tooLong + "\""),
            413,
            "message_too_large"),
        malformed("mu of 63 bytes", sign("\"mu\":\"" + zeros(63) + "\"")),
        malformed("mu of 65 bytes", sign("\"mu\":\"" + zeros(65) + "\"")),
        malformed("mu empty", sign("\"mu\":\"\"")),
        malformed("context of 256 bytes", sign("\"message\":\"\",\"context\":\"" + context + "\"")),
        malformed("context is no base64", sign("\"message\":\"\",\"context\":\"*\"")),
        malformed("context beside mu", sign("\"mu\":\"" + zeros(64) + "\",\"context\":\"AA==\"")));
  }

  private static List<Broken> requestIds() {
    return List.of(
        malformed("request_id empty", withId("")),
        malformed("request_id of 129 characters", withId("r".repeat(129))),
        malformed("request_id with a blank", withId("a b")),
        malformed("request_id with a control character", withId("a\\u0000b")),
        malformed("request_id beyond ASCII", withId("ä")),
        malformed("request_id is a number", sign("\"message\":\"\",\"request_id\":1")),
        malformed(
            "request_id in two places",
            "{\"request_id\":\"a\",\"request_type\":\"sign\",\"payload\":{\"user_id\":\"$USER\","
                + "\"message\":\"\",\"request_id\":\"a\"}}"));
  }

  private static List<Broken> deadlines() {
    return List.of(
        malformed("deadline is no time", withDeadline("tomorrow")),
        malformed("deadline without an offset", withDeadline("2030-01-01T00:00:00")),
        malformed("deadline without a time", withDeadline("2030-01-01")),
        malformed("deadline in month 13", withDeadline("2030-13-01T00:00:00Z")),
        malformed("deadline is a number", sign("\"message\":\"\",\"deadline\":1900000000")),
        new Broken(
            "deadline has passed", withDeadline("2020-01-01T00:00:00Z"), 422, "deadline_exceeded"),
        new Broken(
            "deadline has just passed",
            withDeadline(Instant.now().minusSeconds(1).toString()),
            422,
            "deadline_exceeded"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("brokenRules")
  void aBrokenRuleIsAnsweredWithItsCode(Broken broken) throws Exception {
    Answer answer = http.post(broken.body().replace("$USER", key.userId()));

    assertProblem(answer, broken.status(), broken.code());
    stillSigns();
  }

  @Test
  void aBodyThatIsNotUtf8IsMalformed() throws Exception {
    byte[] body = sign("\"message\":\"\"").replace("$USER", "\u00ff").getBytes(ISO_8859_1);
    assertProblem(http.post(body), 400, "malformed_request");
    byte[] overlong =
        sign("\"message\":\"\"").replace("$USER", "\u00c0\u00af").getBytes(ISO_8859_1);
    assertProblem(http.post(overlong), 400, "malformed_request");
    byte[] utf16 = sign("\"message\":\"\"").getBytes(java.nio.charset.StandardCharsets.UTF_16);
    assertProblem(http.post(utf16), 400, "malformed_request");
    stillSigns();
  }

  @Test
  void aHugeBodyIsRefusedWhetherItsLengthIsToldOrNot() throws Exception {
    byte[] huge = (" ".repeat(5_000_000) + sign("\"message\":\"\"")).getBytes(UTF_8);
    assertRefusedOrCut(() -> http.post(huge), 413, "message_too_large");
    assertRefusedOrCut(() -> http.postChunked(huge), 413, "message_too_large");
    stillSigns();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"text/plain", "application/xml", "application/x-www-form-urlencoded", "*/*"})
  void onlyJsonIsTaken(String type) throws Exception {
    byte[] body = "{}".getBytes(UTF_8);
    Answer answer = http.send("POST", "/v1/pq-signer", body, "Content-Type", type);
    assertProblem(answer, 415, "unsupported_media_type");
  }

  @Test
  void aBodyWithoutATypeIsNotTaken() throws Exception {
    Answer answer = http.send("POST", "/v1/pq-signer", "{}".getBytes(UTF_8));
    assertProblem(answer, 415, "unsupported_media_type");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "PUT", "DELETE", "PATCH"})
  void onlyPostIsTaken(String method) throws Exception {
    Answer answer = http.send(method, "/v1/pq-signer", new byte[0]);
    assertProblem(answer, 405, "method_not_allowed");
    assertThat(answer.header("Allow")).contains("POST");
  }

  @Test
  void otherPathsAreNotThere() throws Exception {
    for (String path : List.of("/", "/v1", "/v2/pq-signer", "/v1/pq-signer/", "/actuator/env")) {
      assertProblem(http.get(path), 404, "not_found");
    }
  }

  @Test
  void theIdempotencyKeyIsAnotherPlaceForTheRequestId() throws Exception {
    String id = Stack.newRequestId();
    Answer answer = http.post(good("\"message\":\"AA==\""), "Idempotency-Key", id);
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    assertThat(Json.text(answer.body(), "request_id")).isEqualTo(id);
    String withId = good("\"message\":\"AA==\",\"request_id\":\"" + id + "\"");
    assertThat(http.post(withId, "Idempotency-Key", id).bytes()).isEqualTo(answer.bytes());
    assertProblem(http.post(withId, "Idempotency-Key", id + "x"), 400, "malformed_request");
    assertProblem(
        http.post(withId, "Idempotency-Key", id, "Idempotency-Key", id), 400, "malformed_request");
    assertProblem(
        http.post(good("\"message\":\"\""), "Idempotency-Key", "a b"), 400, "malformed_request");
  }

  @Test
  void aRefusedRequestLeavesItsIdFree() throws Exception {
    String id = Stack.newRequestId();
    String past =
        "\"message\":\"AA==\",\"deadline\":\"2020-01-01T00:00:00Z\",\"request_id\":\"" + id + "\"";
    assertProblem(http.post(good(past)), 422, "deadline_exceeded");
    assertProblem(http.get("/v1/pq-signer/requests/" + id), 404, "unknown_request");
    Answer again = http.post(good("\"message\":\"AA==\",\"request_id\":\"" + id + "\""));
    assertThat(again.status()).as(again.toString()).isEqualTo(200);
  }

  @Test
  void theLimitsThemselvesAreAllowed() throws Exception {
    byte[] message = new byte[65_536];
    byte[] context = new byte[255];
    String base64 = Base64.getEncoder().encodeToString(message);
    String body =
        "\"message\":\"%s\",\"context\":\"%s\",\"request_id\":\"%s\""
            .formatted(
                base64,
                Base64.getEncoder().encodeToString(context),
                (Stack.newRequestId() + "~".repeat(128)).substring(0, 128));
    Answer answer = http.post(good(body));
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    assertThat(
            SignatureCheck.ofMessage(
                    key.publicKey(), context, message, Json.base64(answer.body(), "signature"))
                .valid())
        .isTrue();
  }

  @Test
  void unknownThingsAreAskedForInVain() throws Exception {
    assertProblem(http.get("/v1/pq-signer/requests/nobody-sent-this"), 404, "unknown_request");
    assertProblem(http.get("/v1/pq-signer/keys/nobody"), 404, "unknown_user");
    assertProblem(http.get("/v1/pq-signer/requests/" + "r".repeat(129)), 400, "malformed_request");
    assertProblem(http.get("/v1/pq-signer/keys/" + "u".repeat(257)), 400, "invalid_user_id");
  }

  private void stillSigns() throws Exception {
    Answer answer = http.post(good("\"message\":\"aGVsbG8=\""));
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    byte[] signature = Json.base64(answer.body(), "signature");
    assertThat(
            SignatureCheck.ofMessage(key.publicKey(), "hello".getBytes(UTF_8), signature).valid())
        .isTrue();
  }

  private String good(String fields) {
    return sign(fields).replace("$USER", key.userId());
  }

  static void assertProblem(Answer answer, int status, String code) {
    assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
    assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
    assertThat(answer.code()).as(answer.toString()).isEqualTo(code);
    assertThat(answer.body().path("status").asInt()).isEqualTo(status);
    assertThat(Json.text(answer.body(), "title")).isNotBlank();
    assertThat(Json.text(answer.body(), "type")).isNotBlank();
  }

  /// A request that may throw.
  private interface Call {
    Answer send() throws Exception;
  }

  /// A server that stops reading may cut the connection before the client has read the answer.
  private static void assertRefusedOrCut(Call call, int status, String code) throws Exception {
    try {
      assertProblem(call.send(), status, code);
    } catch (java.io.IOException cut) {
      assertThat(cut).isNotInstanceOf(java.net.http.HttpTimeoutException.class);
    }
  }

  private static Broken malformed(String rule, String body) {
    return new Broken(rule, body, 400, "malformed_request");
  }

  private static Broken unknown(String rule, String body) {
    return new Broken(rule, body, 400, "unknown_field");
  }

  private static Broken invalidUser(String rule, String userId) {
    return new Broken(
        rule, signOf("\"user_id\":\"" + userId + "\",\"message\":\"\""), 400, "invalid_user_id");
  }

  private static String withId(String requestId) {
    return sign("\"message\":\"\",\"request_id\":\"" + requestId + "\"");
  }

  private static String withDeadline(String deadline) {
    return sign("\"message\":\"\",\"deadline\":\"" + deadline + "\"");
  }

  private static String sign(String fields) {
    return signOf("\"user_id\":\"$USER\"," + fields);
  }

  private static String signOf(String fields) {
    return "{\"request_type\":\"sign\",\"payload\":{" + fields + "}}";
  }

  private static String keygen(String fields) {
    return "{\"request_type\":\"key_generation\",\"payload\":{" + fields + "}}";
  }

  private static String zeros(int bytes) {
    return Base64.getEncoder().encodeToString(new byte[bytes]);
  }
}
