package pqsigner.local.kms;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import pqsigner.attestation.Sha2;

/// Who signed a request: AWS Signature Version 4, computed again over what was received.
final class SigV4Verifier {

  private static final Duration CLOCK_SKEW_MAX = Duration.ofMinutes(5);
  private static final String SERVICE = "kms";
  private static final DateTimeFormatter AMZ_DATE =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT);
  private static final Pattern AUTHORIZATION =
      Pattern.compile(
          "AWS4-HMAC-SHA256 +Credential=([A-Z0-9]+)/(\\d{8})/([a-z0-9-]+)/([a-z0-9]+)/aws4_request,"
              + " *SignedHeaders=([a-z0-9;-]+), *Signature=([0-9a-f]{64})");

  private final String region;
  private final Collection<Identity> identities;
  private final InstantSource clock;

  SigV4Verifier(String region, Collection<Identity> identities, InstantSource clock) {
    this.region = region;
    this.identities = List.copyOf(identities);
    this.clock = clock;
  }

  private record Claim(String accessKeyId, String day, List<String> signedHeaders, String hex) {}

  Identity verify(SignedRequest request) throws KmsError {
    Claim claim = claim(request);
    Identity identity =
        identities.stream()
            .filter(i -> i.accessKeyId().equals(claim.accessKeyId))
            .findFirst()
            .orElseThrow(SigV4Verifier::unrecognized);
    String date = date(request, claim);
    requireSigned(request, claim);
    byte[] expected = signature(request, claim, date, identity);
    if (!MessageDigest.isEqual(expected, HexFormat.of().parseHex(claim.hex))) {
      throw new KmsError(
          KmsError.Type.INVALID_SIGNATURE,
          "The request signature we calculated does not match the signature you provided.");
    }
    String token = request.header("x-amz-security-token").orElse("");
    if (!MessageDigest.isEqual(token.getBytes(UTF_8), identity.sessionToken().getBytes(UTF_8))) {
      throw unrecognized();
    }
    return identity;
  }

  private Claim claim(SignedRequest request) throws KmsError {
    String header =
        request
            .header("authorization")
            .orElseThrow(
                () ->
                    new KmsError(
                        KmsError.Type.MISSING_AUTHENTICATION_TOKEN,
                        "Missing Authentication Token"));
    Matcher parts = AUTHORIZATION.matcher(header);
    if (!parts.matches()) {
      throw new KmsError(
          KmsError.Type.INCOMPLETE_SIGNATURE, "Authorization header is not AWS4-HMAC-SHA256.");
    }
    if (!parts.group(3).equals(region) || !parts.group(4).equals(SERVICE)) {
      throw new KmsError(
          KmsError.Type.INVALID_SIGNATURE,
          "Credential should be scoped to " + region + "/" + SERVICE + ".");
    }
    return new Claim(
        parts.group(1), parts.group(2), List.of(parts.group(5).split(";")), parts.group(6));
  }

  private String date(SignedRequest request, Claim claim) throws KmsError {
    String date = request.header("x-amz-date").orElse("");
    Instant signedAt;
    try {
      signedAt = LocalDateTime.parse(date, AMZ_DATE).toInstant(ZoneOffset.UTC);
    } catch (DateTimeParseException e) {
      throw new KmsError(KmsError.Type.INCOMPLETE_SIGNATURE, "X-Amz-Date is missing or malformed.");
    }
    if (!date.startsWith(claim.day)
        || Duration.between(signedAt, clock.instant()).abs().compareTo(CLOCK_SKEW_MAX) > 0) {
      throw new KmsError(
          KmsError.Type.INVALID_SIGNATURE, "Signature expired or not yet current: " + date);
    }
    return date;
  }

  /// The host and everything of AWS's must be signed, or somebody on the way could change it.
  private static void requireSigned(SignedRequest request, Claim claim) throws KmsError {
    Set<String> required = new TreeSet<>(Set.of("host", "x-amz-date", "x-amz-target"));
    request.headers().keySet().stream()
        .filter(name -> name.startsWith("x-amz-"))
        .forEach(required::add);
    if (!claim.signedHeaders.containsAll(required)
        || !request.headers().keySet().containsAll(claim.signedHeaders)) {
      throw new KmsError(
          KmsError.Type.INCOMPLETE_SIGNATURE, "These headers must be signed: " + required);
    }
  }

  private byte[] signature(SignedRequest request, Claim claim, String date, Identity identity) {
    var canonical = new StringBuilder();
    canonical.append(request.method()).append('\n');
    canonical.append(request.path()).append('\n');
    canonical.append(request.query()).append('\n');
    for (String name : claim.signedHeaders) {
      String value =
          String.join(
              ",",
              request.headers().getOrDefault(name, List.of()).stream()
                  .map(v -> v.strip().replaceAll(" +", " "))
                  .toList());
      canonical.append(name).append(':').append(value).append('\n');
    }
    canonical.append('\n').append(String.join(";", claim.signedHeaders)).append('\n');
    canonical.append(sha256Hex(request.body()));
    String scope = claim.day + "/" + region + "/" + SERVICE + "/aws4_request";
    String toSign =
        "AWS4-HMAC-SHA256\n"
            + (date + "\n" + scope + "\n")
            + sha256Hex(canonical.toString().getBytes(UTF_8));
    byte[] key = ("AWS4" + identity.secretAccessKey()).getBytes(UTF_8);
    for (String part : List.of(claim.day, region, SERVICE, "aws4_request")) {
      key = hmac(key, part);
    }
    return hmac(key, toSign);
  }

  private static KmsError unrecognized() {
    return new KmsError(
        KmsError.Type.UNRECOGNIZED_CLIENT,
        "The security token included in the request is invalid.");
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String sha256Hex(byte[] bytes) {
    return HexFormat.of().formatHex(Sha2.sha256(bytes));
  }
}
