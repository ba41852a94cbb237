package pqsigner.enclave.release;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.security.Provider;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import pqsigner.enclave.Deadline;

/// KMS's own protocol, AWS JSON 1.1: a signed POST with a JSON object, answered with another. It
/// never repeats a call that was answered; the worker decides that, with the whole picture.
final class KmsClient implements AutoCloseable {
  /// AWS accepts a signature whose time is at most five minutes off.
  private static final Duration SKEW_MAX = Duration.ofMinutes(4);

  private final byte[] host;
  private final SigV4 signer;
  private final HttpsClient https;
  private volatile Duration clockOffset = Duration.ZERO;

  KmsClient(KmsEndpoint endpoint, Provider conscrypt) {
    this.host = ascii(endpoint.host());
    this.signer = new SigV4(endpoint.region(), "kms", conscrypt);
    this.https = new HttpsClient(new TlsChannels(endpoint, conscrypt));
  }

  /// The texts in the answer, by name.
  ///
  /// @param operation the name of a KMS action
  /// @param members of the request, each a text or a map of such
  /// @throws KmsErrorException when KMS answered with an error
  /// @throws IOException when there is no answer that can be believed and understood
  Map<String, String> call(
      String operation, Map<String, ?> members, AwsCredentials as, Deadline deadline)
      throws IOException {
    Instant signedAt = Instant.now().plus(clockOffset);
    byte[] request = request(operation, Json.object(members), as, signedAt);
    HttpWire.Response response;
    try {
      response = https.exchange(request, deadline);
    } finally {
      Arrays.fill(request, (byte) 0);
    }
    if (response.status() < 300) {
      return Json.texts(response.body());
    }
    throw new KmsErrorException(
        response.status(), code(response), correctClock(response, signedAt));
  }

  /// The bytes hold the session token: wipe them.
  private byte[] request(String operation, byte[] body, AwsCredentials as, Instant signedAt)
      throws IOException {
    SortedMap<String, byte[]> headers = new TreeMap<>();
    headers.put("content-type", ascii("application/x-amz-json-1.1"));
    headers.put("host", host);
    headers.put("user-agent", ascii("pq-signer-enclave"));
    headers.put(SigV4.DATE, SigV4.date(signedAt));
    headers.put("x-amz-target", ascii("TrentService." + operation));
    return as.sessionToken()
        .expose(
            token -> {
              if (token.length > 0) {
                headers.put("x-amz-security-token", token);
              }
              headers.put("authorization", ascii(signer.authorization(as, headers, body)));
              return HttpWire.post(headers, body);
            });
  }

  /// AWS's protocol has two places for it, and lets a namespace stand before it and a URI behind.
  private static @Nullable String code(HttpWire.Response error) {
    String code = error.header("x-amzn-errortype").orElse(null);
    if (code == null) {
      try {
        code = Json.texts(error.body()).get("__type");
      } catch (IOException e) {
        // A proxy's page, for one.
      }
    }
    return code == null ? null : code.replaceFirst(":.*", "").replaceFirst("^.*#", "");
  }

  /// From now on signs for the time that KMS says it is, so that a host whose clock is wrong is
  /// refused once and not for as long as it is wrong.
  ///
  /// @return whether the clock was wrong
  private boolean correctClock(HttpWire.Response error, Instant signedAt) {
    Optional<Instant> theirs = error.header("date").flatMap(KmsClient::instant);
    boolean wrong =
        theirs.filter(t -> Duration.between(signedAt, t).abs().compareTo(SKEW_MAX) > 0).isPresent();
    if (wrong) {
      clockOffset = Duration.between(Instant.now(), theirs.orElseThrow());
    }
    return wrong;
  }

  private static Optional<Instant> instant(String httpDate) {
    try {
      return Optional.of(DateTimeFormatter.RFC_1123_DATE_TIME.parse(httpDate, Instant::from));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(US_ASCII);
  }

  @Override
  public void close() {
    https.close();
  }
}
