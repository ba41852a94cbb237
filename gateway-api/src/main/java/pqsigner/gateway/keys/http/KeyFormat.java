package pqsigner.gateway.keys.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import pqsigner.gateway.http.HttpJson;
import pqsigner.gateway.keys.PublicKeySpki;
import pqsigner.gateway.keys.RegisteredKey;

/// How the public keys of a user can be had.
enum KeyFormat {
  /// Everything, the birth attestations included.
  JSON("application/json"),
  /// A JWK Set (RFC 7517) of AKP keys (RFC 9964), oldest version first.
  JWK_SET("application/jwk-set+json"),
  /// SubjectPublicKeyInfo (RFC 9881) as PEM, newest version first: many tools read no further.
  PEM("application/x-pem-file");

  private static final Base64.Encoder PEM_LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});
  private static final Base64.Encoder BASE64_URL = Base64.getUrlEncoder().withoutPadding();

  private final String type;

  KeyFormat(String type) {
    this.type = type;
  }

  MediaType type() {
    return MediaType.parseMediaType(type);
  }

  /// The format that is liked best; JSON for whoever takes it, or asks for nothing that there is.
  static KeyFormat accepted(String accept) {
    try {
      return MediaType.parseMediaTypes(accept).stream()
          .filter(wanted -> wanted.getQualityValue() > 0)
          .sorted(Comparator.comparingDouble(MediaType::getQualityValue).reversed())
          .flatMap(wanted -> Arrays.stream(values()).filter(it -> wanted.includes(it.type())))
          .findFirst()
          .orElse(JSON);
    } catch (InvalidMediaTypeException e) {
      return JSON;
    }
  }

  /// @param versions oldest first
  byte[] write(String userId, List<RegisteredKey> versions) {
    return switch (this) {
      case JSON -> HttpJson.write(KeyBody.Keys.of(userId, versions));
      case JWK_SET -> HttpJson.write(new JwkSet(versions.stream().map(KeyFormat::jwk).toList()));
      case PEM -> {
        StringBuilder pem = new StringBuilder();
        versions.reversed().forEach(key -> pem.append(pem(key)));
        yield pem.toString().getBytes(StandardCharsets.US_ASCII);
      }
    };
  }

  private static String pem(RegisteredKey key) {
    byte[] spki = PublicKeySpki.encode(key.algorithm(), key.publicKey());
    return "-----BEGIN PUBLIC KEY-----\n"
        + PEM_LINES.encodeToString(spki)
        + "\n-----END PUBLIC KEY-----\n";
  }

  private static Jwk jwk(RegisteredKey key) {
    return new Jwk(
        "AKP",
        PublicKeySpki.fingerprint(key.algorithm(), key.publicKey()),
        key.algorithm().label(),
        "sig",
        BASE64_URL.encodeToString(key.publicKey()),
        key.version(),
        key.state().label());
  }

  private record JwkSet(List<Jwk> keys) {}

  /// @param kid the fingerprint
  /// @param pub raw FIPS 204 encoding, base64url
  private record Jwk(
      String kty, String kid, String alg, String use, String pub, int keyVersion, String state) {}
}
