package pqsigner.gateway.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.attestation.Sha2;
import pqsigner.gateway.http.HttpCaller.Answer;
import tools.jackson.databind.JsonNode;

/// Versions of a key over HTTP: rotated, asked for by number, disabled and enabled.
final class HttpKeysIT {

  private static final String DISABLE = "{\"state\":\"DISABLED\"}";
  private static final String ENABLE = "{\"state\":\"ENABLED\"}";

  private static WebLayer web;
  private static HttpCaller custodian;
  private static HttpCaller other;

  @BeforeAll
  static void start() throws IOException {
    web = WebLayer.start(Map.of("pq-signer.admission.key-version-limit", 3));
    custodian = HttpCaller.of(web.tls("custodian-a"), web.port());
    other = HttpCaller.of(web.tls("custodian-b"), web.port());
  }

  @AfterAll
  static void stop() {
    web.close();
  }

  private static Answer sign(String userId, String version) {
    return custodian.post(
        """
        {"request_type":"sign","payload":{"user_id":"%s","message":"aGVsbG8="%s}}
        """
            .formatted(userId, version.isEmpty() ? "" : ",\"key_version\":" + version));
  }

  private static void problem(Answer answer, int status, String code, String retry) {
    assertThat(answer.text("code")).isEqualTo(code);
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.text("retry")).isEqualTo(retry);
  }

  private static int version(Answer answer) {
    assertThat(answer.status()).as(answer.text("detail")).isEqualTo(200);
    return answer.body().path("key_version").asInt();
  }

  @Test
  void aRotatedKeySignsWithItsNewestVersionAndKeepsTheOthers() {
    custodian.keygen("rotated");
    assertThat(version(custodian.rotate("rotated"))).isEqualTo(2);

    assertThat(version(sign("rotated", ""))).isEqualTo(2);
    assertThat(version(sign("rotated", "1"))).isEqualTo(1);
    problem(sign("rotated", "3"), 404, "unknown_key_version", "same_request_id");
    JsonNode keys = custodian.get("/v1/pq-signer/keys/rotated").body().path("keys");
    assertThat(keys.valueStream().map(key -> key.path("key_version").asInt()))
        .containsExactly(1, 2);
    assertThat(keys.valueStream().map(key -> key.path("state").asString())).containsOnly("ENABLED");
    assertThat(version(custodian.rotate("rotated"))).isEqualTo(3);
    problem(custodian.rotate("rotated"), 409, "too_many_key_versions", "never");
    problem(custodian.rotate("nobody"), 404, "unknown_user", "same_request_id");
  }

  @Test
  void aDisabledVersionSignsNothingUntilItIsEnabled() {
    custodian.keygen("disabled");
    custodian.rotate("disabled");

    Answer changed = custodian.setState("disabled", "2", DISABLE);
    assertThat(changed.status()).isEqualTo(200);
    assertThat(changed.text("state")).isEqualTo("DISABLED");
    assertThat(version(changed)).isEqualTo(2);
    assertThat(version(sign("disabled", ""))).isEqualTo(1);
    problem(sign("disabled", "2"), 409, "key_disabled", "same_request_id");
    custodian.setState("disabled", "1", DISABLE);
    problem(sign("disabled", ""), 409, "key_disabled", "same_request_id");
    assertThat(custodian.setState("disabled", "2", ENABLE).text("state")).isEqualTo("ENABLED");
    assertThat(version(sign("disabled", ""))).isEqualTo(2);
  }

  @Test
  void aKeyIsShownWithTheFingerprintOfItsSpki() {
    custodian.keygen("shown");
    JsonNode key = custodian.get("/v1/pq-signer/keys/shown").body().path("keys").path(0);
    byte[] spki = Base64.getDecoder().decode(key.path("public_key_spki").asString());

    assertThat(key.path("fingerprint").asString())
        .isEqualTo(HexFormat.of().formatHex(Sha2.sha256(spki)));
  }

  @Test
  void aCustodianListsItsKeysAndNobodyElses() {
    other.keygen("listed-by-other");
    custodian.keygen("listed-1");
    custodian.keygen("listed-2");
    custodian.setState("listed-2", "1", DISABLE);

    Answer first = custodian.get("/v1/pq-signer/keys?limit=1");
    assertThat(first.body().path("keys").size()).isEqualTo(1);
    Answer second =
        custodian.get("/v1/pq-signer/keys?limit=1000&cursor=" + first.text("next_cursor"));
    assertThat(second.body().has("next_cursor")).isFalse();
    assertThat(custodian.get("/v1/pq-signer/keys?state=DISABLED").body().path("keys").valueStream())
        .allMatch(key -> key.path("state").asString().equals("DISABLED"))
        .anyMatch(key -> key.path("user_id").asString().equals("listed-2"));
    assertThat(custodian.get("/v1/pq-signer/keys?limit=1000&alg=ML-DSA-87").body().path("keys"))
        .isEmpty();
    assertThat(
            new String(custodian.get("/v1/pq-signer/keys?limit=1000").response().body(), US_ASCII))
        .contains("listed-1", "listed-2")
        .doesNotContain("listed-by-other");
  }

  @ParameterizedTest
  @CsvSource({
    "limit=0, malformed_request",
    "limit=1001, malformed_request",
    "limit=1&limit=2, malformed_request",
    "limit=many, malformed_request",
    "state=enabled, malformed_request",
    "cursor=x, malformed_request",
    "alg=RSA, unsupported_algorithm",
    "custodian=custodian-b, unknown_field"
  })
  void aListingThatIsNoneIsRefused(String query, String code) {
    problem(custodian.get("/v1/pq-signer/keys?" + query), 400, code, "never");
  }

  @Test
  void theKeysAreAJwkSetForWhoAsksForOne() {
    custodian.keygen("jwk");
    custodian.rotate("jwk");

    Answer answer = custodian.get("/v1/pq-signer/keys/jwk", "Accept", "application/jwk-set+json");

    assertThat(answer.header("Content-Type")).isEqualTo("application/jwk-set+json");
    JsonNode jwk = answer.body().path("keys").path(1);
    JsonNode key = custodian.get("/v1/pq-signer/keys/jwk").body().path("keys").path(1);
    assertThat(jwk.path("kty").asString()).isEqualTo("AKP");
    assertThat(jwk.path("alg").asString()).isEqualTo("ML-DSA-44");
    assertThat(jwk.path("kid").asString()).isEqualTo(key.path("fingerprint").asString());
    assertThat(jwk.path("key_version").asInt()).isEqualTo(2);
    assertThat(Base64.getUrlDecoder().decode(jwk.path("pub").asString()))
        .isEqualTo(Base64.getDecoder().decode(key.path("public_key").asString()));
  }

  /// The first block is what a tool takes that reads only one.
  @Test
  void theKeysArePemForWhoAsksForIt() throws Exception {
    custodian.keygen("pem");
    custodian.rotate("pem");

    Answer answer = custodian.get("/v1/pq-signer/keys/pem", "Accept", "application/x-pem-file");

    assertThat(answer.header("Content-Type")).isEqualTo("application/x-pem-file");
    String[] blocks =
        new String(answer.response().body(), US_ASCII).split("(?<=END PUBLIC KEY-----\n)", -1);
    assertThat(blocks).hasSize(3);
    String base64 = blocks[0].lines().filter(line -> !line.startsWith("-")).collect(joining());
    assertThat(base64)
        .isEqualTo(
            custodian
                .get("/v1/pq-signer/keys/pem")
                .body()
                .at("/keys/1/public_key_spki")
                .asString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*/*",
        "text/html",
        "application/json",
        "application/json, application/jwk-set+json",
        "application/x-pem-file;q=0",
        "application/x-pem-file;q=0.1, application/json;q=0.9",
        "not a media type"
      })
  void whoAsksForNothingElseGetsJson(String accept) {
    custodian.keygen("plain");
    Answer answer = custodian.get("/v1/pq-signer/keys/plain", "Accept", accept);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
  }

  @Test
  void whoHasTheKeysIsToldSoUntilTheyChange() {
    custodian.keygen("cached");
    String path = "/v1/pq-signer/keys/cached";
    String tag = Objects.requireNonNull(custodian.get(path).header("ETag"));

    Answer same = custodian.get(path, "If-None-Match", tag);
    assertThat(same.status()).isEqualTo(304);
    assertThat(same.header("ETag")).isEqualTo(tag);
    assertThat(same.response().body()).isEmpty();
    assertThat(
            custodian.get(path, "If-None-Match", tag, "Accept", "application/x-pem-file").status())
        .isEqualTo(200);
    custodian.setState("cached", "1", DISABLE);
    assertThat(custodian.get(path, "If-None-Match", tag).status()).isEqualTo(200);
  }

  @Test
  void nobodyElseChangesAKey() {
    custodian.keygen("mine");

    problem(other.setState("mine", "1", DISABLE), 404, "unknown_user", "same_request_id");
    Answer byOperator =
        HttpCaller.of(web.tls("operator"), web.port()).setState("mine", "1", DISABLE);
    problem(byOperator, 403, "forbidden", "never");
    assertThat(version(sign("mine", ""))).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "[]",
        "\"DISABLED\"",
        "{\"state\":null}",
        "{\"state\":false}",
        "{\"state\":\"disabled\"}",
        "{\"state\":\"DELETED\"}",
        "{\"state\":\"DISABLED\",\"state\":\"ENABLED\"}",
        "{\"state\":\"DISABLED\",\"epoch\":1}",
        "{\"state\":\"DISABLED\"}{}"
      })
  void aStateThatIsNoneIsMalformed(String body) {
    custodian.keygen("steady");
    problem(custodian.setState("steady", "1", body), 400, "malformed_request", "never");
    assertThat(version(sign("steady", ""))).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "01", "1.0", "2147483648", "99999999999999999999", "newest"})
  void aVersionThatIsNoneIsMalformed(String version) {
    problem(custodian.setState("steady", version, DISABLE), 400, "malformed_request", "never");
  }

  @Test
  void aVersionThatIsNotThereIsUnknown() {
    custodian.keygen("single");
    problem(
        custodian.setState("single", "2", DISABLE), 404, "unknown_key_version", "same_request_id");
    problem(custodian.setState("u".repeat(257), "1", DISABLE), 400, "invalid_user_id", "never");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "\"1\"", "1.0", "1e0", "null", "2147483648", "1e99"})
  void aKeyVersionThatIsNoneIsMalformed(String version) {
    custodian.keygen("signs");
    problem(sign("signs", version), 400, "malformed_request", "never");
  }

  @Test
  void aKeyVersionBeyondEveryIntegerIsMalformed() {
    problem(sign("signs", "9".repeat(31)), 400, "malformed_request", "never");
  }
}
