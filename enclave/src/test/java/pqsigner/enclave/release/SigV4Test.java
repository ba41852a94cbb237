package pqsigner.enclave.release;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.security.Provider;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.conscrypt.Conscrypt;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pqsigner.enclave.RefusedException;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

class SigV4Test {
  private static final Provider CONSCRYPT = Conscrypt.newProvider();
  private static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
  private static final Instant SUITE_TIME = Instant.parse("2015-08-30T12:36:00Z");
  private static final String STS_TOKEN =
      "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeo"
          + "IYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0"
          + "wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FD"
          + "rypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==";

  private static AwsCredentials credentials(String accessKeyId, String secret)
      throws RefusedException {
    return AwsCredentials.of(
        accessKeyId.getBytes(UTF_8), secret.getBytes(UTF_8), new byte[0], null, Instant.now());
  }

  /// The cases of AWS's published test suite that are POSTs to `/` without a query.
  @ParameterizedTest
  @CsvSource({
    "post-vanilla, , , , 5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
    "post-header-key-sort, my-header1, value1, ,"
        + "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c",
    "post-header-value-case, my-header1, VALUE1, ,"
        + "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d",
    "post-sts-header-before, x-amz-security-token, "
        + STS_TOKEN
        + ", ,"
        + "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead",
    "post-x-www-form-urlencoded, content-type, application/x-www-form-urlencoded, Param1=value1,"
        + "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
    "post-x-www-form-urlencoded-parameters, content-type,"
        + "application/x-www-form-urlencoded; charset=utf8, Param1=value1,"
        + "1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe"
  })
  void thePublishedCasesComeOut(
      String name, String header, String value, String body, String signature) throws Exception {
    SortedMap<String, byte[]> headers = new TreeMap<>();
    headers.put("host", "example.amazonaws.com".getBytes(UTF_8));
    headers.put(SigV4.DATE, SigV4.date(SUITE_TIME));
    if (header != null) {
      headers.put(header, value.getBytes(UTF_8));
    }
    SigV4 signer = new SigV4("us-east-1", "service", CONSCRYPT);
    try (AwsCredentials as = credentials("AKIDEXAMPLE", SECRET)) {
      assertThat(signer.authorization(as, headers, (body == null ? "" : body).getBytes(UTF_8)))
          .isEqualTo(
              "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request,"
                  + " SignedHeaders="
                  + String.join(";", headers.keySet())
                  + ", Signature="
                  + signature);
    }
  }

  @RepeatedTest(200)
  void theSdkSignsTheSame(RepetitionInfo repetition) throws Exception {
    Random random = new Random(repetition.getCurrentRepetition());
    String id = text(random, 1, 128, "[A-Z0-9]");
    String secret = text(random, 1, 200, "[A-Za-z0-9/+]");
    String token = random.nextBoolean() ? "" : text(random, 1, 4096, "[A-Za-z0-9/+=]");
    String region = text(random, 1, 20, "[a-z0-9-]");
    Instant now = Instant.ofEpochSecond(random.nextLong(0, 4_000_000_000L));
    byte[] body = new byte[random.nextInt(8192)];
    random.nextBytes(body);

    SdkHttpRequest signed =
        AwsV4HttpSigner.create()
            .sign(
                request ->
                    request
                        .identity(identity(id, secret, token))
                        .request(unsigned(random))
                        .payload(() -> new ByteArrayInputStream(body))
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "kms")
                        .putProperty(AwsV4HttpSigner.REGION_NAME, region)
                        .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(now, ZoneOffset.UTC)))
            .request();
    String theirs = signed.firstMatchingHeader("Authorization").orElseThrow();
    SortedMap<String, byte[]> headers = new TreeMap<>();
    String names = theirs.replaceAll(".*SignedHeaders=|, Signature=.*", "");
    for (String name : names.split(";", -1)) {
      headers.put(name, signed.firstMatchingHeader(name).orElseThrow().getBytes(UTF_8));
    }
    assertThat(headers.get(SigV4.DATE)).isEqualTo(SigV4.date(now));
    assertThat(headers.containsKey("x-amz-security-token")).isEqualTo(!token.isEmpty());
    try (AwsCredentials as = credentials(id, secret)) {
      assertThat(new SigV4(region, "kms", CONSCRYPT).authorization(as, headers, body))
          .isEqualTo(theirs);
    }
  }

  private static AwsCredentialsIdentity identity(String id, String secret, String token) {
    return token.isEmpty()
        ? AwsCredentialsIdentity.create(id, secret)
        : AwsSessionCredentialsIdentity.create(id, secret, token);
  }

  private static SdkHttpRequest unsigned(Random random) {
    SdkHttpRequest.Builder request =
        SdkHttpRequest.builder()
            .method(SdkHttpMethod.POST)
            .uri(URI.create("https://" + text(random, 1, 60, "[a-z0-9]") + ".amazonaws.com/"));
    for (int i = random.nextInt(5); i > 0; i--) {
      request.putHeader("x-" + text(random, 1, 10, "[a-z-]"), text(random, 1, 60, "[!-~]"));
    }
    return request.build();
  }

  private static String text(Random random, int min, int max, String alphabet) {
    StringBuilder text = new StringBuilder();
    for (int left = random.nextInt(min, max + 1); left > 0; ) {
      String next = String.valueOf((char) random.nextInt('!', '~' + 1));
      if (next.matches(alphabet)) {
        text.append(next);
        left--;
      }
    }
    return text.toString();
  }
}
