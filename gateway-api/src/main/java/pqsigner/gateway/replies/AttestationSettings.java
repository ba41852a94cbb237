package pqsigner.gateway.replies;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;
import pqsigner.attestation.Pcr;
import pqsigner.attestation.nitro.TrustRoot;

/// Which enclaves may make keys. There is no default for what must be known: a gateway that does
/// not know its enclave's measurement does not start.
///
/// @param root file with the root certificate, PEM or DER; absent means AWS Nitro Enclaves root G1,
///   which is the only one for production. If wrong: no new key is taken and key generations stay
///   pending; a root that somebody else has the key of admits any enclave
/// @param images enclave images that may make keys, at least one, each by all of `pcr0`, `pcr1`,
///   `pcr2` and `pcr16` of its measurement manifest, 96 hex digits each, none zero (zero is debug
///   mode); two images during an upgrade. If wrong: no new key is taken and key generations stay
///   pending; one too many trusts an image that nobody means to run
/// @param hostRoleArn instance role of the Nitro hosts, which shows as PCR3; absent means any, and
///   leaves it to the key policy. If wrong: no new key is taken and key generations stay pending
/// @param kmsKeyArn the KMS key that new keys must be wrapped under. If wrong: no new key is taken
///   and key generations stay pending
@Validated
@ConfigurationProperties(prefix = "pq-signer.attestation", ignoreUnknownFields = false)
public record AttestationSettings(
    @Nullable Path root,
    @NotEmpty List<@Valid Image> images,
    @Nullable @Pattern(regexp = "arn:[a-z0-9-]+:iam::[0-9]{12}:role/.+") String hostRoleArn,
    @NotNull @Pattern(regexp = "arn:[a-z0-9-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+") String kmsKeyArn) {

  private static final String REGISTER = "(?!0{96})[0-9a-fA-F]{96}";
  private static final int ROLE_PCR = 3;
  private static final int CONFIGURATION_PCR = 16;

  /// One enclave image with its configuration. All four together: PCR0 alone does not say where
  /// kernel, boot and application begin and end, and PCR16 is what the enclave was told.
  public record Image(
      @NotNull @Pattern(regexp = REGISTER) String pcr0,
      @NotNull @Pattern(regexp = REGISTER) String pcr1,
      @NotNull @Pattern(regexp = REGISTER) String pcr2,
      @NotNull @Pattern(regexp = REGISTER) String pcr16) {

    Map<Integer, byte[]> registers() {
      return Map.of(
          0,
          register(pcr0),
          1,
          register(pcr1),
          2,
          register(pcr2),
          CONFIGURATION_PCR,
          register(pcr16));
    }
  }

  TrustRoot trustRoot() {
    if (root == null) {
      return TrustRoot.awsNitroEnclaves();
    }
    try {
      return TrustRoot.of(Files.readAllBytes(root));
    } catch (IOException e) {
      throw new IllegalStateException("cannot read pq-signer.attestation.root", e);
    }
  }

  /// What the documents must show of the host; empty when any will do.
  Map<Integer, byte[]> hostRegisters() {
    return hostRoleArn == null ? Map.of() : Map.of(ROLE_PCR, Pcr.ofRole(hostRoleArn));
  }

  private static byte[] register(String hex) {
    return HexFormat.of().parseHex(hex);
  }
}
