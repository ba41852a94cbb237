package pqsigner.enclave.release;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Provider;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.SortedMap;
import javax.crypto.Mac;
import pqsigner.attestation.Sha2;
import pqsigner.enclave.secret.BorrowedKey;

/// AWS Signature Version 4 of a POST to `/` without a query, the only request that KMS's protocol
/// has.
///
/// ```
/// canonical request  POST \n / \n \n { name : value \n } \n names \n hex SHA-256(body)
/// scope              day / region / service / aws4_request
/// string to sign     AWS4-HMAC-SHA256 \n time \n scope \n hex SHA-256(canonical request)
/// signing key        "AWS4" secret, then the HMAC under it of each part of the scope in turn
/// signature          HMAC of the string to sign
/// ```
///
/// The HMAC is Conscrypt's, which keeps its state in native memory and zeroes it. Each key of the
/// chain is zeroed once it has made the next.
record SigV4(String region, String service, Provider conscrypt) {
  static final String DATE = "x-amz-date";

  private static final String ALGORITHM = "AWS4-HMAC-SHA256";
  private static final String TERMINATOR = "aws4_request";
  private static final HexFormat HEX = HexFormat.of();
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  /// The value of the header [#DATE].
  static byte[] date(Instant now) {
    return ascii(TIME.format(now));
  }

  /// The value of the header `Authorization`.
  ///
  /// @param headers what is signed, by lower-case name, [#DATE] and `host` among them; no value may
  ///   begin or end with a space or have two in a row
  String authorization(AwsCredentials credentials, SortedMap<String, byte[]> headers, byte[] body) {
    String time = new String(Objects.requireNonNull(headers.get(DATE)), US_ASCII);
    String day = time.substring(0, 8);
    String scope = String.join("/", day, region, service, TERMINATOR);
    String names = String.join(";", headers.keySet());
    String canonical = HEX.formatHex(canonicalRequestHash(headers, names, body));
    String toSign = String.join("\n", ALGORITHM, time, scope, canonical);
    byte[] signature =
        credentials
            .secretAccessKey()
            .expose(secret -> chain(secret, day, region, service, TERMINATOR, toSign));
    return "%s Credential=%s/%s, SignedHeaders=%s, Signature=%s"
        .formatted(ALGORITHM, credentials.accessKeyId(), scope, names, HEX.formatHex(signature));
  }

  /// Hashed piece by piece: one of the headers is the session token.
  private static byte[] canonicalRequestHash(
      SortedMap<String, byte[]> headers, String names, byte[] body) {
    MessageDigest sha256 = Sha2.sha256();
    sha256.update(ascii("POST\n/\n\n"));
    headers.forEach(
        (name, value) -> {
          sha256.update(ascii(name + ":"));
          sha256.update(value);
          sha256.update((byte) '\n');
        });
    return sha256.digest(ascii("\n" + names + "\n" + HEX.formatHex(Sha2.sha256(body))));
  }

  private byte[] chain(byte[] secret, String... inputs) {
    byte[] prefix = ascii("AWS4");
    byte[] key = Arrays.copyOf(prefix, prefix.length + secret.length);
    System.arraycopy(secret, 0, key, prefix.length, secret.length);
    for (String input : inputs) {
      key = hmac(key, ascii(input));
    }
    return key;
  }

  private byte[] hmac(byte[] key, byte[] input) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256", conscrypt);
      mac.init(new BorrowedKey("HmacSHA256", key));
      return mac.doFinal(input);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Conscrypt has no HMAC", e);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(US_ASCII);
  }
}
